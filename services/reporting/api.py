"""The figures for machines: JSON with an ETag. What the asker may not see is not found."""

from collections.abc import Collection
from datetime import date

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.failures import NotFound, Refused
from services.chassis.web import Desk
from services.chassis.web.tagged import tagged
from services.reporting import answers
from services.reporting.answers import Question
from services.reporting.store import values

UNIT = "unit"


async def figures(request: Request) -> Response:
    """`/api/figures/<indicator>?unit=&by=&from=&to=&as_known_on=`: a list of values, the newest known ones without a day."""
    desk = await Desk.of(request)
    asked = request.query_params
    by = asked.get("by") or None
    async with desk.runtime.pool.acquire() as conn:
        known = await values.units(conn, desk.viewer.municipality)
        question = Question(
            municipality=desk.viewer.municipality,
            definition=answers.definition_of(request.path_params["indicator"]),
            units=_units(desk, asked.get("unit") or None, known, everybody_below=by == UNIT),
            by=None if by == UNIT else by,
            since=answers.period_bound(asked["from"], end=False) if asked.get("from") else None,
            until=answers.period_bound(asked["to"], end=True) if asked.get("to") else None,
            as_known_on=_day(asked["as_known_on"]) if asked.get("as_known_on") else None,
        )
        found = await answers.answer(conn, question, desk.snapshot, desk.today)
    values_found = [answers.as_json(value, found.known_on, desk.snapshot) for value in found.values]
    return tagged(request, orjson.dumps(values_found), "application/json")


def _units(desk: Desk, unit: str | None, known: Collection[str], *, everybody_below: bool) -> Collection[str] | None:
    """The units asked for, as far as the viewer may see them; none: the whole municipality, for HR."""
    seen = {str(led) for led in desk.viewer.units}
    if unit is None and not everybody_below:
        if not desk.viewer.is_hr:
            raise NotFound("figures-no-such-unit")
        return None
    if unit is not None and unit not in seen:
        raise NotFound("figures-no-such-unit")
    if not everybody_below:
        return [str(unit)]
    return [u for u in answers.below(desk.snapshot, unit or "", desk.today, known) if u in seen or desk.viewer.is_hr]


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as wrong:
        raise Refused("figures-bad-day", day=written) from wrong


ROUTES = (Route("/api/figures/{indicator}", figures),)
"""Asked with the session of a person; each leader sees the own units, HR all of them."""
