"""CSV deliveries of several shares, and rows that are events, on a real PostgreSQL: the same facts as at once, and taken up again."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.csv_file import MAPPING, UNITS, expected, write
from services.chassis.runtime import Runtime
from services.intake import delivery, outcome
from services.intake.delivery import Delivering
from services.intake.domain import keys
from services.intake.outcome import Outcome
from services.intake.reading import tables
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from tests.unit.intake import test_event_rows as events

TABLES_OF = "intake"
PERSONS = 60
SHARE = 3_000
STANDING = "select type, body, known_at from statement where stands and type <> 'intake.record-refused.v1'"


async def take(intake: Runtime, path: Path, mapping: str = MAPPING, *, dry_run: bool = False) -> Outcome:
    told = Mapping.parse(mapping)
    return await Delivering(intake, told, survey(told, path), dry_run=dry_run).run()


async def said(intake: Runtime) -> Counter[str]:
    rows = await intake.pool.fetch("select headers from outbox")
    return Counter(dict(json.loads(row["headers"]))["ce_type"] for row in rows)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of some fifteen kilobytes, shared out by three, the rows of a person far apart, and nobody's known before."""
    monkeypatch.setattr(tables, "SHARE_BYTES", SHARE)
    monkeypatch.setattr(delivery, "CHUNK", 7)
    write(tmp_path / "jobs.csv", PERSONS)
    assert (tmp_path / "jobs.csv").stat().st_size > 4 * SHARE
    return tmp_path / "jobs.csv"


async def test_a_file_of_many_shares_comes_to_the_events_of_the_same_file_taken_at_once(intake: Runtime, path: Path) -> None:
    tried = await take(intake, path, dry_run=True)
    assert not await said(intake)

    taken = await take(intake, path)

    assert tried.said == taken.said == await said(intake) == expected(PERSONS)
    assert (taken.seen, taken.refused_rows, taken.subjects) == (2 * PERSONS, 0, PERSONS)
    assert (await take(intake, path)).again


async def test_a_file_of_many_shares_that_was_stopped_goes_on_and_says_nothing_twice(intake: Runtime, path: Path) -> None:
    told = Mapping.parse(MAPPING)
    done: list[int] = []

    class Killed(Exception):
        pass

    def kill(rows: int) -> None:
        done.append(rows)
        if len(done) == 4:
            raise Killed

    with pytest.raises(Killed):
        await Delivering(intake, told, survey(told, path)).run(kill)
    half = await said(intake)
    rest = await take(intake, path)

    assert 0 < half.total() < expected(PERSONS).total()
    assert half + rest.said == await said(intake) == expected(PERSONS)


async def test_units_made_of_a_column_are_made_once_though_many_batches_name_them(intake: Runtime, path: Path) -> None:
    made = '\n[units]\nroot_name = "Alle"\nvalid_from = 2000-01-01\n'
    taken = await take(intake, path, MAPPING + made)
    named = {person % UNITS for person in range(PERSONS)} | {(person + 7) % UNITS for person in range(2, PERSONS, 4)}

    assert taken.said == expected(PERSONS) + Counter({"hr.unit-changed.v1": 1 + len(named)})
    assert taken.subjects == PERSONS + 1 + len(named)


def with_wrong_degrees(path: Path) -> list[int]:
    """Most degrees are written in another way; the lines they stand on."""
    text = path.read_text("utf-8").replace(";0,8649;", ";0.8649;")
    path.write_text(text, "utf-8")
    return [number for number, line in enumerate(text.splitlines(), 1) if ";0.8649;" in line]


async def test_refused_rows_are_kept_in_parts_each_once_and_found_out_anew(
    intake: Runtime, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "REFUSED", 5)
    monkeypatch.setattr(outcome, "LISTED", 10)
    monkeypatch.setattr(keys, "STRETCH", 20)
    wrong = with_wrong_degrees(path)

    taken = await take(intake, path)
    lines = [row["line"] for row in await intake.pool.fetch("select line from refused_row order by line")]
    subjects = await intake.pool.fetchval("select count(*) from subject where kind = 'delivery'")
    again = await take(intake, path)

    assert lines == wrong
    assert taken.refused_rows == taken.said["intake.record-refused.v1"] == len(wrong)
    assert [row.line for row in taken.refused] == wrong[:10]
    assert subjects == len({number // 20 for number in wrong})
    assert not again.said
    assert await intake.pool.fetchval("select count(*) from refused_row") == len(wrong)
    assert await intake.pool.fetchval("select refused from delivery") == len(wrong)


def written(folder: Path, *lines: str) -> Path:
    """A file of rows that are events, under a name of its own."""
    path = folder / f"{len(list(folder.iterdir()))}.tsv"
    path.write_text("\t".join(events.COLUMNS) + "\n" + "".join(lines), "utf-8")
    return path


MOVED = {"Hændelse": "Flyttet", "Fra": "B2", "Afdeling": "C3", "Dato": "01.05.2026", "Timer": ""}


async def test_rows_that_are_events_are_said_as_told_corrected_and_cancelled_by_their_keys(intake: Runtime, tmp_path: Path) -> None:
    first = await take(intake, written(tmp_path, events.line(), events.line(**MOVED, Nr="2")), events.MAPPING)
    corrected = events.line(Nr="3", Retter="1", Timer="37", Oprettet="06.01.2026 09.30")
    undone = events.line(**MOVED, Nr="4", Retter="2", Slettet="J", Oprettet="07.01.2026 09.30")
    second = await take(intake, written(tmp_path, events.line(), corrected, undone), events.MAPPING)

    assert first.said["hr.hired.v1"] == first.said["hr.placement-changed.v1"] == 1
    assert second.said["hr.hired.v1"] == second.said["hr.placement-changed.v1"] == 1
    headers = [dict(json.loads(row["headers"])) for row in await intake.pool.fetch("select headers from outbox")]
    assert sorted((h["ce_type"], h["ce_revision"], h["ce_stands"]) for h in headers if "started" not in h["ce_type"]) == [
        ("hr.hired.v1", "1", "true"),
        ("hr.hired.v1", "2", "true"),
        ("hr.placement-changed.v1", "1", "true"),
        ("hr.placement-changed.v1", "2", "false"),
    ]


async def test_a_key_that_comes_again_with_other_content_is_refused_and_no_key_of_the_source_leaves(
    intake: Runtime, tmp_path: Path
) -> None:
    await take(intake, written(tmp_path, events.line()), events.MAPPING)
    again = await take(intake, written(tmp_path, events.line(Timer="30")), events.MAPPING)
    bodies = [row["body"] for row in await intake.pool.fetch("select body from outbox")]

    assert [(wrong.reason, wrong.field) for wrong in again.refused] == [("id-taken", "key")]
    assert {json.loads(body).get("source_system", "csv") for body in bodies} == {"csv"}
    assert not any(events.GOOD["CPR"].replace("-", "") in body for body in bodies)
