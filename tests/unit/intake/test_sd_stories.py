"""What payroll does in daily life, told fact by fact: leave, flips, moves, several periods, deletions."""

from datetime import date
from pathlib import Path

import pytest

from contracts.hr import (
    EmploymentCancelled,
    EmploymentChanged,
    Hired,
    LeaderAppointed,
    LeaderEnded,
    LeaveRegistered,
    PlacementChanged,
)
from tests.unit.intake.payroll import Line, Payroll
from tests.unit.intake.sd_answer import SD, answer, fact, hired, job, status, unit, written


class Told:
    """Answers one after the other, a day apart, about one employment."""

    def __init__(self, folder: Path, mapping: str = SD) -> None:
        self.payroll = Payroll(text=mapping)
        self._folder = folder
        self._day = 1

    def tells(self, *facts: str, start: str = "2026-01-01", number: str = "70001", made: str = "") -> list[Line]:
        """One more answer; what is said of the employment because of it."""
        self._day += 1
        self.payroll.clear()
        text = answer(job(*facts, start=start, number=number), made=made or f"2026-02-{self._day:02}T05:00:00")
        self.payroll.loads(written(self._folder, text), date(2026, 2, self._day))
        return self.payroll.of(f"ZZ {number}")


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Somebody hired from New Year."""
    told = Told(tmp_path)
    assert [line.name for line in told.tells(*hired())] == ["hired", "employment-started"]
    return told


def names(lines: list[Line]) -> list[tuple[str, int, bool]]:
    return [(line.name, line.revision, line.stands) for line in lines]


def test_a_value_that_flips_gives_revisions_of_one_fact(told: Told) -> None:
    moved = told.tells(status("2026-02-02", "2026-01-01", "2026-06-30", "1"), status("2026-02-02", "2026-07-01", "", "8"))
    later = told.tells(status("2026-02-03", "2026-01-01", "2026-08-31", "1"), status("2026-02-03", "2026-09-01", "", "8"))
    back = told.tells(status("2026-02-04", "2026-01-01", "2026-06-30", "1"), status("2026-02-04", "2026-07-01", "", "8"))

    assert [names(lines)[0] for lines in (moved, later, back)] == [("employment-end-registered", n, True) for n in (1, 2, 3)]
    assert [names(lines)[1] for lines in (moved, later, back)] == [("resigned", n, True) for n in (1, 2, 3)]


def test_two_changes_registered_on_one_day_are_ordered_by_when_they_were_answered(told: Told) -> None:
    late = unit("2026-02-02", "2026-03-01", "", "B210")
    back = unit("2026-02-02", "2026-03-01", "", "A120")

    assert names(told.tells(late, made="2026-02-02T09:00:00")) == [("placement-changed", 1, True)]
    assert names(told.tells(back, made="2026-02-02T15:00:00")) == [("placement-changed", 2, False)]
    assert names(told.tells(late, made="2026-02-02T16:00:00")) == [("placement-changed", 3, True)]
    assert told.tells(back, made="2026-02-02T12:00:00") == []  # an answer that came too late


def test_a_leave_that_is_moved_is_the_same_and_rows_in_a_row_are_one(told: Told) -> None:
    first = told.tells(status("2026-02-02", "2026-04-01", "2026-06-30", "3"), status("2026-02-02", "2026-07-01", "2026-08-31", "3"))
    moved = told.tells(status("2026-02-03", "2026-04-01", "2026-05-31", "1"))
    gone = told.tells(status("2026-02-04", "2026-01-01", "", "1"))

    assert isinstance(first[0].body, LeaveRegistered)
    assert (first[0].body.leave_from, first[0].body.leave_to) == (date(2026, 4, 1), date(2026, 8, 31))
    assert isinstance(moved[0].body, LeaveRegistered)
    assert (moved[0].revision, moved[0].body.leave_from) == (2, date(2026, 6, 1))
    assert names(gone) == [("leave-registered", 3, False)]


def test_two_leaves_and_an_open_one(told: Told) -> None:
    lines = told.tells(
        status("2026-02-02", "2026-04-01", "2026-04-30", "3"),
        status("2026-02-02", "2026-05-01", "2026-05-31", "1"),
        status("2026-02-02", "2026-06-01", "9999-12-31", "3"),
    )

    assert [(line.body.leave_from, line.body.leave_to) for line in lines if isinstance(line.body, LeaveRegistered)] == [
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 6, 1), None),
    ]


def test_a_leave_that_outlasts_the_employment_has_no_day_back(told: Told) -> None:
    told.tells(status("2026-02-02", "2026-04-01", "2026-06-30", "3"), status("2026-02-02", "2026-07-01", "", "8"))
    told.payroll.clear().reaches(date(2026, 12, 31))

    assert [(line.name, line.short[3]) for line in told.payroll.of("ZZ 70001")] == [
        ("leave-started", date(2026, 4, 1)),
        ("employment-ended", date(2026, 7, 1)),
    ]


def test_a_leave_that_was_over_before_the_first_day_never_starts(told: Told) -> None:
    told.tells(status("2026-02-02", "2025-12-01", "2025-12-20", "3"), start="2026-01-01")

    assert [line.name for line in told.payroll.of("ZZ 70001")] == ["leave-registered"]


def test_a_new_leave_that_begins_where_an_old_one_did_is_another(told: Told) -> None:
    told.tells(status("2026-02-02", "2026-04-01", "2026-05-31", "3"))
    told.tells(status("2026-02-03", "2026-04-01", "2026-04-30", "1"))
    lines = told.tells(status("2026-02-04", "2026-04-01", "2026-04-10", "3"))

    assert [(line.name, line.revision, line.short[3]) for line in lines] == [("leave-registered", 1, date(2026, 4, 1))]


def test_who_was_never_at_work_has_no_first_day_there(tmp_path: Path) -> None:
    lines = Told(tmp_path).tells(
        status("2025-12-01", "2025-10-01", "2025-10-31", "0"),
        status("2025-12-01", "2025-11-01", "2025-12-31", "8"),
        status("2025-12-01", "2026-01-01", "", "1"),
        *(part.replace("2026-01-01", "2025-10-01") for part in hired()[1:]),
    )

    hires = [line.body for line in lines if isinstance(line.body, Hired)]
    assert [hire.first_working_day for hire in hires] == [None, date(2026, 1, 1)]


def test_a_conflict_changes_nothing(told: Told) -> None:
    assert told.tells(status("2026-02-02", "2026-03-01", "2026-03-31", "4")) == []


def test_a_start_that_is_moved_is_the_same_hire(told: Told) -> None:
    lines = told.tells(status("2026-02-02", "2026-02-20", "", "1"), start="2026-02-20")

    assert [(line.name, line.revision, line.stands) for line in lines] == [("hired", 2, True), ("employment-started", 2, False)]
    assert isinstance(lines[0].body, Hired)
    assert (lines[0].body.effective_date, lines[0].body.first_working_day) == (date(2026, 2, 20), date(2026, 2, 20))


def test_a_deletion_takes_the_whole_employment_back_and_an_older_spell_stays(told: Told) -> None:
    told.tells(status("2026-02-02", "2026-03-01", "2026-03-31", "8"), status("2026-02-02", "2026-04-01", "", "1"), start="2026-04-01")
    deleted = told.tells(status("2026-02-03", "2026-04-01", "", "S"), start="")
    purged = told.tells(status("2026-02-04", "2026-03-01", "", "S"), start="")

    assert names(deleted) == [("employment-cancelled", 1, True), ("hired", 2, False)]
    assert isinstance(deleted[0].body, EmploymentCancelled)
    assert deleted[0].body.effective_date == date(2026, 4, 1)
    assert purged == []
    assert told.payroll.notes == {"source-record-purged": 1}


def test_a_deletion_of_a_running_job_means_that_it_never_was_and_the_number_can_come_back(told: Told) -> None:
    assert names(told.tells(status("2026-02-02", "2026-02-01", "", "S"), start=""))[0] == ("employment-cancelled", 1, True)
    assert names(told.tells(*hired("2026-02-03"))) == [
        ("hired", 3, True),
        ("employment-started", 3, True),
        ("employment-cancelled", 2, False),
    ]


def test_a_deletion_of_something_never_known_is_noted_only(tmp_path: Path) -> None:
    told = Told(tmp_path)

    assert told.tells(status("2026-02-02", "2026-02-01", "", "S"), start="") == []
    assert told.payroll.notes == {"cancel-of-unknown": 1}


def test_nothing_is_said_until_unit_and_degree_are_told_and_then_all_of_it(tmp_path: Path) -> None:
    told = Told(tmp_path)

    assert told.tells(hired()[0]) == []
    assert told.payroll.notes == {"waits-for-facts": 1}
    assert names(told.tells(*hired()[1:])) == [("hired", 1, True), ("employment-started", 1, True)]


def test_a_start_that_is_not_told_is_the_first_day_of_the_status(tmp_path: Path) -> None:
    told = Told(tmp_path)
    (line, _) = told.tells(*hired(), start="")

    assert line.short[3] == date(2026, 1, 1)
    assert told.payroll.notes == {"start-assumed": 1}


def test_first_load_with_an_end_and_a_rehire_in_one_answer_are_two_spells(tmp_path: Path) -> None:
    lines = Told(tmp_path).tells(
        status("2025-12-01", "2024-01-01", "2024-12-31", "1"),
        status("2025-12-01", "2025-01-01", "2025-05-31", "8"),
        status("2025-12-01", "2025-06-01", "2025-11-30", "1"),
        status("2025-12-01", "2025-12-01", "", "9"),
        *(part.replace("2026-01-01", "2024-01-01") for part in hired()[1:]),
        start="2025-06-01",
    )

    hires = [line.body for line in lines if isinstance(line.body, Hired)]
    assert [(hire.effective_date, hire.rehire) for hire in hires] == [(date(2024, 1, 1), False), (date(2025, 6, 1), True)]
    assert [line.name for line in lines].count("employment-end-registered") == 2
    assert [line.name for line in lines].count("resigned") == 1


def test_a_leader_by_position_leads_where_the_employment_belongs(told: Told) -> None:
    told.tells(fact("Profession", "2026-01-15", "2026-01-01", "", "4102"))
    lines = told.tells(fact("Profession", "2026-02-02", "2026-03-01", "", "1040"))
    moved = told.tells(unit("2026-02-03", "2026-05-01", "", "B210"))
    demoted = told.tells(fact("Profession", "2026-02-04", "2026-07-01", "", "4102"))

    assert [(type(line.body), line.short[3]) for line in lines] == [
        (EmploymentChanged, date(2026, 3, 1)),
        (LeaderAppointed, date(2026, 3, 1)),
    ]
    assert [(line.name, line.short[3]) for line in moved] == [
        ("placement-changed", date(2026, 5, 1)),
        ("leader-ended", date(2026, 5, 1)),
        ("leader-appointed", date(2026, 5, 1)),
    ]
    assert [(type(line.body), line.short[3]) for line in demoted] == [
        (EmploymentChanged, date(2026, 7, 1)),
        (LeaderEnded, date(2026, 7, 1)),
    ]


def test_several_moves_at_once_are_said_each_with_its_day(told: Told) -> None:
    lines = told.tells(unit("2026-02-02", "2026-03-01", "2026-03-31", "B210"), unit("2026-02-02", "2026-04-01", "", "A130"))

    assert [line.body.effective_date for line in lines if isinstance(line.body, PlacementChanged)] == [date(2026, 3, 1), date(2026, 4, 1)]
