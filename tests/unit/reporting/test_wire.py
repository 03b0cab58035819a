"""Published values as they are said on the bus."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contracts.reporting import Parameter
from contracts.words import EmploymentForm
from services.chassis.rules import load, parse
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Figure, Key, Status
from services.reporting.publish import parameters
from services.reporting.store.values import Value
from services.reporting.wire import definitions, said_of_day, value_published
from tests.kit.builders import an_id
from tests.kit.deliveries import ROOT
from tests.kit.story import RULES

DAY = date(2026, 1, 15)
COMPUTED = datetime(2026, 1, 15, 4, tzinfo=UTC)
SETTINGS = {"minimum_n": 5, "monthly_paid_without": [EmploymentForm.HOURLY.value, EmploymentForm.PUPIL.value]}


def value(definition: str = "headcount", *, split: str = "", unit: str = str(an_id("unit")), **more: object) -> Value:
    key = Key(definition, 1, DEFINITIONS[definition].population, unit, split, "2025-12")
    figure = Figure(key, is_top=True, first=date(2025, 1, 1), last=date(2025, 12, 31), status=Status.OK, value=Decimal(7), n=Decimal(7))
    return Value(replace(figure, **more), SETTINGS, DAY, None, restated=False, cause=None, computed_at=COMPUTED)  # type: ignore[arg-type]


@pytest.mark.parametrize(("n", "count"), [("7", 7), ("40.461538", 40), ("40.5", 41), ("0.5", 1)])
def test_n_is_the_denominator_as_a_whole_number_half_away_from_zero(n: str, count: int) -> None:
    assert value_published("999", value(n=Decimal(n))).n == count


def test_a_value_is_decimal_text_with_all_it_has() -> None:
    assert value_published("999", value(value=Decimal("12.437811"))).value == "12.437811"
    assert value_published("999", value(value=Decimal("0.000001"))).value == "0.000001"
    assert value_published("999", value(value=Decimal("1E+3"))).value == "1000"


def test_what_is_hidden_carries_neither_value_nor_n() -> None:
    said = value_published("999", value(status=Status.HIDDEN, value=None, n=None))

    assert (said.status, said.value, said.n) == ("hidden", None, None)


def test_the_tree_is_that_of_the_end_of_a_period_and_for_a_cohort_of_its_beginning() -> None:
    assert value_published("999", value()).org_as_of == date(2025, 12, 31)
    assert value_published("999", value("turnover-cohort-12m")).org_as_of == date(2024, 12, 31)


def test_settings_and_splits_are_words() -> None:
    said = value_published("999", value("exit-coverage", split="level=leader,step=held"))

    assert said.split == (Parameter(name="level", value="leader"), Parameter(name="step", value="held"))
    assert said.parameters == (Parameter(name="minimum-n", value="5"), Parameter(name="monthly-paid-without", value="hourly+pupil"))


def test_where_no_unit_is_the_root_of_all_each_municipality_has_a_key_of_its_own() -> None:
    one, other = (value_published(code, value(unit="")) for code in ("999", "730"))

    assert one.unit_id is None
    assert one.record_key() != other.record_key()


@pytest.mark.parametrize("code", ["999", "730", "707", "998"])
def test_the_settings_of_every_municipality_can_be_said(code: str) -> None:
    rules = load(ROOT / "deploy" / "rules")[code]
    texts = dict.fromkeys(DEFINITIONS, "En tekst")

    assert parameters(rules).keys() == DEFINITIONS.keys()
    assert [statement.event.record_key() for statement in definitions(rules, texts, texts)] == list(DEFINITIONS)


def test_a_definition_holds_from_the_first_month_shown_else_from_the_go_live() -> None:
    texts = dict.fromkeys(DEFINITIONS, "En tekst")
    shown = parse(RULES + '[reporting]\nfigures_from = "2015-03"\nminimum_n = 10\n')

    (first, *_), (unset, *_) = (definitions(rules, texts, texts) for rules in (shown, parse(RULES)))

    assert (first.event.effective_date, first.event.minimum_n) == (date(2015, 3, 1), 10)  # type: ignore[attr-defined]
    assert unset.event.effective_date == date(2020, 1, 1)  # type: ignore[attr-defined]


def test_what_ends_is_taken_back_only_where_nothing_took_its_place() -> None:
    old, new = value(), replace(value(), figure=replace(value().figure, value=Decimal(8)))
    gone = value("percent-terminated")

    said = said_of_day("999", [new], [old, gone])

    assert [(event.definition_id, event.value, stands) for event, stands in said] == [
        ("headcount", "8", True),
        ("percent-terminated", "7", False),
    ]


def test_a_value_under_other_settings_is_another_key_and_takes_the_old_one_back() -> None:
    old = value()
    new = replace(old, parameters={**SETTINGS, "minimum_n": 10})

    assert [stands for _, stands in said_of_day("999", [new], [old])] == [True, False]
