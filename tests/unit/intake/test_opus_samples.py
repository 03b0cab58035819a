"""The two nightly files of KMD OPUS among the samples become exactly the events their README lists, record by record."""

from datetime import date
from pathlib import Path

import pytest

from contracts.hr import (
    EmploymentCancelled,
    EmploymentEnded,
    EmploymentEndRegistered,
    Hired,
    LeaderEnded,
    PlacementChanged,
    Resigned,
    UnitChanged,
)
from contracts.words import ReasonClass, UnitChange
from services.chassis.calendar import midnight
from services.intake.domain.keys import unit_id
from tests.unit.intake.opus_file import sample
from tests.unit.intake.payroll import Payroll

EXPORTED = date(2026, 11, 19)
DECEMBER = date(2026, 12, 1)
FEBRUARY = date(2027, 2, 1)


@pytest.fixture
def payroll(tmp_path: Path) -> Payroll:
    """The file of the night before is known; the clock went on to the day of the next one, and that one is read."""
    payroll = Payroll("opus")
    payroll.loads(sample(tmp_path, "ZLPE_delta.previous.xml"), date(2026, 11, 18))
    payroll.clear().reaches(EXPORTED)
    reading = payroll.loads(sample(tmp_path, "ZLPE_delta.xml"), EXPORTED)
    assert [(wrong.reason, wrong.column) for wrong in reading.wrong] == [("missing-entry-date", "entryDate")]
    return payroll


@pytest.mark.parametrize(
    ("number", "said", "later"),
    [
        ("5001", [("hired", 1, True, DECEMBER)], [("employment-started", DECEMBER)]),
        (
            "5002",
            [(name, 1, True, FEBRUARY) for name in ("employment-end-registered", "resigned", "leader-ended")],
            [("employment-ended", FEBRUARY)],
        ),
        ("5003", [("placement-changed", 1, True, DECEMBER)], []),
        ("5004", [], []),
        ("5005", [("employment-ended", 1, True, EXPORTED), ("employment-ended", 2, True, EXPORTED)], []),  # by the clock, then by the file
        ("5006", [("employment-cancelled", 1, True, DECEMBER), ("hired", 2, False, DECEMBER)], []),
    ],
)
def test_a_record_says_what_the_table_lists_at_once_and_later(
    payroll: Payroll, number: str, said: list[tuple[str, int, bool, date]], later: list[tuple[str, date]]
) -> None:
    assert [line.short for line in payroll.of(number)] == said

    payroll.clear().reaches(date(2027, 12, 31))

    assert [(line.name, line.short[3]) for line in payroll.of(number)] == later


def test_the_new_unit_is_created_and_the_others_are_unchanged(payroll: Payroll) -> None:
    (line,) = payroll.of_unit("33")

    assert isinstance(line.body, UnitChanged)
    assert (line.body.change, line.body.effective_date, line.body.name) == (UnitChange.CREATED, DECEMBER, "Område Øst")
    assert line.body.parent_unit_id == unit_id("730", "20")
    assert line.body.registered_at == midnight(EXPORTED)
    assert [payroll.of_unit(code) for code in ("1", "20", "31", "32")] == [[], [], [], []]


def test_degree_last_day_move_and_registration_are_those_of_the_table(payroll: Payroll) -> None:
    hired, (end, resigned, ended_leader), moved, ended, cancelled = (
        payroll.of("5001")[0].body,
        [line.body for line in payroll.of("5002")],
        payroll.of("5003")[0].body,
        payroll.of("5005")[-1].body,
        payroll.of("5006")[0].body,
    )

    assert isinstance(hired, Hired)
    assert (hired.degree, hired.occupation_group, hired.employment_form) == ("0.8108", "nurse", "monthly")
    assert isinstance(end, EmploymentEndRegistered)
    assert isinstance(resigned, Resigned)
    assert (end.last_working_day, end.reason_class, resigned.reason_class) == (date(2027, 1, 31), ReasonClass.UNKNOWN, ReasonClass.UNKNOWN)
    assert isinstance(ended_leader, LeaderEnded)
    assert (ended_leader.unit_id, ended_leader.last_day) == (unit_id("730", "31"), date(2027, 1, 31))
    assert isinstance(moved, PlacementChanged)
    assert (moved.old_unit_id, moved.new_unit_id) == (unit_id("730", "31"), unit_id("730", "33"))
    assert isinstance(ended, EmploymentEnded)
    assert ended.last_working_day == date(2026, 11, 18)
    assert isinstance(cancelled, EmploymentCancelled)
    assert [r.fact for _, r in payroll.said if r.type == Hired.wire and not r.stands] == [cancelled.hired_fact]


def test_what_stands_at_once_and_later_is_registered_on_the_day_the_table_lists(payroll: Payroll) -> None:
    payroll.reaches(date(2027, 12, 31))
    last = {(number, line.name): line for number in ("5001", "5002", "5003", "5005", "5006") for line in payroll.of(number)}
    told = {key: getattr(line.body, "registered_at") for key, line in last.items() if line.stands}  # noqa: B009 - each has one

    assert {number for number, _ in told} == {"5001", "5002", "5003", "5005", "5006"}
    assert set(told.values()) == {midnight(EXPORTED)}


def test_the_unit_of_5002_is_without_a_leader_from_february(payroll: Payroll) -> None:
    (vacant,) = payroll.of_post("31")

    assert vacant.short == ("post-vacant", 1, True, FEBRUARY)
    assert getattr(vacant.body, "registered_at") == midnight(EXPORTED)  # noqa: B009 - not every event has one


def test_who_left_while_the_service_was_down_is_said_once_as_registered_by_the_file(tmp_path: Path) -> None:
    payroll = Payroll("opus")
    payroll.loads(sample(tmp_path, "ZLPE_delta.previous.xml"), date(2026, 11, 18))

    payroll.clear().loads(sample(tmp_path, "ZLPE_delta.xml"), EXPORTED)

    (ended,) = payroll.of("5005")
    assert ended.short == ("employment-ended", 1, True, EXPORTED)
    assert getattr(ended.body, "registered_at") == midnight(EXPORTED)  # noqa: B009 - not every event has one


def test_the_same_state_in_the_next_file_says_nothing(payroll: Payroll, tmp_path: Path) -> None:
    again = sample(tmp_path, "ZLPE_delta.xml").rename(tmp_path / "ZLPE20261120224012_delta.xml")

    assert payroll.clear().loads(again, date(2026, 11, 20)).rows == 9
    assert payroll.said == []
