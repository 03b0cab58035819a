"""What newcomers wondered about in the viewer's units, and what came of it. About units and themes, never about a person."""

from datetime import date

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import HolderRole
from contracts.onboarding.observation import ObservationOutcome
from services.chassis.calendar import add_months
from services.chassis.web import Desk, Form, NotFound
from services.onboarding import store
from services.onboarding.domain import readers
from services.onboarding.domain.asks import answer_observation
from services.onboarding.domain.rows import ObservationRow
from services.onboarding.pages.choosing import chosen
from services.onboarding.pages.shown import subject_of, told_at, units_named

MONTHS_SHOWN = 12
MOST = 300
OUTCOMES = (ObservationOutcome.USED, ObservationOutcome.NOT_USED)
DAY_REFUSED = ("onboarding-day-in-future", "onboarding-observation-before-raised")


class AnsweredForm(Form):
    """What comes of it."""

    outcome: ObservationOutcome = Field(title="onboarding-outcome")
    answered_on: date = Field(title="onboarding-answered-on")


async def observations(request: Request) -> Response:
    """What was wondered about in the last year; what nobody has answered first."""
    desk = await Desk.of(request)
    choice = chosen(desk)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.observations_of_units(conn, choice.units, add_months(desk.today, -MONTHS_SHOWN), MOST + 1)
    shown = found[:MOST]
    return desk.render(
        "observations.html",
        choice=choice,
        parts=[
            ("unanswered", [row for row in shown if row.outcome is None]),
            ("answered", [row for row in shown if row.outcome is not None]),
        ],
        used=sum(row.outcome == ObservationOutcome.USED for row in shown),
        cut_off=MOST if len(found) > MOST else None,
        units=units_named(desk, (row.unit_id for row in shown)),
    )


async def observation(request: Request) -> Response:
    """One observation, and the form that answers it."""
    desk = await Desk.of(request)
    row = await _row(desk)
    return desk.render(
        "observation.html",
        observation=row,
        unit=units_named(desk, [row.unit_id])[row.unit_id],
        outcomes=[(outcome.value, desk.text(f"onboarding-outcome-{outcome.value}")) for outcome in OUTCOMES],
    )


async def record_answered(request: Request) -> Response:
    """The leader says what comes of it."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(AnsweredForm)
    role = (
        HolderRole.HR if desk.viewer.is_hr else readers.role_at(desk.snapshot.organisation(), desk.viewer.person, row.unit_id, desk.today)
    )
    decide = answer_observation(row.fact, asked.outcome, asked.answered_on, role)
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, answered_on=DAY_REFUSED))
    return desk.redirect("/onboarding/observations", notice="onboarding-answered-kept")


async def _row(desk: Desk) -> ObservationRow:
    async with desk.runtime.pool.acquire() as conn:
        row = await store.observation(conn, desk.request.path_params["fact"], desk.viewer.units)
    if row is None or row.person_key == desk.viewer.person:
        raise NotFound("onboarding-observation-unknown")
    return row


ROUTES = (
    Route("/onboarding/observations", observations),
    Route("/onboarding/observations/{fact:uuid}", observation),
    Route("/onboarding/observations/{fact:uuid}", record_answered, methods=["POST"]),
)
