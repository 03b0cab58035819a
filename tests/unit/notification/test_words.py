"""Whatever a leader reads in the inbox is plain words: every kind the other services call for, every reason to hold a task."""

import tomllib
from pathlib import Path

import pytest

from contracts.base import HolderRole
from contracts.notification import WhyHolder
from services import notification
from services.onboarding.rules import OnboardingRules
from services.recruitment.domain.said import MORE_HOURS, REVIEW
from services.retention.domain.rows import DutyKind

TEXTS = Path(str(notification.__file__)).parent / "messages"
STEPS = {step.kind.value for template in OnboardingRules().templates.values() for step in template.steps.values()}
KINDS = sorted({*STEPS, "course", "observation", "local-step", *map(str, DutyKind), REVIEW, MORE_HOURS})
REASONS = sorted({*WhyHolder, HolderRole.LEADERS_LEADER.value, HolderRole.SECOND_PARTY.value} - {WhyHolder.UNKNOWN})


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_duty_and_every_reason_has_words(language: str) -> None:
    texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))

    wanted = {f"tasks-kind-{kind}" for kind in KINDS}
    wanted |= {f"tasks-{where}-{reason}" for where in ("why", "held") for reason in REASONS}

    assert wanted <= texts.keys()
