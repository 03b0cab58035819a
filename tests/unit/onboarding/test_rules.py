"""Templates as data: what is built in, what a municipality changes, and how a slip is named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.base import HolderRole
from contracts.words import MilestoneKind
from services.chassis.calendar import Calendar
from services.chassis.rules import load, parse
from services.onboarding.rules import STEPS, Anchors, How, OnboardingRules, day_at
from tests.kit.story import RULES

DEPLOYED = Path(__file__).parents[3] / "deploy" / "rules"
ANCHORS = Anchors(known=date(2026, 1, 5), start=date(2026, 3, 2), end=date(2026, 8, 31), close=date(2026, 3, 27))


def rules(text: str = "") -> OnboardingRules:
    return parse(f"{RULES}\n{text}").read(OnboardingRules)


def on(found: OnboardingRules, template: str) -> list[str]:
    return [name for name, step in found.templates[template].steps.items() if step.on]


@pytest.mark.parametrize(
    ("point", "day"),
    [
        ("known", date(2026, 1, 5)),
        ("start", date(2026, 3, 2)),
        ("return", date(2026, 3, 2)),
        ("end", date(2026, 8, 31)),
        ("day 1", date(2026, 3, 2)),
        ("day 10", date(2026, 3, 11)),
        ("1 month", date(2026, 4, 2)),
        ("3 months", date(2026, 6, 2)),
        ("1 day before start", date(2026, 3, 1)),
        ("5 working days before start", date(2026, 2, 23)),
        ("6 weeks before return", date(2026, 1, 19)),
        ("4 months before end", date(2026, 4, 30)),
        ("2 working days after known", date(2026, 1, 7)),
        ("10 working days after close", date(2026, 4, 15)),  # Easter between
    ],
)
def test_a_point_is_a_day_of_the_introduction(point: str, day: date) -> None:
    assert day_at(point, ANCHORS, Calendar()) == day


def test_a_point_after_an_end_that_is_not_there_is_no_day() -> None:
    assert day_at("end", Anchors(date(2026, 1, 5), date(2026, 3, 2)), Calendar()) is None


def test_what_is_built_in_is_the_rule_book() -> None:
    steps = rules().templates["first-year"].steps

    assert {name: (s.opens, s.due, s.closes, s.missed_after) for name, s in steps.items() if s.how in {How.PLAN, How.TALK}} == {
        "plan-before-start": ("known", "5 working days before start", "5 working days before start", "start"),
        "talk-2-weeks": ("day 10", "day 14", "day 28", "10 working days after close"),
        "talk-3-months": ("day 45", "3 months", "3 months", "10 working days after close"),
        "talk-6-12-months": ("6 months", "9 months", "12 months", "10 working days after close"),
    }
    assert (steps["amr-contacted"].role, steps["tr-contacted"].role) == (HolderRole.AMR, HolderRole.TR)


def test_a_file_writes_only_what_differs() -> None:
    found = rules("[onboarding.templates.first-year.steps]\ntalk-2-weeks = { on = false }\ntalk-3-months = { due = '60 days after start' }")

    assert "talk-2-weeks" not in on(found, "first-year")
    step = found.templates["first-year"].steps["talk-3-months"]
    assert (step.opens, step.due, step.closes) == ("day 45", "60 days after start", "60 days after start")


def test_a_template_of_a_unit_extends_the_municipalitys_and_adds_steps_of_its_own() -> None:
    found = rules(
        """
        [onboarding.templates.first-year.steps]
        talk-2-weeks = { due = "day 20" }
        [onboarding.templates.ward]
        extends = "first-year"
        units = ["7b1f0f3c-4d0a-5a77-9a52-2a3a4ad6a111"]
        [onboarding.templates.ward.steps]
        first-week = { on = false }
        medicine = { due = "day 30", course = "medicine-1", title = { da = "Medicinhåndtering", en = "Medicine" } }
        """
    )

    ward = found.templates["ward"]
    assert ward.steps["talk-2-weeks"].due == "day 20"
    assert (ward.steps["medicine"].kind, ward.steps["medicine"].how) == (MilestoneKind.LOCAL_STEP, How.COURSE)
    assert set(on(found, "first-year")) - set(on(found, "ward")) == {"first-week"}
    assert "medicine" in found.book


def test_a_template_from_scratch_has_only_what_it_names() -> None:
    found = rules("[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = { talk-3-months = {} }")

    assert on(found, "first-year") == ["talk-3-months"]


def test_what_extends_a_template_that_is_off_is_on() -> None:
    found = rules("[onboarding.templates.first-year]\non = false\n[onboarding.templates.ward]\nextends = 'first-year'")

    assert (found.templates["first-year"].on, found.templates["ward"].on) == (False, True)


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("first-year = { steps = { talk-2-weeks = { opens = 'dag 10' } } }", "first-year.steps.talk-2-weeks.opens", "'dag 10' is no point"),
        ("first-year = { steps = { talk-2-weeks = { opens = 'day 0' } } }", "first-year.steps.talk-2-weeks.opens", "no point"),
        ("first-year = { steps = { talk-2-weeks = { opens = 'day 40' } } }", "first-year.steps.talk-2-weeks", "`closes` is before `opens`"),
        ("first-year = { steps = { talk-2-weeks = { due = 'day 40' } } }", "first-year.steps.talk-2-weeks", "`due` is after `closes`"),
        (
            "first-year = { steps = { talk-2-weeks = { missed_after = 'day 20' } } }",
            "first-year.steps.talk-2-weeks",
            "`missed_after` is before `closes`",
        ),
        (
            "first-year = { steps = { talk-2-weeks = { due = '2 days after close' } } }",
            "first-year.steps.talk-2-weeks",
            "only `missed_after`",
        ),
        ("first-year = { steps = { talk-2-weeks = { on = 'perhaps' } } }", "first-year.steps.talk-2-weeks.on", "boolean"),
        ("first-year = { steps = { talk-2-weeks = { opned = 'day 9' } } }", "first-year.steps.talk-2-weeks.opned", "not permitted"),
        ("first-year = { steps = { first-day = { role = 'boss' } } }", "first-year.steps.first-day.role", "not a word of the list: boss"),
        ("first-year = { forms = ['hourley'] }", "first-year.forms.0", "not a word of the list: hourley"),
        ("first-year = { professions = ['nurses'] }", "first-year.professions.0", "not a word of the list: nurses"),
        ("first-year = { units = ['Nord'] }", "first-year.units.0", "UUID"),
        ("first-year = { steps = { safety-introduction = { before = ['solo'] } } }", "first-year", "the template has no step solo"),
        ("first-year = { steps = { own = { due = 'day 3' } } }", "first-year.steps.own", "needs a `title`"),
        ("first-year = { steps = { talk-2-weeks = { course = 'x' } } }", "first-year.steps.talk-2-weeks", "names its `course`"),
        ("first-year = { steps = { first-day = { due = 'return' } } }", "first-year", "only of a template for the return"),
        ("first-year = { steps = { first-day = 3 } }", "templates", "templates.first-year.steps.first-day is no table"),
        ("first-year = { workload = [{ at = 'start', percent = 120 }] }", "first-year.workload.0.percent", "100"),
        ("ward = { occasion = 'hire', extends = 'first-yaer' }", "templates", "templates.ward.extends: there is no template 'first-yaer'"),
        ("ward = { extends = 'yard' }\nyard = { extends = 'ward' }", "templates", "templates.ward.extends: ward extends yard extends ward"),
        ("ward = { steps = {} }", "ward.occasion", "required"),
        ("ward = { occasion = 'birthday' }", "ward.occasion", "not a word of the list: birthday"),
        ("first-year = 3", "templates", "templates.first-year is no table"),
    ],
)
def test_a_slip_is_named_with_its_key(text: str, where: str, what: str) -> None:
    with pytest.raises(ValidationError) as refused:
        rules(f"[onboarding.templates]\n{text}")

    assert where in str(refused.value)
    assert what in str(refused.value)


def _deployed() -> list[Any]:
    return sorted(load(DEPLOYED).items())


def test_every_step_that_is_built_in_is_one_that_somebody_is_given() -> None:
    given = {name for _, file in _deployed() for template in file.read(OnboardingRules).templates.values() for name in template.steps}

    assert set(STEPS) <= given


@pytest.mark.parametrize(("code", "file"), _deployed(), ids=[code for code, _ in _deployed()])
def test_the_rules_of_every_municipality_can_be_read(code: str, file: Any) -> None:
    assert file.read(OnboardingRules).by_occasion


def test_randers_and_norddjurs_ask_for_what_their_seeds_say() -> None:
    randers, norddjurs = (load(DEPLOYED)[code].read(OnboardingRules) for code in ("730", "707"))

    assert {"talk-2-weeks", "talk-3-months", "talk-6-12-months", "works-alone", "amr-contacted"} <= set(on(randers, "first-year"))
    assert randers.templates["first-year"].steps["safety-introduction"].before == ("works-alone",)
    assert [name for name, template in randers.templates.items() if not template.on] == ["new-leader"]
    assert {name for name in on(norddjurs, "first-year") if name.startswith(("talk", "amr", "tr"))} == {"talk-3-months"}
    assert norddjurs.templates["first-year"].steps["mentors-named"].mentors == "any"
    assert {name for name, template in norddjurs.templates.items() if not template.on} == {"return", "move"}
