"""What intake says of an employment that is told event by event: the same events as of rows, whatever order the source's came in."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.hr import (
    EmploymentCancelled,
    EmploymentEnded,
    EmploymentEndRegistered,
    EmploymentStarted,
    Hired,
    LeaderAppointed,
    LeaveEnded,
    LeaveRegistered,
    LeaveStarted,
    PersonNamed,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
    UnitChanged,
)
from services.chassis.subject import Revision, body_text
from services.intake.domain.event_seen import EventSeen
from tests.kit.builders import an_id
from tests.unit.intake.source import Source, shown, unit_shown
from tests.unit.intake.teller import ended, event, hired, moment, resigned, withdrawn

Told = Revision[EventSeen]


def after(*told: Told) -> Source:
    return Source().records(told)


def standing(source: Source) -> list[str]:
    """What stands, as bodies: which fact each is, is another matter."""
    return sorted(f"{said.revision.type} {body_text(said.revision.body)}" for said in source.state.said.values() if said.revision.stands)


def test_a_hire_is_said_as_it_was_told_and_its_first_day_when_it_comes() -> None:
    source = Source(now=date(2021, 1, 2)).records([hired()])
    assert [said.effective_date for said in source.stands(Hired)] == [date(2021, 3, 1)]
    assert not source.stands(EmploymentStarted)

    source.reaches(date(2021, 3, 1))
    assert [said.effective_date for said in source.stands(EmploymentStarted)] == [date(2021, 3, 1)]


def test_a_numbered_revision_holds_by_its_number_and_a_lower_one_that_is_late_says_nothing() -> None:
    source = after(hired(number=2, first_day="2021-04-01"))
    before = len(source.spoken)

    source.records([hired(day=3, number=1, first_day="2021-05-01")])

    assert [said.effective_date for said in source.stands(Hired)] == [date(2021, 4, 1)]
    assert len(source.spoken) == before


def test_what_supersedes_holds_by_its_moment_and_always_before_the_first() -> None:
    first, second, third = (
        hired(day=9),
        hired(day=2, first=False, first_day="2021-04-01"),
        hired(day=3, first=False, first_day="2021-05-01"),
    )

    for order in permutations((first, second, third)):
        assert [said.effective_date for said in after(*order).stands(Hired)] == [date(2021, 5, 1)]


def test_a_fact_that_flips_back_is_said_three_times_under_one_fact() -> None:
    source = after(hired())
    source.records([hired(day=2, first=False, degree="0.5000")]).records([hired(day=3, first=False)])
    said = source.said(Hired)

    assert [r.body.degree for r in said] == ["1.0000", "0.5000", "1.0000"]
    assert [(r.fact, r.revision) for r in said] == [(said[0].fact, number) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    "cancel",
    [
        hired(day=4, first=False, cancelled=True),
        event("employment-cancelled", 4, "hire", first=False, effective_date="2021-03-01", hired_fact=an_id("x")),
    ],
    ids=["cancelled", "employment-cancelled"],
)
def test_a_cancelled_hire_takes_back_all_of_its_spell(cancel: Told) -> None:
    source = after(
        hired(),
        ended(2),
        event(
            "placement-changed",
            3,
            "move",
            effective_date="2021-06-01",
            old_unit_id=an_id("unit"),
            new_unit_id=an_id("b"),
            internal_move=True,
        ),
    )
    hire = source.said(Hired)[0]

    source.records([cancel])

    assert {said.revision.type for said in source.state.said.values() if said.revision.stands} == {EmploymentCancelled.wire}
    assert source.stands(EmploymentCancelled)[0].hired_fact == hire.fact


def test_a_cancelled_hire_that_is_told_again_comes_back() -> None:
    source = after(hired(), hired(day=2, first=False, cancelled=True)).records([hired(day=3, first=False)])

    assert len(source.stands(Hired)) == 1
    assert not source.stands(EmploymentCancelled)


def test_an_end_implies_a_resignation_unless_its_reason_is_another() -> None:
    assert [said.last_working_day for said in after(hired(), ended(2)).stands(Resigned)] == [date(2022, 5, 31)]
    assert not after(hired(), ended(2, reason="dismissal")).stands(Resigned)


def test_a_resignation_implies_an_end_and_one_that_was_implied_is_the_same_fact_when_it_is_told() -> None:
    source = after(hired(), resigned(2))
    assert [said.last_working_day for said in source.stands(EmploymentEndRegistered)] == [date(2022, 5, 31)]

    source.records([ended(3, last="2022-06-30")])
    ends = source.said(EmploymentEndRegistered)
    assert [(r.fact, r.body.last_working_day.month) for r in ends] == [(ends[0].fact, 5), (ends[0].fact, 6)]

    implied = after(hired(), ended(2)).records([resigned(3, received_on="2022-04-01")]).said(Resigned)
    assert [(r.fact, r.body.received_on) for r in implied] == [(implied[0].fact, None), (implied[0].fact, date(2022, 4, 1))]


def test_a_withdrawn_resignation_stands_and_its_end_does_not() -> None:
    source = after(hired(), resigned(2), ended(2), withdrawn(5))
    notice = source.said(Resigned)[0]

    assert len(source.stands(Resigned)) == 1
    assert [said.resignation_fact for said in source.stands(ResignationWithdrawn)] == [notice.fact]
    assert not source.stands(EmploymentEndRegistered)
    assert not source.stands(EmploymentEnded)


def test_who_resigns_again_after_a_withdrawal_has_two_resignations_and_one_end() -> None:
    source = after(hired(), resigned(2), withdrawn(5), resigned(7, "second", last="2022-10-31"))

    assert sorted(said.last_working_day for said in source.stands(Resigned)) == [date(2022, 5, 31), date(2022, 10, 31)]
    assert [said.last_working_day for said in source.stands(EmploymentEndRegistered)] == [date(2022, 10, 31)]


def test_a_withdrawal_waits_for_the_resignation_it_names() -> None:
    source = after(hired(), withdrawn(5))
    assert not source.stands(ResignationWithdrawn)

    source.records([resigned(6)])
    assert len(source.stands(ResignationWithdrawn)) == 1


def test_an_end_belongs_to_the_spell_it_ends_and_not_to_one_that_begins_the_day_after() -> None:
    again = hired(day=6, fact="again", first_day="2022-06-01", rehire=True)
    source = after(hired(), ended(2), again, hired(day=7, fact="again", first=False, first_day="2022-06-01", cancelled=True))

    assert len(source.stands(EmploymentEndRegistered)) == 1, "only the second spell was cancelled"
    assert [said.tenure_days for said in source.stands(EmploymentEnded)] == [457]


def test_a_leave_gets_the_id_of_its_fact() -> None:
    source = after(
        hired(), event("leave-registered", 2, "leave", effective_date="2021-06-01", leave_id=an_id("theirs"), leave_from="2021-06-01")
    )

    assert [r.body.leave_id for r in source.said(LeaveRegistered)] == [r.fact for r in source.said(LeaveRegistered)]


@pytest.mark.parametrize(
    ("leave", "last", "days"),
    [
        (("2021-06-01", "2021-08-31"), "2022-05-31", [date(2021, 6, 1), date(2021, 9, 1)]),
        (("2021-02-01", "2021-08-31"), "2022-05-31", [date(2021, 3, 1), date(2021, 9, 1)]),
        (("2021-06-01", None), "2022-05-31", [date(2021, 6, 1)]),
        (("2021-06-01", "2022-05-31"), "2022-05-31", [date(2021, 6, 1)]),
        (("2022-06-01", "2022-08-31"), "2022-05-31", []),
    ],
)
def test_a_leave_begins_and_ends_within_the_employment(leave: tuple[str, str | None], last: str, days: list[date]) -> None:
    first, until = leave
    away = event("leave-registered", 2, "leave", effective_date=first, leave_id=an_id("x"), leave_from=first, leave_to=until)
    source = after(hired(), ended(3, last=last), away)
    said: list[LeaveStarted | LeaveEnded] = [*source.stands(LeaveStarted), *source.stands(LeaveEnded)]

    assert [each.effective_date for each in said] == days
    assert {each.leave_id for each in said} <= {each.leave_id for each in source.stands(LeaveRegistered)}


def test_who_moves_while_away_comes_back_to_the_new_unit() -> None:
    away = event(
        "leave-registered", 2, "leave", effective_date="2021-06-01", leave_id=an_id("x"), leave_from="2021-06-01", leave_to="2021-08-31"
    )
    units = {"unit_id": an_id("new"), "old_unit_id": an_id("unit"), "new_unit_id": an_id("new"), "internal_move": True}
    source = after(
        hired(), away, *(event("placement-changed", 3, day, effective_date=day, **units) for day in ("2021-07-01", "2021-10-01"))
    )

    assert [said.unit_id for said in source.stands(LeaveStarted)] == [an_id("unit")]
    assert [said.unit_id for said in source.stands(LeaveEnded)] == [an_id("new")]


def test_who_has_left_and_withdrew_and_leaves_again_has_ended_another_time() -> None:
    source = after(hired(), resigned(2)).records([withdrawn(5)]).records([ended(7, last="2022-10-31")])
    first, gone, again = source.said(EmploymentEnded)

    assert (first.fact, first.stands) == (gone.fact, not gone.stands)
    assert (again.fact != first.fact, again.revision, again.body.last_working_day) == (True, 1, date(2022, 10, 31))


def test_of_an_employment_that_rows_show_the_rows_decide() -> None:
    source = after(hired(day=2, degree="0.5000"), ended(3)).shows(shown(date(2021, 1, 10)))

    assert [said.degree for said in source.stands(Hired)] == ["1.0000"]
    assert not source.stands(EmploymentEndRegistered)


def test_the_name_that_was_registered_last_is_said() -> None:
    named = event("person-named", 12, "name", display_name="Bo Bak")

    assert [n.display_name for n in after(named).shows(shown(date(2021, 1, 10), display_name="Bo")).stands(PersonNamed)] == ["Bo Bak"]
    assert [n.display_name for n in after(named).shows(shown(date(2021, 1, 20), display_name="Bo")).stands(PersonNamed)] == ["Bo"]


def test_what_is_told_of_a_unit_is_said_until_it_is_taken_back() -> None:
    name = {"change": "created", "name": "Nord", "level": "team", "effective_date": "2021-01-01"}
    chief = {"effective_date": "2021-01-01", "leader_level": "team"}
    source = Source("unit").records([event("unit-changed", 1, "unit", **name), event("leader-appointed", 2, "chief", **chief)])
    assert [said.name for said in source.stands(UnitChanged)] == ["Nord"]
    assert len(source.stands(LeaderAppointed)) == 1

    source.records([event("leader-appointed", 3, "chief", first=False, cancelled=True, **chief)])
    assert not source.stands(LeaderAppointed)


def test_of_a_unit_that_rows_show_the_rows_decide_and_of_its_leaders_what_was_told() -> None:
    name = {"change": "created", "name": "Nord", "level": "team", "effective_date": "2021-01-01"}
    chief = event("leader-appointed", 2, "chief", effective_date="2021-01-01", leader_level="team")
    source = Source("unit").records([event("unit-changed", 1, "unit", **name), chief]).shows(unit_shown(date(2021, 1, 3)))

    assert [said.name for said in source.stands(UnitChanged)] == ["Plejecenter"]
    assert len(source.stands(LeaderAppointed)) == 1


STORY = (
    hired(),
    hired(day=2, first=False, degree="0.8000"),
    resigned(3),
    ended(3),
    ended(4, first=False, last="2022-06-30"),
    withdrawn(5),
    resigned(7, "second", last="2022-10-31"),
    resigned(8, "second", first=False, last="2022-10-31", cancelled=True),
    ended(9, "dismissed", last="2023-01-31", reason="dismissal"),
    event(
        "placement-changed",
        4,
        "move",
        number=1,
        effective_date="2021-06-01",
        old_unit_id=an_id("unit"),
        new_unit_id=an_id("b"),
        internal_move=True,
    ),
    event("person-named", 6, "name", display_name="Bo Bak"),
    hired(day=10, fact="again", first_day="2023-06-01", rehire=True),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(STORY), st.integers(1, len(STORY)), st.lists(st.sampled_from(STORY), max_size=4))
def test_the_same_events_in_any_order_number_and_calls_are_the_same_situation(order: Sequence[Told], size: int, again: list[Told]) -> None:
    source = Source()
    calls = [*order, *again]
    for start in range(0, len(calls), size):
        source.records(Revision(r.fact, 0, 1, True, moment(20), r.body, r.type) for r in calls[start : start + size])

    assert standing(source) == standing(after(*STORY))
    assert [said.last_working_day for said in source.stands(EmploymentEndRegistered)] == [date(2023, 1, 31)]
    assert sorted(said.degree for said in source.stands(Hired)) == ["0.8000", "1.0000"]
    assert len(source.stands(PlacementChanged)) == 1
