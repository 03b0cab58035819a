"""A directory that is not held: whom it tells of is known before any role is judged, and its sheet of refused rows fits its header."""

import csv
import io
from pathlib import Path

import pytest

from services.intake.reading.files import read, survey
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.result import Accepted, ReadRow
from services.intake.reading.sheet import SheetRow, corrected, sheet_of
from services.intake.reading.tables import Tables
from services.intake.reading.written import Format
from services.intake.told_of import ToldOf
from tests.kit import directory
from tests.kit.deliveries import MAPPINGS
from tests.unit.intake.jobs import HEADER, MAPPING, row

TEXT = (MAPPINGS / "directory.toml").read_text("utf-8")
TOLD = "2026-01-05"
WRONG = (
    f"P1;010180-0001;TR;;2026-02-30;;;;;;{TOLD};FOA\n"
    f"P1;010180-0001;TR for FOA;;2026-02-01;;;;;;{TOLD};FOA\n"
    f"P1;010180-0001;TR;;2026-02-01;;;;;;{TOLD};FOA;FOA\n"
)


def surveyed(path: Path, text: str = TEXT) -> Tables:
    found = survey(Mapping.parse(text), path)
    assert isinstance(found, Tables)
    return found


def rows_of(taken: Tables, share_bytes: int = 1 << 30) -> list[ReadRow]:
    return [row for batch in taken.batches(2, share_bytes) for row in batch]


@pytest.mark.parametrize("share_bytes", [1 << 30, 500])
def test_every_row_is_given_once_as_it_is_read_all_at_once(tmp_path: Path, share_bytes: int) -> None:
    path = directory.written(tmp_path / "d", roles=WRONG)
    reading, taken = read(Mapping.parse(TEXT), path), surveyed(path)

    assert sorted(map(repr, rows_of(taken, share_bytes))) == sorted(map(repr, [*reading.accepted, *reading.wrong]))
    assert taken.persons == reading.persons == {f"010180000{number}" for number in range(1, 5)}
    assert "FOA" not in repr(rows_of(taken, share_bytes))


def test_roles_and_posts_come_with_the_units_and_names_after_them(tmp_path: Path) -> None:
    kinds = [row.draft.kind for row in rows_of(surveyed(directory.written(tmp_path / "d"))) if isinstance(row, Accepted)]

    assert set(kinds[-4:]) == {Kind.LISTED}
    assert set(kinds[:-4]) == {Kind.UNITS, Kind.LEADERS, Kind.DEPUTIES, Kind.ROLES, Kind.POSTS}


def test_a_refused_entry_tells_of_nobody(tmp_path: Path) -> None:
    path = directory.written(tmp_path / "d", persons=f"010180-0009;;;;;;{TOLD}\n")

    assert surveyed(path).persons == {f"010180000{number}" for number in range(1, 5)}


def test_where_no_role_is_judged_by_it_nobody_is_held(tmp_path: Path) -> None:
    assert not Mapping.parse(MAPPING).persons_told
    (tmp_path / "jobs.csv").write_text(HEADER + row(), "utf-8")

    assert surveyed(tmp_path / "jobs.csv", MAPPING).persons == set()


@pytest.mark.parametrize(("told", "reason"), [(frozenset[str](), "unknown-person"), (frozenset({"0101800001"}), None)])
def test_a_role_is_judged_by_whom_the_whole_delivery_tells_of(tmp_path: Path, told: frozenset[str], reason: str | None) -> None:
    path = directory.only(tmp_path / "d", roles=f"P1;010180-0001;AMR;;2026-02-01;;;;;;{TOLD};FOA\n")
    rows = rows_of(surveyed(path))
    known = ToldOf({"P1"}, set(told))

    fit, wrong = known.judged(rows)

    assert known.unasked(rows) == {"0101800001"} - told
    assert [each.reason for each in wrong] == ([reason] if reason else [])
    assert len(fit) == (reason is None)
    assert "FOA" not in repr((fit, wrong))


def test_no_cell_of_a_refused_role_moves_in_the_sheet_though_some_are_not_kept(tmp_path: Path) -> None:
    found = read(Mapping.parse(TEXT), directory.only(tmp_path / "d", roles=WRONG))
    kept = [wrong for wrong in found.wrong if wrong.cells]
    sheet = sheet_of("roles-1", kept[0].header, [SheetRow(w.line, w.reason, w.cells) for w in kept])

    header, *rows = csv.reader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";")
    assert [dict(zip(header, row, strict=True))["registered_at"] for row in rows] == [f"'{TOLD}"] * 2
    assert [dict(zip(header, row, strict=True))["fagforening"] for row in rows] == ["", ""]
    mended = sheet.replace(b"2026-02-30", b"2026-02-28").replace(b";;;'2026-02-01", b";AMR;;'2026-02-01")
    (tmp_path / "roles.csv").write_bytes(corrected(mended, kept[0].header, Format()).content)
    again = read(Mapping.parse(TEXT), tmp_path / "roles.csv")

    assert not again.wrong
    assert [row.draft.fields["role"] for row in again.accepted] == ["tr", "amr"]
