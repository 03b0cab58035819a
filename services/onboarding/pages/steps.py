"""One step that is no talk: what is asked, from when to when, and the form that closes it."""

from datetime import date

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import HolderRole
from services.chassis.web import Desk, Form, NotFound
from services.onboarding import store
from services.onboarding.domain.asks import approve_plan, do_step
from services.onboarding.domain.rows import StepRow
from services.onboarding.pages.shown import state_word, step_title, subject_of


class DoneForm(Form):
    """The step was done."""

    done_on: date = Field(title="onboarding-done-on")


class ApprovedForm(Form):
    """The plan was approved."""

    approved_on: date = Field(title="onboarding-approved-on")
    newcomer_took_part: bool = Field(default=False, title="onboarding-took-part")


async def step(request: Request) -> Response:
    """One step: whom it is about, from when to when, and the form."""
    desk = await Desk.of(request)
    row = await _row(desk)
    return desk.render(
        "step.html",
        step=row,
        title=step_title(desk, row),
        word=state_word(row, desk.today),
        unit=desk.unit_name(row.unit_id),
        names=await desk.runtime.names([row.person_key]),
        is_doubtful=bool(await desk.doubtful([row.person_key])),
    )


async def record_done(request: Request) -> Response:
    """Somebody records that the step was done."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(DoneForm, page=step)
    await desk.runtime.ask(subject_of(row), asked.form_id, do_step(row.fact, asked.done_on, _role(desk)))
    return desk.redirect("/onboarding", notice="onboarding-done-kept")


async def record_approved(request: Request) -> Response:
    """The leader approves the plan that the step asks for."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(ApprovedForm, page=step)
    decide = approve_plan(row.plan_id, asked.approved_on, _role(desk), newcomer_took_part=asked.newcomer_took_part)
    await desk.runtime.ask(subject_of(row), asked.form_id, decide)
    return desk.redirect("/onboarding", notice="onboarding-approved-kept")


async def _row(desk: Desk) -> StepRow:
    async with desk.runtime.pool.acquire() as conn:
        row = await store.step(conn, desk.request.path_params["fact"], desk.viewer.units, desk.viewer.person)
    if row is None:
        raise NotFound("onboarding-step-unknown")
    return row


def _role(desk: Desk) -> HolderRole:
    return HolderRole.HR if desk.viewer.is_hr else HolderRole.NEAREST_LEADER


ROUTES = (
    Route("/onboarding/steps/{fact:uuid}", step),
    Route("/onboarding/steps/{fact:uuid}/done", record_done, methods=["POST"]),
    Route("/onboarding/steps/{fact:uuid}/approved", record_approved, methods=["POST"]),
)
