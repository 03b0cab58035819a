"""What README.md draws is what the services hear."""

import re
from importlib import import_module
from typing import cast

import pytest

from deploy.local.paths import ROOT
from services.chassis.envelope import Ear
from services.chassis.service import Service

README = (ROOT / "README.md").read_text("utf-8")


def heard(service: str) -> frozenset[str]:
    """All topics a service reads."""
    told = cast("Service", import_module(f"services.{service}.app").SERVICE)
    return Ear.of(told, ()).topics() | {*told.topics}


@pytest.mark.parametrize("service", ["notification", "reporting"])
def test_the_drawing_names_what_else_those_below_hear(service: str) -> None:
    (drawn,) = re.findall(rf"► {service} ◄── (.*)", README)

    assert {*drawn.split(", ")} == {topic.removesuffix(".v1") for topic in heard(service) if topic.startswith("hr.")}


@pytest.mark.parametrize("service", ["onboarding", "retention", "recruitment"])
def test_the_drawing_names_what_those_above_hear(service: str) -> None:
    (drawn,) = re.findall(r"intake ──► (.*) \(names\)", README)

    assert {*drawn.split(" · ")} == {topic.removesuffix(".v1") for topic in heard(service)}


@pytest.mark.parametrize("topic", ["onboarding.v1", "retention.v1", "recruitment.v1"])
def test_a_line_leads_from_a_topic_to_each_of_the_two_that_hears_it(topic: str) -> None:
    """A line below the name joins the one that leads to the right; it goes on down where both hear it."""
    lines = README.splitlines()
    row = next(number for number, line in enumerate(lines) if topic in line and "──" not in line and "│" not in line)
    column = lines[row].index(topic) + len(topic) // 2
    to_notification, to_reporting = (next(line for line in lines if f"► {name} " in line) for name in ("notification", "reporting"))

    for service, line in (("notification", to_notification), ("reporting", to_reporting)):
        assert any(corner in line[column - 1 : column + 2] for corner in "├┼┴└") is (topic in heard(service))
