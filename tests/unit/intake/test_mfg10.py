"""MFG10: yearly snapshots become employment events; the traps of the file one by one, then the file itself."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest

from contracts.base import Event
from contracts.hr import EmploymentEndRegistered, Hired, Resigned, UnitChanged
from contracts.words import ReasonClass
from services.chassis.advance import advance, empty
from services.chassis.calendar import day_of
from services.chassis.reference import Snapshot
from services.chassis.rules import Rules, load
from services.chassis.subject import History, Revision, Subject
from services.intake.app import SERVICE
from services.intake.domain.keys import known_at
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping as FeedMapping
from services.intake.reading.result import Reading
from services.intake.seen import Keys, Records, with_made_units
from tests.kit.deliveries import MAPPINGS, ROOT, shared

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "EmployeeID,recorddate_key,orighiredate_key,terminationdate_key,store_name,termreason_desc,STATUS\n"


@cache
def mapping() -> FeedMapping:
    return FeedMapping.load(MAPPINGS / "mfg10.toml")


@cache
def rules() -> Rules:
    return load(ROOT / "deploy" / "rules")["998"]


def said(reading: Reading, keys: Keys | None = None) -> list[Revision[Event]]:
    """All that is said of a reading as the first load, person by person."""
    made, records = keys or Keys(defaultdict(uuid4), defaultdict(uuid4)), Records(mapping(), "998")
    arrivals: dict[Subject, list[Revision[Event]]] = defaultdict(list)
    for draft in with_made_units([accepted.draft for accepted in reading.accepted], mapping().units):
        subject, row = records.of(draft, made)
        known = known_at(row.registered_at, NOW, rules().live_from, first_load=True)
        arrivals[subject].append(Revision(row.fact(), 0, 1, True, known, row, row.wire))
    snapshot = Snapshot(History(Subject("reference", UUID(int=0), "998")), rules())
    steps = (advance(SERVICE, SERVICE.kind(s.kind), empty(s), rows, snapshot, NOW) for s, rows in arrivals.items())
    return [each.revision for step in steps for each in step.says]


def of(folder: Path, *rows: str) -> list[Revision[Event]]:
    path = folder / "years.csv"
    path.write_text(HEADER + "\n".join(rows))
    reading = read(mapping(), path)
    assert reading.wrong == []
    return said(reading)


def about_people(spoken: Iterable[Revision[Event]]) -> list[tuple[str, int, bool]]:
    return [(r.type, r.revision, r.stands) for r in spoken if not isinstance(r.body, UnitChanged)]


def active(year: int, last: str = "1/1/1900", hired: str = "8/28/1989") -> str:
    return f"3008.0,12/31/{year} 0:00,{hired},{last},35.0,Not Applicable,ACTIVE"


def terminated(recorded: str, last: str, reason: str = "Retirement", hired: str = "8/28/1989") -> str:
    return f"3008.0,{recorded} 0:00,{hired},{last},35.0,{reason},TERMINATED"


def test_ten_yearly_rows_are_one_hire_known_at_the_first_of_them(tmp_path: Path) -> None:
    spoken = of(tmp_path, *(active(year) for year in range(2015, 2005, -1)))

    assert about_people(spoken) == [("hr.hired.v1", 1, True)]
    ((hired, known),) = ((r.body, r.known_at) for r in spoken if isinstance(r.body, Hired))
    assert (hired.effective_date, hired.degree, hired.employment_form) == (date(1989, 8, 28), "1.0000", "monthly")
    assert day_of(known) == date(2006, 12, 31)


def test_a_leaving_date_on_earlier_rows_does_not_leak(tmp_path: Path) -> None:
    spoken = of(tmp_path, active(2006, "12/30/2009"), active(2007, "12/30/2009"))

    assert about_people(spoken) == [("hr.hired.v1", 1, True)]


@pytest.mark.parametrize(
    ("word", "reason", "resigned"),
    [("Resignaton", ReasonClass.OWN_REQUEST, 1), ("Retirement", ReasonClass.RETIREMENT, 0), ("Layoff", ReasonClass.DISMISSAL, 0)],
)
def test_a_terminated_row_is_an_end_on_its_own_date_known_at_the_first_of_the_month(
    tmp_path: Path, word: str, reason: ReasonClass, resigned: int
) -> None:
    spoken = of(tmp_path, active(2006, "12/30/2007"), terminated("12/1/2007", "12/30/2007", word))

    ((end, known),) = ((r.body, r.known_at) for r in spoken if isinstance(r.body, EmploymentEndRegistered))
    assert (end.last_working_day, end.reason_class) == (date(2007, 12, 30), reason)
    assert day_of(known) == date(2007, 12, 1)
    assert sum(isinstance(r.body, Resigned) for r in spoken) == resigned


def test_at_work_on_the_last_day_confirms_and_never_undoes(tmp_path: Path) -> None:
    spoken = of(tmp_path, active(2006, "12/31/2007"), active(2007, "12/31/2007"), terminated("12/1/2007", "12/31/2007", "Resignaton"))

    assert about_people(spoken) == [
        ("hr.hired.v1", 1, True),
        ("hr.employment-end-registered.v1", 1, True),
        ("hr.resigned.v1", 1, True),
    ]


def test_at_work_after_the_last_day_undoes(tmp_path: Path) -> None:
    spoken = of(tmp_path, terminated("12/1/2007", "12/30/2007", "Layoff"), active(2007))

    assert about_people(spoken)[-1] == ("hr.employment-end-registered.v1", 2, False)


def test_hired_and_gone_within_a_month(tmp_path: Path) -> None:
    spoken = of(tmp_path, terminated("3/1/2010", "3/20/2010", hired="3/5/2010"))

    assert [r.type for r in spoken if not isinstance(r.body, UnitChanged)] == ["hr.hired.v1", "hr.employment-end-registered.v1"]


def test_a_leaving_without_a_date_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    path.write_text(HEADER + terminated("12/1/2007", "1/1/1900"))

    assert [(wrong.line, wrong.reason, wrong.field) for wrong in read(mapping(), path).wrong] == [(2, "sentinel-date", "last_day")]


def test_a_unit_is_made_per_store_below_one_root(tmp_path: Path) -> None:
    spoken = of(tmp_path, active(2006), active(2006).replace("3008", "3009").replace("35.0", "7.0"))

    units = {r.body.name: r.body for r in spoken if isinstance(r.body, UnitChanged)}
    assert set(units) == {"MFG10", "Butik 35", "Butik 7"}
    assert units["MFG10"].parent_unit_id is None
    assert {units["Butik 35"].parent_unit_id, units["Butik 7"].parent_unit_id} == {units["MFG10"].unit_id}


def _years(spoken: list[Revision[Event]], expected: Mapping[str, Mapping[str, int]]) -> None:
    hires = [r.body for r in spoken if isinstance(r.body, Hired)]
    ends = {r.body.employment_id: r.body for r in spoken if isinstance(r.body, EmploymentEndRegistered)}
    for year, figures in expected.items():
        last = date(int(year), 12, 31)
        there = [
            h for h in hires if h.effective_date <= last and (h.employment_id not in ends or ends[h.employment_id].last_working_day >= last)
        ]
        assert len(there) == figures["active"]
        assert sum(end.last_working_day.year == int(year) for end in ends.values()) == figures["terminated"]


def test_the_real_file_is_6284_hires_and_1485_ends_in_any_order() -> None:
    reading = read(mapping(), shared("data", "mfg10", "mfg10_yearly_snapshots.csv.gz"))
    expected = json.loads(shared("data", "mfg10", "expected.json").read_text())
    keys = Keys(defaultdict(uuid4), defaultdict(uuid4))
    spoken = said(reading, keys)

    assert (reading.rows, reading.wrong) == (49_653, [])
    assert Counter(r.type for r in spoken) == {
        "hr.unit-changed.v1": 47,
        "hr.hired.v1": 6_284,
        "hr.employment-end-registered.v1": 1_485,
        "hr.resigned.v1": 385,
    }
    assert {(r.revision, r.stands) for r in spoken} == {(1, True)}
    _years(spoken, expected["published_by_others"]["per_status_year"])
    some = set(list(keys.persons)[::20])
    reading.accepted = [row for row in reading.accepted if row.draft.person in some]
    Random(1).shuffle(reading.accepted)
    ids = {r.id: (r.known_at, r.body) for r in spoken}
    assert all(ids[r.id] == (r.known_at, r.body) for r in said(reading, keys))
