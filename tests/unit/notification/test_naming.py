"""Two tasks of one kind about one person are told apart: by the municipality's own titles, else by the step."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from services import notification
from services.chassis.rules import Rules, load, parse
from services.chassis.web import Catalogue
from services.notification.domain.naming import name_of
from services.notification.rules import StepTitles
from services.onboarding.rules import OnboardingRules
from tests.conftest import RULES as FOLDER

TEXTS = Catalogue((Path(str(notification.__file__)).parent,), strict=True)
TITLES = parse(
    """
municipality = "730"
name = "Prøvekommune"
live_from = 2020-01-01
[onboarding]
rehire_months = 0
[onboarding.templates.first-year.steps]
keys = { due = "start", title = { da = "Nøgler er klar", en = "Keys are ready" } }
locker = { due = "start", title = { da = "Skab er klar", en = "Locker is ready" } }
medicine = { due = "day 30", course = "medicine-basics", title = { da = "E-læring: medicin", en = "E-learning: medicines" } }
first-day = { title = { da = "Morgenmad kl. 8", en = "Breakfast at 8" } }
"""
).read(StepTitles)


@dataclass(frozen=True)
class Named:
    """What has a name."""

    kind: str
    code: str | None = None


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (Named("local-step", "keys"), "Nøgler er klar"),
        (Named("local-step", "locker"), "Skab er klar"),
        (Named("course", "medicine-basics"), "E-læring: medicin"),
        (Named("first-day"), "Morgenmad kl. 8"),
        (Named("local-step", "no-longer-there"), "Lokalt trin i introduktionen"),
        (Named("course", "keys"), "E-læring i introduktionen"),
        (Named("course", "first-day"), "E-læring i introduktionen"),
        (Named("representatives-contacted", "amr-contacted"), "Kontakt fra AMR"),
        (Named("representatives-contacted", "tr-contacted"), "Kontakt fra TR"),
        (Named("representatives-contacted", "both"), "Kontakt fra AMR eller TR"),
        (Named("a-kind-nobody-has-words-for"), "Opgave"),
    ],
)
def test_a_task_is_called_as_the_municipality_calls_it_else_by_step_and_kind(task: Named, name: str) -> None:
    assert name_of(task, TEXTS, "da", TITLES) == name


def test_the_own_title_is_told_in_the_language_of_the_reader() -> None:
    assert name_of(Named("local-step", "keys"), TEXTS, "en", TITLES) == "Keys are ready"


@pytest.mark.parametrize("rules", load(FOLDER).values(), ids=lambda rules: rules.name)
def test_own_titles_are_those_of_the_pages_of_introductions(rules: Rules) -> None:
    book = rules.read(OnboardingRules).book

    titled = {name: {"da": rule.title.da, "en": rule.title.en} for name, rule in book.items() if rule.title is not None}
    assert rules.read(StepTitles).of_steps == titled
