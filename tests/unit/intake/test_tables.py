"""CSV deliveries that are not held: the same rows however they are shared out, a subject's together, in bounded memory."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.intake.reading import tables
from services.intake.reading.files import read, survey
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.result import Accepted, ReadRow
from services.intake.reading.tables import Tables
from tests.unit.intake.jobs import HEADER, MAPPING, row

PEOPLE = 60
UNITS = "unit;name;level;parent;from;change;seen\n" + "".join(f"U{n};Unit {n};team;;2020-01-01;;2020-01-01\n" for n in range(5))


def jobs() -> str:
    """Three rows of each person, far apart, every seventh refused, one with a line break and one with the byte that parts cells."""
    rows = [row(person=f"{person % PEOPLE}", unit=f"U{person % 5}", degree="x" if person % 7 == 0 else "1") for person in range(3 * PEOPLE)]
    return HEADER + "".join(rows) + row(person="1", name='"Anne\nDam"') + row(person="2", name="ÿÅse ÿ")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "jobs.csv").write_text(jobs(), "utf-8")
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    (tmp_path / "leaders.csv").write_text("unit;person;job;level;from;to;seen\nU1;9;99;team;2021-01-01;;2021-01-01\n", "utf-8")
    return tmp_path


def surveyed(folder: Path) -> Tables:
    found = survey(Mapping.parse(MAPPING), folder)
    assert isinstance(found, Tables)
    return found


def shown(rows: Iterator[list[ReadRow]]) -> list[str]:
    return sorted(repr((r.draft, r.place, r.cells) if isinstance(r, Accepted) else r) for batch in rows for r in batch)


@pytest.mark.parametrize("share_bytes", [1 << 30, 20_000, 3_000])
def test_every_row_is_given_once_as_it_is_read_all_at_once(folder: Path, share_bytes: int) -> None:
    reading = read(Mapping.parse(MAPPING), folder)
    taken = surveyed(folder)

    assert shown(taken.batches(10, share_bytes)) == shown(reading.batches(10))
    assert (taken.rows, taken.digest, taken.units) == (reading.rows, reading.digest, reading.units)


@pytest.mark.parametrize("share_bytes", [1 << 30, 20_000, 3_000])
def test_all_rows_of_a_subject_come_together_units_first_and_so_many_subjects_at_a_time(folder: Path, share_bytes: int) -> None:
    batches = [[r for r in batch if isinstance(r, Accepted)] for batch in surveyed(folder).batches(10, share_bytes)]
    subjects = [{r.draft.person if r.draft.kind is Kind.EMPLOYMENTS else r.draft.unit for r in batch} for batch in batches]

    assert sum(map(len, subjects)) == len(set().union(*subjects)) == PEOPLE + 5
    assert max(map(len, subjects)) <= 10
    about_persons = [r.draft.kind is Kind.EMPLOYMENTS for batch in batches for r in batch]
    assert about_persons == sorted(about_persons)


def test_wide_rows_are_given_as_they_are_read_too_and_take_less_room_than_their_text(folder: Path) -> None:
    wide = [line + ";" + ";".join(f"{number:08},5ÿ" for number in range(100)) for line in (HEADER + row() * 500).splitlines()]
    (folder / "jobs.csv").write_text("\n".join(wide), "utf-8")
    taken = surveyed(folder)

    assert shown(taken.batches(10, 20_000)) == shown(read(Mapping.parse(MAPPING), folder).batches(10))
    assert sum(table.room for table in taken.tables) < (folder / "jobs.csv").stat().st_size / 2


def test_a_file_of_one_row_beside_another_is_given_too(folder: Path) -> None:
    (folder / "jobs.csv").write_text(HEADER + row(), "utf-8")

    assert [len(batch) for batch in surveyed(folder).batches(10)] == [6, 1]


def test_one_subject_with_more_rows_than_there_is_room_for_comes_in_parts(folder: Path) -> None:
    (folder / "jobs.csv").write_text(HEADER + row() * 300, "utf-8")
    batches = [batch for batch in surveyed(folder).batches(10, share_bytes=10_000) if len(batch) > 6]

    assert len(batches) > 1
    assert sum(map(len, batches)) == 300


def test_a_number_written_in_two_ways_is_one_subject(folder: Path) -> None:
    (folder / "jobs.csv").write_text(HEADER + "".join(row(person=f"{n % 9}{'.0' if n > 99 else ''}") for n in range(200)), "utf-8")
    told = Mapping.parse(MAPPING.replace("[format]", '[format]\nwhole_numbers = ["person"]'))
    taken = survey(told, folder)
    assert isinstance(taken, Tables)
    people = [{r.draft.person for r in batch if isinstance(r, Accepted)} for batch in taken.batches(1, share_bytes=9_000)]

    assert sorted("".join(batch) for batch in people if batch - {"", "9"}) == [str(n) for n in range(9)]


def test_memory_does_not_grow_with_the_file(folder: Path) -> None:
    def most(rows: int) -> int:
        (folder / "jobs.csv").write_text(HEADER + "".join(row(person=str(n), degree="x") for n in range(rows)), "utf-8")
        tracemalloc.start()
        for _ in surveyed(folder).batches(50, share_bytes=100_000):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert most(3_000) < 1.5 * most(1_000)


def test_a_file_that_is_written_to_meanwhile_is_refused(folder: Path) -> None:
    taken = surveyed(folder)
    with (folder / "jobs.csv").open("a", encoding="utf-8") as file:
        file.write(row())

    with pytest.raises(Refused, match="changed-file"):
        list(taken.batches(10))


def test_a_file_that_is_broken_at_its_end_is_refused_before_anything_is_taken(folder: Path) -> None:
    with (folder / "jobs.csv").open("ab") as file:
        file.write(row(name="Åse").encode("cp1252"))

    with pytest.raises(Refused, match="bad-encoding"):
        survey(Mapping.parse(MAPPING), folder)


def test_a_share_is_small_enough_for_a_small_machine() -> None:
    assert tables.SHARE_BYTES <= 64 << 20
