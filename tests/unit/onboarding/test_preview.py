"""What would happen for somebody who is not told of yet."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from contracts.base import CallState, Event
from contracts.words import EmploymentForm
from services.chassis.reference import Reference, Snapshot
from services.chassis.rules import parse
from services.chassis.subject import History, Subject
from services.onboarding.app import SERVICE
from services.onboarding.domain.introduction import Trigger
from services.onboarding.domain.preview import Given, Preview, preview
from services.onboarding.pages.shown import NO_PLAN
from services.onboarding.rules import OnboardingRules
from tests.kit.builders import an_id, hired, leader_appointed, moved, on_leave, placement_started
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY, steps

TODAY = date(2026, 3, 20)


def seen(given: Given, text: str = "") -> Preview:
    rules = parse(f"{RULES}\n{text}")
    nothing = History(Subject("reference", an_id("none"), rules.municipality))
    return preview(rules.read(OnboardingRules), Reference(Snapshot(nothing, rules), TODAY), given, TODAY)


def test_every_step_somebody_would_get_with_the_dates_that_have_passed() -> None:
    found = seen(Given(an_id("unit"), MONDAY))

    assert found.template == "first-year"
    assert [step.name for step in found.steps if step.is_past] == [
        *("plan-before-start", "mentors-named", "first-day", "first-week", "safety-introduction", "amr-contacted", "tr-contacted")
    ]
    assert {step.name: step.window.closes for step in found.steps}["talk-2-weeks"] == date(2026, 3, 27)


def test_who_has_an_end_is_owed_what_closes_before_it() -> None:
    found = seen(Given(an_id("unit"), MONDAY, end=date(2026, 6, 30)))

    assert "talk-3-months" in {step.name for step in found.steps}
    assert "talk-6-12-months" not in {step.name for step in found.steps}


def test_a_move_and_a_template_that_is_off() -> None:
    given = Given(an_id("unit"), date(2026, 5, 1), Trigger.MOVE, releasing=an_id("old"))

    assert [step.name for step in seen(given).steps] == ["plan-before-start", "safety-introduction", "talk-2-weeks", "hand-over"]
    assert seen(given, "[onboarding.templates.move]\non = false") == Preview("", ())


MONTHLY = EmploymentForm.MONTHLY
DAY = timedelta(days=1)
OLD = hired(date(2015, 3, 2), unit="old")
REAL: dict[str, tuple[Trigger, Callable[[date], list[Event]], EmploymentForm]] = {
    "a hire": (Trigger.HIRED, lambda start: [hired(start)], MONTHLY),
    "a pupil": (Trigger.HIRED, lambda start: [hired(start, employment_form="pupil")], EmploymentForm.PUPIL),
    "a return": (
        Trigger.RETURN,
        lambda start: [OLD, on_leave(start - 60 * DAY, start - DAY)],
        EmploymentForm.MONTHLY,
    ),
    "a move": (Trigger.MOVE, lambda start: [OLD, moved(start, "old", "unit")], MONTHLY),
    "a new leader": (Trigger.LEADER, lambda start: [leader_appointed("unit", "person", start)], MONTHLY),
    "a stay": (Trigger.PLACEMENT, lambda start: [placement_started(start, start + 90 * DAY)], EmploymentForm.STUDENT),
}


@pytest.mark.parametrize("days", [*range(-40, 41, 3), -2, -1, 1, 2])
@pytest.mark.parametrize("who", REAL)
def test_it_is_what_happens_to_somebody_who_becomes_known_that_day(who: str, days: int) -> None:
    trigger, told, form = REAL[who]
    start = TODAY + days * DAY
    end = start + 90 * DAY if trigger is Trigger.PLACEMENT else None
    real = Story(SERVICE, TODAY)
    real.hears(*told(start))

    found = seen(Given(an_id("unit"), start, trigger, form, end=end, releasing=an_id("old")))

    assert {
        step.name: (step.window.opens, step.window.due, step.window.closes, step.window.missed_after, step.is_past) for step in found.steps
    } == {
        row.name: (row.opens, row.due, row.closes, row.missed_after, row.state == CallState.NEVER_STARTED)
        for row in steps(real)
        if row.state != "not-owed"
    }


@pytest.mark.parametrize("days", [20, 40, 100])
@pytest.mark.parametrize(("trigger", "field"), [(Trigger.TERM, "fixed_term_until"), (Trigger.TRIAL, "trial_until")])
def test_an_end_that_comes_is_told_as_it_happens(trigger: Trigger, field: str, days: int) -> None:
    end = TODAY + days * DAY
    real = Story(SERVICE, TODAY)
    real.hears(hired(MONDAY, **{field: end}))  # type: ignore[arg-type]  # a field of the event

    (found,) = seen(Given(an_id("unit"), MONDAY, trigger, end=end)).steps

    (row,) = [row for row in steps(real) if row.occasion in NO_PLAN]
    assert (found.window.opens, found.window.due, found.window.missed_after) == (row.opens, row.due, row.missed_after)
    assert found.is_past is (row.state == CallState.NEVER_STARTED)


def test_who_was_known_in_time_is_asked_in_time() -> None:
    late, in_time = (seen(Given(an_id("unit"), TODAY, known=known)) for known in (None, TODAY - 30 * DAY))

    assert [next(step.window.due for step in found.steps if step.name == "plan-before-start") for found in (late, in_time)] == [
        TODAY,
        date(2026, 3, 13),
    ]
