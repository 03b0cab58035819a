"""Published values and definitions as the events they are said in. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from contracts.reporting import IndicatorDefined, IndicatorValuePublished, Parameter, ValueStatus
from services.chassis.rules import Rules
from services.chassis.subject import Statement
from services.reporting.indicators.definition import DEFINITIONS, Definition
from services.reporting.indicators.figures import org_as_of, split_of
from services.reporting.months import first_day, parse
from services.reporting.rules import ReportingRules
from services.reporting.store.values import Value

Name = Mapping[str, str]
"""Of each definition a text."""


def said_of_day(municipality: str, begun: Iterable[Value], ended: Iterable[Value]) -> list[tuple[IndicatorValuePublished, bool]]:
    """What is said of a day that is over, each with whether it stands: what is known since then, and what no longer is."""
    new = [value_published(municipality, value) for value in begun]
    keys = {event.record_key() for event in new}
    gone = (value_published(municipality, value) for value in ended)
    return [*((event, True) for event in new), *((event, False) for event in gone if event.record_key() not in keys)]


def value_published(municipality: str, value: Value) -> IndicatorValuePublished:
    """One value; `n` is the denominator as a whole number (catalogue: a count), rounded half away from zero (C4)."""
    figure, key = value.figure, value.figure.key
    assert value.computed_at is not None
    return IndicatorValuePublished(
        municipality=municipality,
        definition_id=key.definition_id,
        definition_version=key.definition_version,
        population=key.population,
        parameters=tuple(_parameters(value.parameters)),
        period=key.period,
        unit_id=UUID(key.unit) if key.unit else None,
        org_as_of=org_as_of(figure),
        split=tuple(Parameter(name=name, value=word) for name, word in split_of(key.split).items()),
        value=None if figure.value is None else f"{figure.value:f}",
        n=None if figure.n is None else int(figure.n.quantize(Decimal(1), ROUND_HALF_UP)),
        status=ValueStatus(figure.status.value),
        restated=value.restated,
        known_on=value.known_from,
        computed_at=value.computed_at,
    )


def _parameters(settings: Mapping[str, object]) -> Iterator[Parameter]:
    """Settings as words: a list is joined by `+`, an empty one is `none`."""
    for name, setting in sorted(settings.items()):
        words = "+".join(map(str, setting)) or "none" if isinstance(setting, list) else str(setting)
        yield Parameter(name=name.replace("_", "-"), value=words)


def definitions(rules: Rules, titles: Name, formulas: Name) -> tuple[Statement, ...]:
    """How each indicator is computed in a municipality, with its Danish texts."""
    return tuple(Statement((definition.id,), _defined(definition, rules, titles, formulas)) for definition in DEFINITIONS.values())


def _defined(definition: Definition, rules: Rules, titles: Name, formulas: Name) -> IndicatorDefined:
    return IndicatorDefined(
        municipality=rules.municipality,
        definition_id=definition.id,
        version=definition.version,
        title_da=titles[definition.id],
        formula_da=formulas[definition.id],
        population=definition.population,
        unit_of_measure=definition.unit_of_measure,
        minimum_n=rules.read(ReportingRules).minimum_n,
        effective_date=_first_day(rules),
    )


def _first_day(rules: Rules) -> date:
    """From when on figures are computed so: the first month shown, where the rules name one; else the go-live."""
    told = rules.read(ReportingRules).figures_from
    return first_day(parse(told)) if told else rules.live_from
