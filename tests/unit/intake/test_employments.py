"""From rows to facts: what a person's rows say about hires, moves, leaves and what was taken back."""

from datetime import date

from contracts.base import Precision
from contracts.hr import (
    EmploymentCancelled,
    EmploymentEnded,
    EmploymentEndRegistered,
    EmploymentStarted,
    Hired,
    HoursChanged,
    LeaveRegistered,
    PersonNamed,
    PlacementChanged,
    Resigned,
)
from contracts.words import LeaveKind
from services.chassis.calendar import midnight
from tests.kit.builders import an_id, noon
from tests.unit.intake.source import FIRST, KNOWN, LAST, Source, leaving, shown


def test_the_first_row_of_somebody_is_a_hire() -> None:
    source = Source().shows(shown(KNOWN, position_code="2001", first_working_day=date(2021, 3, 8)))

    (hired,) = source.stands(Hired)
    assert (hired.effective_date, hired.first_working_day, hired.rehire) == (FIRST, date(2021, 3, 8), False)
    assert (hired.unit_id, hired.position_code, hired.degree) == (an_id("unit"), "2001", "1.0000")
    assert hired.registered_at == noon(KNOWN)


def test_a_row_that_shows_the_same_again_says_nothing() -> None:
    source = Source().shows(shown(KNOWN), shown(date(2021, 12, 31), valid_from=date(2021, 12, 31)))

    assert len(source.said(Hired)) == 1
    assert source.stands(Hired)[0].registered_at == noon(KNOWN)


def test_a_precision_of_a_day_is_told() -> None:
    source = Source().shows(shown(KNOWN, registered_precision=Precision.DAY))

    assert source.stands(Hired)[0].registered_precision is Precision.DAY


def test_a_moved_start_is_the_next_revision_of_the_same_hire() -> None:
    source = Source().shows(shown(KNOWN), shown(date(2021, 2, 1), first_day=date(2021, 3, 22)))

    first, second = source.said(Hired)
    assert first.fact == second.fact
    assert (first.revision, second.revision) == (1, 2)
    assert second.known_at == noon(date(2021, 2, 1))
    assert second.body.effective_date == date(2021, 3, 22)


def test_a_value_that_flips_there_and_back_gives_three_revisions() -> None:
    source = Source()
    for registered, first in ((KNOWN, FIRST), (date(2021, 2, 1), date(2021, 4, 1)), (date(2021, 2, 9), FIRST)):
        source.shows(shown(registered, first_day=first))

    assert [r.revision for r in source.said(Hired)] == [1, 2, 3]
    assert len({r.id for r in source.said(Hired)}) == 3
    assert source.stands(Hired)[0].effective_date == FIRST


def test_a_move_and_other_hours_are_two_facts_of_their_day() -> None:
    day = date(2021, 9, 1)
    source = Source().shows(shown(KNOWN), shown(date(2021, 8, 1), valid_from=day, unit_id=an_id("other"), degree="0.8000"))

    (move,), (hours,) = source.stands(PlacementChanged), source.stands(HoursChanged)
    assert (move.effective_date, move.old_unit_id, move.new_unit_id, move.unit_id) == (day, an_id("unit"), an_id("other"), an_id("other"))
    assert (hours.effective_date, hours.old_degree, hours.new_degree) == (day, "1.0000", "0.8000")


def test_a_move_told_back_for_the_same_day_stands_no_longer_and_returns_as_the_same_fact() -> None:
    day = date(2021, 9, 1)
    source = Source()
    for number, unit in enumerate(("unit", "other", "unit", "other")):
        source.shows(shown(date(2021, 8, 1 + number), valid_from=None if number == 0 else day, unit_id=an_id(unit)))

    assert [(r.revision, r.stands) for r in source.said(PlacementChanged)] == [(1, True), (2, False), (3, True)]


def test_a_move_registered_late_is_put_in_between() -> None:
    source = Source().shows(
        shown(KNOWN),
        shown(date(2021, 8, 1), valid_from=date(2021, 9, 1), unit_id=an_id("third")),
        shown(date(2021, 10, 1), valid_from=date(2021, 6, 1), unit_id=an_id("second")),
    )

    moves = sorted((m.effective_date, m.old_unit_id, m.new_unit_id) for m in source.stands(PlacementChanged))
    assert moves == [
        (date(2021, 6, 1), an_id("unit"), an_id("second")),
        (date(2021, 9, 1), an_id("second"), an_id("third")),
    ]


def test_where_only_later_days_were_shown_the_earliest_reaches_back_to_the_start() -> None:
    source = Source().shows(shown(date(2021, 12, 31), valid_from=date(2021, 12, 31), first_day=date(2015, 1, 1)))

    assert source.stands(Hired)[0].unit_id == an_id("unit")
    assert source.stands(PlacementChanged) == []


