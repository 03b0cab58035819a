"""What is answered to a question for figures, on every way out: which rows, as of which day, with what travels along (C1)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Snapshot
from services.chassis.service import Connection
from services.reporting.contributions import TOP
from services.reporting.indicators.definition import DEFINITIONS, Definition
from services.reporting.indicators.figures import Figure, org_as_of, split_of
from services.reporting.months import Month, first_day, last_day
from services.reporting.publish import as_known_on, parameters
from services.reporting.store import values as store
from services.reporting.store.values import Days, Value


@dataclass(frozen=True, slots=True)
class Question:
    """Which figures. `units` none: the whole municipality. `by`: a dimension of the indicator, or none.

    `since` and `until`: periods that end from one day to the other; `as_known_on`: as known at the end of that day.
    """

    municipality: str
    definition: Definition
    units: Collection[str] | None = None
    by: str | None = None
    since: date | None = None
    until: date | None = None
    as_known_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The values, in order of unit, split and period, and the day they are known as of."""

    values: Sequence[Value]
    known_on: date | None


def definition_of(name: str) -> Definition:
    """The definition of an indicator. Raises `NotFound`."""
    if name not in DEFINITIONS:
        raise NotFound("figures-no-such-indicator", indicator=name)
    return DEFINITIONS[name]


def period_bound(written: str, *, end: bool) -> date:
    """The first (or last) day of `YYYY` or `YYYY-MM`. Raises `Refused`."""
    year, dash, month = written.partition("-")
    fits = len(year) == 4 and year.isascii() and year.isdigit() and year >= "1900"
    if not fits or (dash and month not in {f"{n:02d}" for n in range(1, 13)}):
        raise Refused("figures-bad-period", period=written)
    number = Month(int(year) * 12 + (int(month) - 1 if month else 11 if end else 0))
    return last_day(number) if end else first_day(number)


async def answer(conn: Connection, question: Question, snapshot: Snapshot, today: date) -> Answer:
    """The published values; for a day on which nothing was published, those of the ledger after the same disclosure.

    Raises `Refused` for a split the indicator does not have and for a day to come.
    """
    day, definition = question.as_known_on, question.definition
    if question.by is not None and question.by not in definition.dimensions:
        raise Refused("figures-no-such-split", split=question.by, indicator=definition.id)
    if day is not None and day > today:
        raise Refused("figures-not-known-yet", day=day.isoformat())
    printed = await store.days(conn, question.municipality)
    if day is None or day in printed.all or definition.is_sensitive:
        found = await store.values(conn, question.municipality, definition.id, question.units, day)
        return Answer([v for v in found if _is_wanted(v.figure, question)], _known_on(question, printed))
    solved = await as_known_on(conn, question.municipality, snapshot, day, today)
    return Answer(_unprinted(solved.figures, question, snapshot, day), day)


def _known_on(question: Question, printed: Days) -> date | None:
    days = printed.with_reasons if question.definition.is_sensitive else printed.all
    return max((day for day in days if question.as_known_on is None or day <= question.as_known_on), default=None)


def _unprinted(figures: Sequence[Figure], question: Question, snapshot: Snapshot, day: date) -> list[Value]:
    wanted = [f for f in figures if f.key.definition_id == question.definition.id and _is_wanted(f, question)]
    here = [f for f in wanted if (f.is_top if question.units is None else f.key.unit in question.units)]
    here.sort(key=lambda f: (f.key.unit, f.key.split, f.last, f.last - f.first, -len(f.key.period)))
    own = json.loads(parameters(snapshot.rules)[question.definition.id])
    return [Value(figure, own, day, None, restated=False, cause=None, computed_at=None) for figure in here]


def _is_wanted(figure: Figure, question: Question) -> bool:
    ends_inside = (question.since is None or question.since <= figure.last) and (question.until is None or figure.last <= question.until)
    return ends_inside and _is_of_split(figure.key.split, question)


def _is_of_split(split: str, question: Question) -> bool:
    """Without a dimension the rows of the default; by one the rows that name it and none that comes after it."""
    dimension, dimensions = question.by or question.definition.default, question.definition.dimensions
    names = set(split_of(split))
    return names == set() if not dimension else dimension in names and not names & set(dimensions[dimensions.index(dimension) + 1 :])


def below(snapshot: Snapshot, unit: str, today: date, known: Collection[str]) -> list[str]:
    """The unit and all below it that have figures, in the order of the tree."""
    organisation = snapshot.organisation()
    paths = {other: tuple(map(str, organisation.path(UUID(other), today))) for other in known if other != TOP}
    return [other for other in sorted(paths, key=paths.__getitem__) if unit in ("", *paths[other])]


def as_json(value: Value, known_on: date | None, snapshot: Snapshot) -> dict[str, object]:
    """One value as it is handed out: everything that travels with it; the place of a hidden number is null."""
    figure, key = value.figure, value.figure.key
    definition = DEFINITIONS[key.definition_id]
    return {
        "definition_id": key.definition_id,
        "definition_version": key.definition_version,
        "population": key.population,
        "parameters": value.parameters,
        "municipality": snapshot.rules.municipality,
        "unit_id": key.unit or None,
        "period": key.period,
        "period_from": figure.first.isoformat(),
        "period_to": figure.last.isoformat(),
        "org_as_of": org_as_of(figure).isoformat(),
        "org_view": "as-of",
        "split": split_of(key.split),
        "value": number(figure.value),
        "n": number(figure.n),
        "numerator": number(figure.numerator),
        "denominator": number(figure.denominator),
        "beside": dict(figure.beside),
        "status": figure.status.value,
        "restated": value.restated,
        "cause": value.cause,
        "known_on": (known_on or value.known_from).isoformat(),
        "known_from": value.known_from.isoformat(),
        "computed_at": value.computed_at.isoformat() if value.computed_at else None,
        "unit_of_measure": definition.unit_of_measure,
        "source": definition.source,
    }


def number(value: Decimal | None) -> int | float | None:
    """A number for JSON: whole ones as such, others with at most 6 decimals."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
