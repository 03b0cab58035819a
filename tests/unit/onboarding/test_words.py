"""Every kind of step has words: for who does it, and for the newcomer."""

import tomllib
from pathlib import Path

import pytest

from services import onboarding
from services.onboarding.rules import STEPS

TEXTS = Path(str(onboarding.__file__)).parent / "messages"
KINDS = {step.get("kind", name) for name, step in STEPS.items()}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_kind_of_step_has_a_title_and_says_what_to_do_to_both_sides(language: str) -> None:
    texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))

    wanted = {f"onboarding-{what}-{kind}" for kind in KINDS for what in ("kind", "what", "mine-kind", "mine-what")}
    assert sorted({*wanted, "onboarding-what-course"} - texts.keys()) == []
