"""Every mechanism of the door is taken out once, and a named test turns red."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.web import keys
from services.intake.domain import told
from services.intake.judging import Judge
from services.intake.told import bodies, event
from tests.kit.told import hire
from tests.kit.told import told as a_told
from tests.unit.chassis import test_bearer
from tests.unit.intake import test_judging, test_told, test_told_event

Mutant = tuple[object, str, Any, Callable[[], object]]


def nothing_wrong(*_: object) -> None:
    """Whatever it is, it is fine."""


def source_of_another() -> None:
    test_told_event.test_an_attribute_that_cannot_be_used_is_named({"source": "/other"}, ("source", "other-source"))


def number_as_date() -> None:
    assert "effective_date" in dict(test_told_event.wrong(a_told("1", hire(effective_date="1577836800"))))


MUTANTS: tuple[Mutant, ...] = (
    (Judge, "_chained", nothing_wrong, test_judging.test_a_correction_names_the_first_of_its_chain),
    (Judge, "_about", nothing_wrong, test_judging.test_what_is_refused_leaves_its_chain_as_it_was),
    (Judge, "_numbered", nothing_wrong, test_judging.test_a_number_of_a_fact_is_one_content),
    (
        told,
        "rank",
        lambda row: -row.body.moment.timestamp(),
        test_told.test_what_supersedes_holds_by_its_moment_and_always_before_the_first,
    ),
    (event, "_out_of_bounds", lambda *_: (), source_of_another),
    (bodies, "_DAY", re.compile(".*"), number_as_date),
    (
        keys,
        "ALGORITHMS",
        keys.ALGORITHMS | {"HS256"},
        test_bearer.test_a_key_of_the_issuer_that_is_for_a_shared_secret_opens_nothing,
    ),
)


@pytest.mark.parametrize(("where", "name", "instead", "named"), MUTANTS, ids=[mutant[1] for mutant in MUTANTS])
def test_without_it_a_named_test_is_red(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, instead: object, named: Callable[[], object]
) -> None:
    named()
    monkeypatch.setattr(where, name, instead)

    with pytest.raises((AssertionError, KeyError)):
        named()