def test_a_start_moved_past_a_later_entry_takes_that_entry_for_its_own() -> None:
    source = Source().shows(
        shown(date(2021, 12, 31), valid_from=date(2021, 12, 31)),
        shown(date(2022, 12, 31), valid_from=date(2022, 12, 31), first_day=date(2022, 2, 1), unit_id=an_id("other")),
    )

    assert source.stands(Hired)[0].unit_id == an_id("unit")
    assert len(source.stands(PlacementChanged)) == 1


def test_a_cancelled_employment_never_was() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2021, 1, 20)), shown(date(2021, 2, 1), cancelled=True))

    assert source.stands(Hired) == []
    assert source.stands(EmploymentEndRegistered) == []
    assert source.stands(Resigned) == []
    (cancelled,) = source.stands(EmploymentCancelled)
    assert cancelled.hired_fact == source.said(Hired)[0].fact


def test_a_cancellation_of_something_never_shown_says_nothing() -> None:
    assert Source().shows(shown(KNOWN, cancelled=True)).spoken == []


def test_a_cancelled_number_used_again_from_another_day_is_another_hire_and_from_the_same_day_the_same() -> None:
    used = Source().shows(shown(KNOWN), shown(date(2021, 2, 1), cancelled=True), shown(date(2021, 6, 1), first_day=date(2021, 8, 1)))
    back = Source().shows(shown(KNOWN), shown(date(2021, 2, 1), cancelled=True), shown(date(2021, 2, 2)))

    assert len({r.fact for r in used.said(Hired)}) == 2
    assert len(used.stands(EmploymentCancelled)) == 1
    assert [(r.revision, r.stands) for r in back.said(Hired)] == [(1, True), (2, False), (3, True)]
    assert back.stands(EmploymentCancelled) == []


def test_leaves_are_known_by_their_first_day() -> None:
    away = {"leave_from": date(2021, 6, 1), "leave_kind": LeaveKind.PARENTAL}
    source = Source().shows(
        shown(KNOWN),
        shown(date(2021, 5, 1), **away),
        shown(date(2021, 9, 1), **away, leave_to=date(2021, 12, 31)),
        shown(date(2022, 1, 9)),
        shown(date(2022, 2, 1), leave_from=date(2022, 3, 1), leave_to=date(2022, 3, 31)),
    )

    leaves = sorted(source.stands(LeaveRegistered), key=lambda leave: leave.leave_from)
    assert [(leave.leave_from, leave.leave_to) for leave in leaves] == [
        (date(2021, 6, 1), date(2021, 12, 31)),
        (date(2022, 3, 1), date(2022, 3, 31)),
    ]
    assert leaves[0].leave_id in {r.fact for r in source.said(LeaveRegistered)}


def test_two_jobs_of_one_person_are_kept_apart() -> None:
    source = Source().shows(shown(KNOWN), shown(KNOWN, employment_id=an_id("evening job"), degree="0.2000"))

    assert {h.employment_id for h in source.stands(Hired)} == {an_id("job"), an_id("evening job")}


def test_the_first_and_the_day_after_the_last_are_said_by_the_clock() -> None:
    source = Source(now=date(2021, 2, 28)).shows(leaving(KNOWN, reason="fixed-term-end"), at=KNOWN)

    assert source.state.wake_at == midnight(FIRST)
    assert source.stands(EmploymentStarted) == []
    assert source.reaches(FIRST).stands(EmploymentStarted)[0].effective_date == FIRST
    assert source.reaches(LAST).stands(EmploymentEnded) == []
    (ended,) = source.reaches(date(2022, 6, 1)).stands(EmploymentEnded)
    assert (ended.effective_date, ended.last_working_day, ended.tenure_days) == (date(2022, 6, 1), LAST, 457)
    assert source.state.wake_at is None


def test_days_before_the_municipality_is_live_are_not_said() -> None:
    source = Source().shows(shown(date(2010, 1, 1), first_day=date(2010, 2, 1), last_day=date(2019, 12, 30)))

    assert source.stands(EmploymentStarted) == []
    assert source.stands(EmploymentEnded) == []


def test_the_day_of_going_live_itself_is_said() -> None:
    source = Source().shows(shown(date(2010, 1, 1), first_day=date(2010, 2, 1), last_day=date(2019, 12, 31)))

    assert [ended.effective_date for ended in source.stands(EmploymentEnded)] == [date(2020, 1, 1)]


def test_the_latest_name_goes_to_the_directory() -> None:
    source = Source().shows(shown(KNOWN, display_name="Anne Dam"), shown(date(2021, 5, 1), display_name="Anne Holm", work_mail="ah@x.dk"))

    (named,) = source.stands(PersonNamed)
    assert (named.display_name, named.work_mail) == ("Anne Holm", "ah@x.dk")
    assert [r.revision for r in source.said(PersonNamed)] == [1, 2]


def test_no_other_event_holds_a_name() -> None:
    source = Source().shows(shown(KNOWN, display_name="Anne Dam"), leaving(date(2022, 4, 20), display_name="Anne Dam"))

    assert not any("Anne" in r.body.model_dump_json() for r in source.spoken if not isinstance(r.body, PersonNamed))
