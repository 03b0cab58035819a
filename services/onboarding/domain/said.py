"""What is said of a plan: that it was made, approved and closed, its mentors, and each step as the event whose type tells its state."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from contracts.base import Call, CallState
from contracts.onboarding import (
    CourseDone,
    CourseDue,
    CourseMissed,
    CoursePlanned,
    IntroMilestoneDone,
    IntroMilestoneDue,
    IntroMilestoneMissed,
    IntroMilestonePlanned,
    IntroPlanApproved,
    IntroPlanClosed,
    IntroPlanMade,
    MentorNamed,
)
from contracts.onboarding.plan import OnboardingEvent
from contracts.words import PlanEnd
from services.chassis.subject import History, Statement
from services.onboarding.domain import mentors
from services.onboarding.domain.introduction import Introduction
from services.onboarding.domain.records import PlanApproved
from services.onboarding.domain.step import Plan, Step, plan_key, step_key
from services.onboarding.rules import How, OnboardingRules

MILESTONES: dict[CallState, type[OnboardingEvent]] = {
    CallState.PLANNED: IntroMilestonePlanned,
    CallState.OPEN: IntroMilestoneDue,
    CallState.DONE: IntroMilestoneDone,
}
COURSES: dict[CallState, type[OnboardingEvent]] = {
    CallState.PLANNED: CoursePlanned,
    CallState.OPEN: CourseDue,
    CallState.DONE: CourseDone,
}
PAGES = {How.TALK: "talks", How.PLAN: "steps", How.MENTORS: "steps", How.CHECK: "steps", How.COURSE: "steps"}


def statements(plan: Plan, history: History, rules: OnboardingRules, today: date) -> Iterator[Statement]:
    """Everything that is said of one introduction; nothing where nothing of it is owed."""
    if not plan.owed:
        return
    if plan.template.is_plan:
        yield _made(plan)
        yield from _approved(plan, history)
        yield from _closed(plan)
        yield from _mentors(plan, history, rules)
    for step in plan.owed:
        yield Statement(step_key(step.name, step.introduction), _said(step, plan, today))


def _about(found: Introduction) -> dict[str, object]:
    """A plan stays with the unit it begins in."""
    job = found.job
    return {"municipality": job.municipality, "employment_id": job.employment_id, "person_key": job.person_key, "unit_id": found.unit}


def _of_plan(plan: Plan) -> dict[str, object]:
    return {**_about(plan.introduction), "plan_id": plan.id, "occasion": plan.template.occasion}


def _made(plan: Plan) -> Statement:
    fields = {"template": plan.name, "steps": len(plan.owed), "starts_on": plan.introduction.start}
    workload = {"workload_steps": len(plan.template.workload)}
    return Statement(plan_key(plan.introduction), IntroPlanMade.model_validate({**_of_plan(plan), **fields, **workload}))


def approval(plan: Plan, history: History) -> PlanApproved | None:
    """The first approval of a plan."""
    found = (r for r in history.standing(PlanApproved) if r.body.plan == plan.id)
    first = min(found, key=lambda r: (r.known_at, r.fact), default=None)
    return first.body if first is not None else None


def _approved(plan: Plan, history: History) -> Iterator[Statement]:
    found = approval(plan, history)
    if found is not None:
        told = {"approved_on": found.approved_on, "newcomer_took_part": found.newcomer_took_part}
        before = {"before_start": found.approved_on <= plan.introduction.start}
        key = ("plan-approved", *plan.introduction.key)
        yield Statement(key, IntroPlanApproved.model_validate({**_of_plan(plan), **told, **before}))


def outcome(plan: Plan) -> tuple[date, PlanEnd, Counter[str]] | None:
    """When and how a plan was closed, with its steps done in time, late and missed; none while anything is still to come.

    Declined is neither done nor missed; never started counts as missed.
    """
    owed = plan.owed
    if not owed or any(step.is_ahead for step in owed):
        return None
    counts = counted(plan)
    states = {step.state for step in owed}
    alone = {CallState.DECLINED: PlanEnd.DECLINED, CallState.NEVER_STARTED: PlanEnd.NEVER_STARTED}
    if len(states) == 1 and (only := alone.get(next(iter(states)) or CallState.DONE)) is not None:
        end = only
    else:
        end = PlanEnd.MISSED if counts["missed"] else PlanEnd.DONE
    return max(step.state_on for step in owed if step.state_on is not None), end, counts


def counted(plan: Plan) -> Counter[str]:
    """How many steps were done in time, late, and missed so far."""
    return Counter(
        "missed" if step.state in {CallState.MISSED, CallState.NEVER_STARTED} else "done" if step.in_window else "late"
        for step in plan.owed
        if step.state in {CallState.DONE, CallState.MISSED, CallState.NEVER_STARTED}
    )


def _closed(plan: Plan) -> Iterator[Statement]:
    found = outcome(plan)
    if found is not None:
        closed_on, end, counts = found
        told = {"closed_on": closed_on, "end_state": end, **{name: counts[name] for name in ("done", "late", "missed")}}
        yield Statement(("plan-closed", *plan.introduction.key), IntroPlanClosed.model_validate({**_of_plan(plan), **told}))


def _mentors(plan: Plan, history: History, rules: OnboardingRules) -> Iterator[Statement]:
    for kind, choice in mentors.latest(mentors.chosen_for(history, plan.id)).items():
        body = choice.body
        told = {
            "plan_id": plan.id,
            "mentor_kind": kind,
            "mentor_key": body.mentor_key,
            "mentor_employment_id": body.mentor_employment_id,
            "team_unit_id": body.team_unit_id,
            "named_on": body.named_on,
            "named_from": max(body.named_on, plan.introduction.start),
            "until": mentors.until(plan.introduction, kind, rules),
        }
        key = ("mentor", kind.value, *plan.introduction.key)
        yield Statement(key, MentorNamed.model_validate({**_about(plan.introduction), **told}))


def _said(step: Step, plan: Plan, today: date) -> OnboardingEvent:
    assert step.state is not None
    fields: dict[str, object] = {**_about(step.introduction), "unit_id": step.unit(today), "call": _call(step, today)}
    done = {"done_on": step.state_on, "in_window": step.in_window} if step.state is CallState.DONE else {}
    if step.rule.how is How.COURSE:
        told = {"course_code": step.rule.course, "mandatory": step.rule.mandatory}
        return COURSES.get(step.state, CourseMissed).model_validate({**fields, **told, **done})
    fields |= {
        "plan_id": plan.id,
        "milestone_id": step.fact,
        "milestone_kind": step.rule.kind,
        "occasion": plan.template.occasion,
        "step_code": step.name if step.name != step.rule.kind else None,
    }
    held = {**done, "by_role": step.by_role, "themes": step.themes} if done else {}
    return MILESTONES.get(step.state, IntroMilestoneMissed).model_validate({**fields, **held})


def _call(step: Step, today: date) -> Call:
    """The task: for the role that the rule names, at the unit, about the newcomer."""
    assert step.state is not None
    return Call(
        kind="course" if step.rule.how is How.COURSE else step.rule.kind.value,
        role=step.rule.role,
        unit_id=step.unit(today),
        about_person=step.introduction.job.person_key,
        opens=step.window.opens,
        due=step.window.due,
        closes=step.window.closes,
        missed_after=step.window.missed_after,
        state=step.state,
        state_on=step.state_on,
        by_role=step.by_role,
        why=step.why,
        link=f"/onboarding/{PAGES[step.rule.how]}/{step.fact}",
    )
