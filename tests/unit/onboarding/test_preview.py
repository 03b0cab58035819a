"""What would happen for somebody who is not told of yet."""

from datetime import date

from services.chassis.reference import Reference, Snapshot
from services.chassis.rules import parse
from services.chassis.subject import History, Subject
from services.onboarding.domain.introduction import Trigger
from services.onboarding.domain.preview import Given, Preview, preview
from services.onboarding.rules import OnboardingRules
from tests.kit.builders import an_id
from tests.kit.story import RULES
from tests.unit.onboarding.scene import MONDAY

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
