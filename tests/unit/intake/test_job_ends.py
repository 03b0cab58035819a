"""Who has left leads nobody, stands in for nobody and has no role, whether or not the source of these says so."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from contracts.hr import DeputyAppointed, LeaderAppointed, LeaderEnded, PostVacant, RoleAssigned
from services.chassis.ids import standing_for
from services.chassis.subject import Revision
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.records import Seen
from tests.kit.builders import an_id, noon
from tests.unit.intake.directory.rows import deputy, role
from tests.unit.intake.hall import Hall, job_shown, leads, left
from tests.unit.intake.teller import event

TOLD, KNOWN, LATER = date(2021, 6, 1), date(2022, 1, 5), date(2022, 2, 1)
LAST = date(2022, 1, 31)
AFTER = date(2022, 2, 1)
NO_NUMBER = {"employment_id": standing_for(an_id("leader"))}
"""A directory that knows no numbers of employments."""


def told(kind: str, fact: str, **more: object) -> Revision[EventSeen]:
    who = {"person_key": an_id("leader"), "employment_id": an_id("job of leader"), "effective_date": "2021-07-01"}
    return event(kind, 2, fact, **{**who, **more})


EVENTS = {
    "leader": told("leader-appointed", "leader", leader_level="department"),
    "deputy": told("deputy-appointed", "deputy", deputy_for=an_id("boss")),
    "amr": told("role-assigned", "amr", role="amr"),
}


def test_a_registered_end_ends_the_leadership_that_names_the_job_and_leaves_the_post_vacant() -> None:
    hall = Hall().shows(leads(TOLD), job_shown(TOLD)).shows(left(KNOWN, LAST))

    (ended,), (vacant,) = hall.stands(LeaderEnded), hall.stands(PostVacant)
    assert (ended.person_key, ended.unit_id, ended.last_day, ended.effective_date) == (an_id("leader"), an_id("unit"), LAST, AFTER)
    assert (ended.reason_class, ended.registered_at) == ("own-request", noon(KNOWN))
    assert (vacant.effective_date, vacant.registered_at) == (AFTER, noon(KNOWN))


def test_an_end_that_moves_moves_it_and_one_that_is_taken_back_takes_it_back() -> None:
    hall = Hall().shows(leads(TOLD), job_shown(TOLD)).shows(left(KNOWN, LAST)).shows(left(LATER, date(2022, 3, 31)))
    assert [ended.last_day for ended in hall.stands(LeaderEnded)] == [date(2022, 3, 31)]

    hall.shows(job_shown(date(2022, 2, 5)))

    assert not [*hall.stands(LeaderEnded), *hall.stands(PostVacant)]
    assert [r.stands for r in hall.said(LeaderEnded)] == [True, True, False]
    assert len({r.fact for r in hall.said(LeaderEnded)}) == 1
    assert len(hall.stands(LeaderAppointed)) == 1


@pytest.mark.parametrize(("row", "kind", "who"), [(deputy, DeputyAppointed, "deputy"), (role, RoleAssigned, "representative")])
def test_a_deputys_and_a_representatives_time_is_over_with_the_job_and_open_again_with_it(row: Any, kind: Any, who: str) -> None:
    more = {"deputy_for": an_id("boss")} if who == "deputy" else {}
    hall = Hall().shows(row(TOLD, **more), job_shown(TOLD, who))
    before = hall.stands(kind)

    hall.shows(left(KNOWN, LAST, who))
    assert [(held.until, held.registered_at) for held in hall.stands(kind)] == [(LAST, noon(KNOWN))]

    hall.shows(job_shown(LATER, who))
    assert hall.stands(kind) == before
    assert [held.until for held in before] == [None]


@pytest.mark.parametrize("by_event", [False, True])
def test_a_standing_deputy_is_none_for_a_period_because_the_job_ends(by_event: bool) -> None:
    hall = Hall(LAST).shows(job_shown(TOLD)).shows(left(KNOWN, LAST))
    hall.records([EVENTS["deputy"]]) if by_event else hall.shows(deputy(TOLD, "leader", deputy_for=an_id("boss")))
    assert [appointed.until for appointed in hall.stands(DeputyAppointed)] == [None]

    hall.reaches(AFTER)

    assert [appointed.until for appointed in hall.stands(DeputyAppointed)] == [LAST]


@pytest.mark.parametrize(("last", "told"), [(date(2022, 1, 1), date(2022, 1, 1)), (date(2022, 6, 30), LAST), (None, LAST)])
def test_what_ends_before_the_job_ends_then(last: date | None, told: date) -> None:
    hall = Hall().shows(leads(TOLD, last_day=last), role(TOLD, until=last), job_shown(TOLD))
    hall.shows(left(KNOWN, LAST), left(KNOWN, LAST, "representative"))

    assert [ended.last_day for ended in hall.stands(LeaderEnded)] == [told]
    assert [assigned.until for assigned in hall.stands(RoleAssigned)] == [told]


def test_who_is_employed_again_under_the_number_leads_again() -> None:
    hall = Hall().shows(leads(TOLD), job_shown(TOLD)).shows(left(KNOWN, LAST)).shows(job_shown(LATER, first_day=date(2022, 5, 1)))

    assert hall.stands(LeaderEnded) == []


def test_who_leads_after_the_job_that_is_named_ended_leads_by_another() -> None:
    hall = Hall().shows(left(TOLD, LAST), leads(KNOWN, first_day=AFTER), role(KNOWN, first_day=AFTER, person_key=an_id("leader")))

    assert hall.stands(LeaderEnded) == []
    assert [assigned.until for assigned in hall.stands(RoleAssigned)] == [None]


def test_where_no_job_is_named_somebody_leads_until_the_last_one_ends() -> None:
    hall = Hall().shows(leads(TOLD, **NO_NUMBER), job_shown(TOLD), job_shown(TOLD, job="other job"))
    assert hall.shows(left(KNOWN, LAST)).stands(LeaderEnded) == []

    hall.shows(left(LATER, date(2022, 4, 30), job="other job"))

    assert [(ended.last_day, ended.employment_id) for ended in hall.stands(LeaderEnded)] == [
        (date(2022, 4, 30), NO_NUMBER["employment_id"])
    ]


@pytest.mark.parametrize("reason", ["internal-move", "retirement"])
def test_who_only_moves_to_a_job_not_told_of_yet_leads_on_where_no_job_is_named(reason: str) -> None:
    hall = Hall().shows(leads(TOLD, **NO_NUMBER), job_shown(TOLD)).shows(left(KNOWN, LAST, reason_class=reason))

    assert bool(hall.stands(LeaderEnded)) is (reason == "retirement")


def test_the_end_of_another_job_is_no_matter_of_it() -> None:
    hall = Hall().shows(leads(TOLD), job_shown(TOLD)).shows(left(KNOWN, LAST, job="other job"))

    assert hall.stands(LeaderEnded) == []


def test_who_shares_the_post_leaves_it_filled() -> None:
    second = {"person_key": an_id("second"), "employment_id": an_id("job of second")}
    hall = Hall().shows(leads(TOLD), leads(TOLD, **second), job_shown(TOLD)).shows(left(KNOWN, LAST))

    assert (len(hall.stands(LeaderEnded)), hall.stands(PostVacant)) == (1, [])


def test_the_same_holds_of_what_was_told_by_events() -> None:
    hall = Hall().records([*EVENTS.values()]).shows(job_shown(TOLD))
    before = hall.standing()

    hall.shows(left(KNOWN, LAST))
    assert [(x.last_day, x.reason_class, x.registered_at) for x in hall.stands(LeaderEnded)] == [(LAST, "own-request", noon(KNOWN))]
    assert [x.effective_date for x in hall.stands(PostVacant)] == [AFTER]
    assert [(x.until, x.registered_at) for x in hall.stands(DeputyAppointed)] == [(LAST, noon(KNOWN))]
    assert [(x.until, x.registered_at) for x in hall.stands(RoleAssigned)] == [(LAST, noon(KNOWN))]

    assert {fact for fact in hall.shows(job_shown(LATER)).standing() if fact in before} == {*before}
    assert {fact: body for fact, body in hall.standing().items() if fact in before and "Hired" not in body} == {
        fact: body for fact, body in before.items() if "Hired" not in body
    }
    assert not hall.stands(LeaderEnded)


@pytest.mark.parametrize(("day", "last"), [("2022-01-15", date(2022, 1, 15)), ("2022-05-31", LAST)])
def test_an_end_of_a_leadership_that_was_told_earlier_holds(day: str, last: date) -> None:
    end = told("leader-ended", "leader's end", last_day=day, effective_date=date.fromisoformat(day) + timedelta(days=1))
    hall = Hall().records([EVENTS["leader"], end]).shows(left(KNOWN, LAST))

    assert min(ended.last_day for ended in hall.stands(LeaderEnded)) == last
    assert [vacant.effective_date for vacant in hall.stands(PostVacant)] == [last + timedelta(days=1)]


def _by_rows() -> list[Callable[[Hall], object]]:
    rows: list[Seen] = [leads(TOLD), role(TOLD, person_key=an_id("leader"), employment_id=an_id("job of leader")), job_shown(TOLD)]
    return [lambda hall, row=row: hall.shows(row, at=LATER) for row in (*rows, left(KNOWN, LAST))]  # type: ignore[misc]  # of the default


def _by_events() -> list[Callable[[Hall], object]]:
    events = [lambda hall, told=told: hall.records([told]) for told in (EVENTS["leader"], EVENTS["deputy"])]
    return [*events, *_by_rows()[2:]]


@pytest.mark.parametrize("steps", [_by_rows(), _by_events()], ids=["rows", "events"])
def test_any_order_gives_the_same_facts(steps: list[Callable[[Hall], object]]) -> None:
    found = []
    for order in permutations(steps):
        hall = Hall()
        for step in order:
            step(hall)
        found.append(hall.standing())

    assert all(each == found[0] for each in found)
    assert any("LeaderEnded" in body for body in found[0].values())
