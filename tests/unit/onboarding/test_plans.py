"""How a plan is approved and closed, what each rule refuses, and what is said of it."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.onboarding import (
    IntroPlanApproved,
    IntroPlanClosed,
)
from contracts.onboarding.mentor import MentorKind
from contracts.words import PlanEnd
from services.chassis.failures import NotFound, Refused
from services.onboarding.domain.asks import (
    Mentor,
    approve_plan,
    decline_talk,
    do_step,
    hold_talk,
    name_mentor,
)
from services.onboarding.domain.rows import MentorRow, PlanRow, StepRow
from tests.kit.builders import an_id, end_registered, leader_appointed
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY, day
from tests.unit.onboarding.whole import LEADER, ask, begun, plan, row, state


def approve(story: Story, on: date) -> None:
    ask(story, approve_plan(plan(story).plan_id, on, LEADER, newcomer_took_part=True))


def done(story: Story, step: str, on: date) -> None:
    ask(story, do_step(row(story, step).fact, on, LEADER))


def test_an_approved_plan_closes_its_step_and_says_whether_the_newcomer_took_part() -> None:
    story = begun()

    approve(story, story.now.date())

    (said,) = story.said(IntroPlanApproved)
    assert (said.approved_on, said.before_start, said.newcomer_took_part) == (date(2026, 2, 9), True, True)
    assert state(story, "plan-before-start") is CallState.DONE
    assert (plan(story).approved_on, plan(story).plan_approved) == (date(2026, 2, 9), True)


@pytest.mark.parametrize(("on", "before"), [(MONDAY, True), (MONDAY + timedelta(days=1), False)])
def test_a_plan_approved_on_the_first_day_is_there_at_the_start(on: date, before: bool) -> None:
    story = begun()
    story.reaches(on)

    approve(story, on)

    assert story.said(IntroPlanApproved)[0].before_start is before


def test_it_is_approved_once_by_somebody_who_may_and_not_tomorrow() -> None:
    story = begun()
    with pytest.raises(Refused, match="day-in-future"):
        approve(story, date(2026, 2, 10))
    with pytest.raises(Refused, match="day-before-known"):
        approve(story, date(2026, 2, 8))
    with pytest.raises(NotFound, match="plan-unknown"):
        ask(story, approve_plan(an_id("another"), date(2026, 2, 9), LEADER, newcomer_took_part=False))
    approve(story, date(2026, 2, 9))
    with pytest.raises(Refused, match="plan-already-approved"):
        approve(story, date(2026, 2, 9))


def test_a_plan_of_somebody_who_left_at_once_is_not_approved() -> None:
    story = begun()
    before = plan(story)
    story.hears(end_registered(MONDAY - timedelta(days=10)))
    with pytest.raises(Refused, match="plan-not-owed"):
        ask(story, approve_plan(before.plan_id, date(2026, 2, 9), LEADER, newcomer_took_part=True))


def test_a_plan_of_which_nothing_is_owed_is_none_on_any_page() -> None:
    story = begun()
    ask(story, name_mentor(plan(story).plan_id, MentorKind.SOCIAL, Mentor(an_id("mentor")), date(2026, 2, 9), LEADER))

    story.hears(end_registered(MONDAY - timedelta(days=10)))

    assert [row for row in story.rows() if isinstance(row, PlanRow | MentorRow)] == []
    assert {row.state for row in story.rows() if isinstance(row, StepRow)} == {"not-owed"}


def test_a_plan_of_which_something_was_done_is_kept_when_nothing_more_is_owed() -> None:
    story = begun()
    approve(story, story.now.date())

    story.hears(end_registered(MONDAY - timedelta(days=10)))

    assert (plan(story).steps, plan(story).closed_on) == (1, date(2026, 2, 9))


@pytest.mark.parametrize(("live", "asked"), [("2026-02-01", False), ("2026-04-01", None)])
def test_nobody_is_asked_to_approve_the_plan_of_who_began_before_it_could_be(live: str, asked: bool | None) -> None:
    assert plan(begun(rules=RULES.replace("2020-01-01", live))).plan_approved is asked


def test_nobody_is_asked_to_approve_the_plan_of_a_new_leader() -> None:
    story = begun(date(2020, 3, 1))
    story.reaches(date(2026, 2, 9))

    story.hears(leader_appointed("unit", "person", MONDAY))

    assert plan(story, "new-leader").plan_approved is None


def test_a_plan_is_closed_when_nothing_of_it_is_to_come() -> None:
    story = begun(
        rules=f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ first-day = {{}}, first-week = {{}} }}"
    )
    story.reaches(date(2026, 3, 9))
    assert story.said(IntroPlanClosed) == []

    done(story, "first-day", MONDAY)
    story.reaches(date(2026, 4, 30))

    (said,) = story.said(IntroPlanClosed)
    assert (said.end_state, said.done, said.late, said.missed) == (PlanEnd.MISSED, 1, 0, 1)
    assert (plan(story).closed_on, plan(story).end_state) == (said.closed_on, "missed")


@pytest.mark.parametrize(("declines", "end"), [(True, PlanEnd.DECLINED), (False, PlanEnd.DONE)])
def test_how_a_plan_ends_when_its_talk_was_declined_or_held(declines: bool, end: PlanEnd) -> None:
    story = begun(rules=f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ talk-2-weeks = {{}} }}")
    story.reaches(day(12))
    fact = row(story, "talk-2-weeks").fact

    ask(story, decline_talk(fact, day(12), LEADER) if declines else hold_talk(fact, day(12), LEADER))

    assert story.said(IntroPlanClosed)[0].end_state is end


def test_a_plan_known_too_late_never_started() -> None:
    rules = f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ first-day = {{}} }}"
    story = begun(rules=rules, weeks_before=-9)

    assert story.said(IntroPlanClosed)[0].end_state is PlanEnd.NEVER_STARTED
