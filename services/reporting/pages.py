"""The scorecard: the figures of a unit over time, and one indicator for the units below it. Only shown here; nothing is changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.service import Connection
from services.chassis.web import Desk, NotFound
from services.reporting import answers
from services.reporting.answers import Question
from services.reporting.indicators.definition import DEFINITIONS, Definition, Period
from services.reporting.indicators.figures import Status, rounded, split_of
from services.reporting.months import first_day, parse
from services.reporting.scorecard import Series, Words, card_kind, period_kind, series

DIGITS = {"percent": 1, "persons": 0}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in the menu of units."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Places:
    """The unit that is shown, those above it and those directly below, as far as the viewer may see them."""

    here: Place
    above: Sequence[Place]
    below: Sequence[Place]


async def scorecard(request: Request) -> Response:
    """All indicators of one unit."""
    desk = await Desk.of(request)
    places = _places(desk, request.query_params.get("unit"))
    if places is None:
        return desk.render("scorecard-none.html")
    async with desk.runtime.pool.acquire() as conn:
        cards = [(d, await _series(conn, desk, d, [places.here.id], card_kind(d))) for d in DEFINITIONS.values()]
    return desk.render("scorecard.html", places=places, cards=cards, **_written_as(desk))


async def indicator(request: Request) -> Response:
    """One indicator of one unit: every period, its definition, and the units below side by side."""
    desk = await Desk.of(request)
    definition = answers.definition_of(request.path_params["indicator"])
    places = _places(desk, request.query_params.get("unit"))
    if places is None:
        raise NotFound("figures-no-such-unit")
    async with desk.runtime.pool.acquire() as conn:
        own = [(kind, await _series(conn, desk, definition, [places.here.id], kind)) for kind in definition.periods]
        beside = await _series(conn, desk, definition, [place.id for place in places.below], card_kind(definition))
    by_unit = [(place, [found for found in beside if found.unit == place.id]) for place in places.below]
    return desk.render(
        "indicator.html",
        definition=definition,
        places=places,
        own=own,
        beside=[(place, found) for place, found in by_unit if found],
        sources=[desk.text(f"figures-source-{source}") for source in definition.source.split(", ")],
        **_written_as(desk),
    )


async def _series(conn: Connection, desk: Desk, definition: Definition, units: Sequence[str], kind: Period) -> list[Series]:
    question = Question(desk.viewer.municipality, definition, units)
    found = await answers.answer(conn, question, desk.snapshot, desk.today)
    return series(definition, found.values, split_of, _words(desk), kind)


def _places(desk: Desk, asked: str | None) -> Places | None:
    """Where the viewer is: the unit asked for, else the highest one seen. None: the viewer sees no unit."""
    organisation, today = desk.snapshot.organisation(), desk.today
    living = [unit for unit in organisation.units() if organisation.unit(unit, today) is not None]
    seen = sorted((unit for unit in living if desk.viewer.leads(unit)), key=lambda unit: (len(organisation.path(unit, today)), unit))
    if not seen:
        return None
    here = _asked(asked) if asked else seen[0]
    if here not in seen:
        raise NotFound("figures-no-such-unit")
    named = {unit: Place(str(unit), desk.unit_name(unit)) for unit in seen}
    below = sorted((named[u] for u in seen if organisation.path(u, today)[-2:-1] == (here,)), key=lambda place: place.name)
    above = [named[unit] for unit in organisation.path(here, today)[:-1] if unit in named]
    return Places(named[here], above, below)


def _asked(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as wrong:
        raise NotFound("figures-no-such-unit") from wrong


def _words(desk: Desk) -> Words:
    def period(name: str) -> str:
        match period_kind(name):
            case Period.MONTH:
                return str(format_date(first_day(parse(name)), "MMM y", locale=desk.language))
            case Period.QUARTER:
                return desk.text("figures-quarter", number=name[-1], year=name[:4])
            case Period.YEAR:
                return name

    def status(found: Status) -> str:
        return desk.text(f"figures-status-{found.value}")

    def number(value: Decimal, definition: Definition) -> str:
        written = _written(desk, value, definition)
        return f"{written} %" if definition.unit_of_measure == "percent" else written

    return Words(period, number, status)


def _written(desk: Desk, exact: Decimal, definition: Definition) -> str:
    """A number for people, rounded half away from zero (C4)."""
    digits = DIGITS[definition.unit_of_measure]
    return str(format_decimal(rounded(Fraction(exact), digits) or Decimal(0), f"#,##0.{'0' * digits}".rstrip("."), locale=desk.language))


def _written_as(desk: Desk) -> dict[str, Callable[..., str]]:
    """How a template writes a period, the change of a series in a year, and its highest value."""
    words = _words(desk)

    def highest(found: Series) -> str:
        return words.number(found.chart.highest, found.definition) if found.chart.highest is not None else ""

    return {"period": words.period, "changed": _changed(desk), "highest": highest}


def _changed(desk: Desk) -> Callable[[Series], str]:
    """Writes how a value changed in a year, with its sign; percent in percentage points."""

    def written(found: Series) -> str:
        if found.change is None:
            return ""
        sign = "+" if found.change > 0 else "\u2212" if found.change < 0 else "±"
        text = sign + _written(desk, abs(found.change), found.definition)
        return desk.text(f"figures-change-{found.definition.unit_of_measure}", change=text)

    return written


ROUTES = (Route("/scorecard", scorecard), Route("/scorecard/{indicator}", indicator))
