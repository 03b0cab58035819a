"""One step that is no talk: what is asked, from when to when, and the forms that close it, move it or take it out."""

from datetime import date

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.words import Occasion
from services.chassis.web import Desk, Form, NotFound
from services.onboarding import store
from services.onboarding.domain.asks import approve_plan, do_step, remove_step
from services.onboarding.domain.rows import StepRow
from services.onboarding.pages.access import Seen, seen_step
from services.onboarding.pages.learning import Words, keep_learning, learnt
from services.onboarding.pages.shown import (
    DAY_REFUSED,
    NO_PLAN,
    path_of,
    state_word,
    step_text,
    step_title,
    told_at,
    units_named,
    whose_text,
)
from services.onboarding.pages.talks import keep_moved, talk


class DoneForm(Form):
    """The step was done."""

    done_on: date = Field(title="onboarding-done-on")
    words: Words = Field(default="", title="onboarding-words")


class ApprovedForm(Form):
    """The plan was approved."""

    approved_on: date = Field(title="onboarding-approved-on")
    newcomer_took_part: bool = Field(default=False, title="onboarding-took-part")


class WordsForm(Form):
    """Something was learnt."""

    words: Words = Field(title="onboarding-words")


class RemovedForm(Form):
    """The step is taken out."""


async def step(request: Request) -> Response:
    """One step: whom it is about, from when to when, and the forms."""
    desk = await Desk.of(request)
    seen = await seen_step(desk)
    row = seen.row
    if row.how == "talk":
        return desk.redirect(f"/onboarding/talks/{row.fact}")
    return desk.render(
        "step.html",
        step=row,
        seen=seen,
        title=step_title(desk, row),
        what=step_text(desk, row),
        whose=whose_text(desk, row),
        word=state_word(row, desk.today),
        awaited=await _awaited(desk, seen),
        unit=units_named(desk, [row.unit_id])[row.unit_id],
        names=await desk.runtime.names([row.person_key]),
        is_doubtful=bool(await desk.doubtful([row.person_key])),
        learnt=await learnt(desk, seen),
        most_letters=store.MOST_LETTERS,
        latest=min(desk.today, row.last_day or desk.today),
        expires=await _expires(desk, row) if row.occasion in NO_PLAN else None,
    )


async def _awaited(desk: Desk, seen: Seen) -> list[tuple[str | None, str]]:
    """What must be done before: where, for who sees the plan, and what it is called."""
    row = seen.row
    async with desk.runtime.pool.acquire() as conn:
        of_plan = await store.steps_of_plans(conn, [row.plan_id]) if row.waits_for else []
    before = [step for step in of_plan if step.name in row.waits_for.split()]
    return [(path_of(step) if seen.is_in_charge else None, step_title(desk, step)) for step in before]


async def _expires(desk: Desk, row: StepRow) -> date | None:
    """The last day of the term or trial that the step is about, as the history of the job tells it."""
    async with desk.runtime.pool.acquire() as conn:
        found = await store.jobs_of(conn, desk.site.service.kind("person"), [row.person_key], row.municipality)
    held = [job for job in found.get(row.person_key, ()) if (job.employment_id, job.first_day) == (row.employment_id, row.first_day)]
    is_term = row.occasion == Occasion.TERM_ENDING
    ends = [day for job in held for day in ([term.until for term in job.terms] if is_term else [job.trial_until])]
    return min((day for day in ends if day is not None and day >= row.closes), default=None)


async def record_done(request: Request) -> Response:
    """Somebody records that the step was done."""
    desk = await Desk.of(request)
    seen = await seen_step(desk)
    asked = await desk.form(DoneForm, page=step)
    decide = do_step(seen.row.fact, asked.done_on, seen.role)
    await desk.runtime.ask(seen.subject, asked.form_id, told_at(decide, done_on=DAY_REFUSED))
    await keep_learning(desk, seen, asked.form_id, asked.done_on, asked.words)
    return desk.redirect(seen.page_of_plan, notice="onboarding-done-kept")


async def record_approved(request: Request) -> Response:
    """The leader approves the plan that the step asks for."""
    desk = await Desk.of(request)
    seen = await seen_step(desk)
    if seen.row.how != "plan":
        raise NotFound("onboarding-step-unknown")
    asked = await desk.form(ApprovedForm, page=step)
    decide = approve_plan(seen.row.plan_id, asked.approved_on, seen.role, newcomer_took_part=asked.newcomer_took_part)
    await desk.runtime.ask(seen.subject, asked.form_id, told_at(decide, approved_on=DAY_REFUSED))
    return desk.redirect(seen.page_of_plan, notice="onboarding-approved-kept")


async def record_moved(request: Request) -> Response:
    """The step is to be done on another day."""
    desk = await Desk.of(request)
    return await keep_moved(desk, await seen_step(desk), step)


async def record_removed(request: Request) -> Response:
    """The step is taken out of this plan, by who sees the plan."""
    desk = await Desk.of(request)
    seen = await _in_charge(desk)
    asked = await desk.form(RemovedForm, page=step)
    await desk.runtime.ask(seen.subject, asked.form_id, remove_step(seen.row.fact, seen.role))
    return desk.redirect(seen.page_of_plan, notice="onboarding-removed-kept")


async def record_learnt(request: Request) -> Response:
    """Something was learnt about a step or talk, whenever it comes to mind."""
    desk = await Desk.of(request)
    seen = await seen_step(desk)
    asked = await desk.form(WordsForm, page=talk if seen.row.how == "talk" else step)
    await keep_learning(desk, seen, asked.form_id, min(desk.today, seen.row.last_day or desk.today), asked.words)
    return desk.redirect(seen.page_of_plan, notice="onboarding-words-kept")


async def _in_charge(desk: Desk) -> Seen:
    seen = await seen_step(desk)
    if not seen.is_in_charge:
        raise NotFound("onboarding-step-unknown")
    return seen


ROUTES = (
    Route("/onboarding/steps/{fact:uuid}", step),
    Route("/onboarding/steps/{fact:uuid}/done", record_done, methods=["POST"]),
    Route("/onboarding/steps/{fact:uuid}/approved", record_approved, methods=["POST"]),
    Route("/onboarding/steps/{fact:uuid}/moved", record_moved, methods=["POST"]),
    Route("/onboarding/steps/{fact:uuid}/removed", record_removed, methods=["POST"]),
    Route("/onboarding/steps/{fact:uuid}/learning", record_learnt, methods=["POST"]),
)
