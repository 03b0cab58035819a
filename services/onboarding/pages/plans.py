"""One plan: its steps in order, workload, courses, mentors and what was learnt; approved, changed, and printed here."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import CallState, Code
from contracts.words import MilestoneKind, Occasion, TalkTheme
from services.chassis.web import Desk, Form, NotFound
from services.chassis.web.formats import short_day
from services.onboarding import store
from services.onboarding.domain.asks import add_step, approve_plan, move_step, raise_observation, remove_step
from services.onboarding.domain.rows import NOT_OWED, PlanRow, StepRow
from services.onboarding.pages.access import role_of, seen_plan
from services.onboarding.pages.shown import (
    DAY_REFUSED,
    awaited_titles,
    named_title,
    rules_of,
    state_word,
    step_title,
    subject_of,
    themes,
    told_at,
    units_named,
    whose_text,
    workload,
)
from services.onboarding.pages.talks import MOVE_REFUSED

ADD_REFUSED = ("onboarding-step-already-in-plan", "onboarding-step-date-passed")


class ApprovedForm(Form):
    """The plan was approved."""

    approved_on: date = Field(title="onboarding-approved-on")
    newcomer_took_part: bool = Field(default=False, title="onboarding-took-part")


class AddedForm(Form):
    """A step of the rules is added."""

    added: Code = Field(title="onboarding-add")


class MovedForm(Form):
    """A step is to be done on another day."""

    moved: UUID = Field(title="onboarding-move")
    moved_to: date = Field(title="onboarding-moved-to")


class RemovedForm(Form):
    """A step is taken out."""

    removed: UUID = Field(title="onboarding-remove")


class RaisedForm(Form):
    """The newcomer wondered about something."""

    theme: TalkTheme = Field(title="onboarding-raised-theme")
    raised_in: MilestoneKind = Field(title="onboarding-raised-in")
    raised_on: date = Field(title="onboarding-raised-on")


async def plan(request: Request) -> Response:
    """One plan with all there is to it."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.steps_of_plans(conn, [row.plan_id])
        mentors = await store.mentors_of_plans(conn, [row.plan_id])
        load = await store.mentor_load(conn, row.municipality, desk.today)
        learnt = await store.learning_points(conn, [step.fact for step in found])
    steps = sorted((step for step in found if step.state != NOT_OWED), key=lambda step: (step.opens, step.closes, step.place))
    people = {row.person_key, *(mentor.mentor_key for mentor in mentors if mentor.mentor_key)}
    return desk.render(
        "plan.html",
        plan=row,
        steps=[step for step in steps if step.how != "course"],
        courses=[step for step in steps if step.how == "course"],
        titles={step.fact: step_title(desk, step) for step in found},
        awaited={step.fact: awaited_titles(desk, step) for step in steps},
        whose={step.fact: whose_text(desk, step) for step in steps},
        word=state_word,
        mentors=mentors,
        load=load,
        learnt=learnt,
        themes=themes(desk),
        raised_in=[(kind, desk.text(f"onboarding-kind-{kind}")) for kind in dict.fromkeys(step.kind for step in steps)],
        workload=workload(desk.snapshot, row.template, row.starts_on),
        units=units_named(desk, [row.unit_id, *(mentor.team_unit_id for mentor in mentors if mentor.team_unit_id)]),
        names=await desk.runtime.names(people),
        is_doubtful=bool(await desk.doubtful([row.person_key])),
        latest=min(desk.today, row.last_day or desk.today),
    )


async def record_approved(request: Request) -> Response:
    """The leader approves the plan."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(ApprovedForm, page=plan)
    decide = approve_plan(row.plan_id, asked.approved_on, role_of(desk, row), newcomer_took_part=asked.newcomer_took_part)
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, approved_on=DAY_REFUSED))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}", notice="onboarding-approved-kept")


async def record_raised(request: Request) -> Response:
    """The newcomer wondered about something outside a talk."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(RaisedForm, page=plan)
    decide = raise_observation(row.plan_id, asked.theme, asked.raised_in, asked.raised_on, role_of(desk, row))
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, raised_on=DAY_REFUSED))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}", notice="onboarding-raised-kept")


async def edit(request: Request) -> Response:
    """What can be changed in one plan: add a step, move one, take one out."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    async with desk.runtime.pool.acquire() as conn:
        steps = await store.steps_of_plans(conn, [row.plan_id])
    ahead = [step for step in steps if step.state in {CallState.PLANNED, CallState.OPEN}]
    return desk.render(
        "plan-edit.html",
        plan=row,
        addable=_addable(desk, row, steps),
        movable=[(str(step.fact), _with_days(desk, step)) for step in ahead],
        removable=[(str(step.fact), step_title(desk, step)) for step in ahead if not step.required],
        required=[step_title(desk, step) for step in ahead if step.required],
        names=await desk.runtime.names([row.person_key]),
    )


def _addable(desk: Desk, row: PlanRow, steps: Sequence[StepRow]) -> list[tuple[str, str]]:
    """What may be added to the plan and is not in it."""
    held = {step.name for step in steps if step.state != NOT_OWED}
    addable = rules_of(desk).addable(Occasion(row.occasion), row.template)
    return [(name, named_title(desk, name, rule.kind.value)) for name, rule in addable.items() if name not in held]


def _with_days(desk: Desk, step: StepRow) -> str:
    first, last = (short_day(day, desk.language, desk.today) for day in (step.opens, step.closes))
    return desk.text("onboarding-step-with-days", step=step_title(desk, step), first=first, last=last)


async def _of_plan(desk: Desk, row: PlanRow, fact: UUID) -> UUID:
    """The step, if it is one of this very plan: a person may have others that the viewer does not see. Raises `NotFound`."""
    async with desk.runtime.pool.acquire() as conn:
        if all(step.fact != fact for step in await store.steps_of_plans(conn, [row.plan_id])):
            raise NotFound("onboarding-step-unknown")
    return fact


async def record_added(request: Request) -> Response:
    """A step of the rules is added to this plan."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(AddedForm, page=edit)
    decide = add_step(row.plan_id, asked.added, role_of(desk, row))
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, added=ADD_REFUSED))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}/edit", notice="onboarding-added-kept")


async def record_moved(request: Request) -> Response:
    """A step of this plan is to be done on another day."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(MovedForm, page=edit)
    decide = move_step(await _of_plan(desk, row, asked.moved), asked.moved_to, role_of(desk, row))
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, moved_to=MOVE_REFUSED))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}/edit", notice="onboarding-moved-kept")


async def record_removed(request: Request) -> Response:
    """A step is taken out of this plan."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(RemovedForm, page=edit)
    decide = remove_step(await _of_plan(desk, row, asked.removed), role_of(desk, row))
    refused = ("onboarding-step-required", "onboarding-step-not-ahead")
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, removed=refused))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}/edit", notice="onboarding-removed-kept")


ROUTES = (
    Route("/onboarding/plans/{plan:uuid}", plan),
    Route("/onboarding/plans/{plan:uuid}/approved", record_approved, methods=["POST"]),
    Route("/onboarding/plans/{plan:uuid}/wondered", record_raised, methods=["POST"]),
    Route("/onboarding/plans/{plan:uuid}/edit", edit),
    Route("/onboarding/plans/{plan:uuid}/added", record_added, methods=["POST"]),
    Route("/onboarding/plans/{plan:uuid}/moved", record_moved, methods=["POST"]),
    Route("/onboarding/plans/{plan:uuid}/removed", record_removed, methods=["POST"]),
)
