"""Whatever a leader reads in the inbox is plain words: every kind the other services call for, every reason to hold a task."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from contracts.base import HolderRole
from contracts.notification import CancelCause, EscalationCause, MoveCause, ReassignCause, WhyHolder
from contracts.notification.words import Channel
from services import notification, onboarding
from services.intake.domain.waiting import Doubt
from services.notification.domain.deputy import ENDS_KIND as DEPUTY_ENDS
from services.notification.domain.inbox import Part, held_word
from services.notification.domain.steps import StepKind
from services.notification.domain.task import Stage
from services.notification.domain.told import handed_word
from services.onboarding.rules import OnboardingRules
from services.recruitment.domain.said import MORE_HOURS, REVIEW
from services.retention.domain.rows import DutyKind
from tests.kit.builders import an_id

TEXTS = Path(str(notification.__file__)).parent / "messages"
STEPS = {step.kind.value for template in OnboardingRules().templates.values() for step in template.steps.values()}
_LEADS = (HolderRole.NEAREST_LEADER, HolderRole.LEADERS_LEADER, HolderRole.CHIEF, HolderRole.SECOND_PARTY)
_HELD = dict.fromkeys(WhyHolder, _LEADS) | {WhyHolder.ROLE_HOLDER: (HolderRole.AMR, HolderRole.TR, HolderRole.MENTOR)}
"""Of which roles a duty can be that somebody holds for this reason."""
KINDS = sorted(
    {
        *STEPS,
        "course",
        "observation",
        "local-step",
        "amr-contacted",
        "tr-contacted",
        *map(str, (*DutyKind, *Doubt)),
        REVIEW,
        MORE_HOURS,
        DEPUTY_ENDS,
    }
)
SOMEBODY = an_id("somebody")
WHYS = [why for why in WhyHolder if why is not WhyHolder.UNKNOWN]
REASONS = sorted(
    {held_word(None, WhyHolder.HR_QUEUE, role) for role in HolderRole}
    | {held_word(SOMEBODY, why, role) for why in WHYS for role in _HELD[why]}
)
WORDS: dict[str, Iterable[str]] = {
    "step": StepKind,
    "handed": sorted({handed_word(cause, why) for cause in ReassignCause for why in WHYS}),
    "moved": MoveCause,
    "channel": Channel,
    "escalated": EscalationCause,
    "cancelled": CancelCause,
    "role": HolderRole,
    "short": (*Part, *(stage for stage in Stage if stage not in {Stage.PLANNED, Stage.OPEN})),
}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_duty_every_reason_and_every_step_has_words(language: str) -> None:
    texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))

    wanted = {f"tasks-kind-{kind}" for kind in KINDS}
    wanted |= {f"tasks-{where}-{reason}" for where in ("why", "held") for reason in REASONS}
    wanted |= {f"tasks-{beginning}-{word}" for beginning, words in WORDS.items() for word in words}

    assert wanted <= texts.keys()


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_step_is_called_the_same_in_the_inbox_as_on_its_page(language: str) -> None:
    ours, owners = (
        tomllib.loads((Path(str(service.__file__)).parent / "messages" / f"{language}.toml").read_text("utf-8"))
        for service in (notification, onboarding)
    )

    kinds = {kind: ours[f"tasks-kind-{kind}"] for kind in {*STEPS, "representatives-contacted", "local-step"}}
    contacts = {role: ours[f"tasks-kind-{role}-contacted"] for role in ("amr", "tr")}
    assert kinds == {kind: owners[f"onboarding-kind-{kind}"] for kind in kinds}
    assert contacts == {role: owners[f"onboarding-contact-{role}"] for role in contacts}
