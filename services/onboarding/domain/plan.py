"""The introductions of one person: what the municipality owes them, said as facts with a life, and shown as rows."""

from collections.abc import Iterator
from datetime import date, datetime

from contracts.base import CallState
from services.chassis.calendar import add_months, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, earliest
from services.onboarding.domain import mentors, observations, said
from services.onboarding.domain.job import DAY
from services.onboarding.domain.observations import Wonder
from services.onboarding.domain.records import LearningNoted
from services.onboarding.domain.rows import NOT_OWED, LearningRow, MentorRow, PlanRow, Row, StepRow
from services.onboarding.domain.step import Plan, Step, plans
from services.onboarding.rules import How, OnboardingRules


def intro_plans(history: History, reference: Reference, now: datetime) -> Situation:
    """Plan what somebody's introductions owe: which steps are ahead, open, late, done or no longer owed (S0, S2, S3)."""
    found = plans(history, reference, now)
    if not found:
        return Situation()
    rules, today = reference.policy(OnboardingRules), reference.today
    wondered = observations.wonders(history, found, reference)
    learnt = tuple(_learnt(history, found, rules, today))
    return Situation(
        statements=(
            *(each for plan in found for each in said.statements(plan, history, rules, today)),
            *(observations.statement(wonder, reference.municipality, today) for wonder in wondered),
        ),
        rows=(
            *(row for plan in found for row in _rows(plan, history, rules, today)),
            *(observations.row(wonder, history, today) for wonder in wondered),
            *learnt,
        ),
        wake_at=_next_turn(found, wondered, learnt, today, now),
    )


def _rows(plan: Plan, history: History, rules: OnboardingRules, today: date) -> Iterator[Row]:
    if plan.template.is_plan and plan.owed:
        yield _plan_row(plan, history, today)
        for kind, choice in mentors.latest(mentors.chosen_for(history, plan.id)).items():
            body, found = choice.body, plan.introduction
            yield MentorRow(
                plan_id=plan.id,
                kind=kind.value,
                municipality=found.job.municipality,
                person_key=found.job.person_key,
                unit_id=found.job.unit_on(today),
                mentor_key=body.mentor_key,
                team_unit_id=body.team_unit_id,
                named_on=body.named_on,
                named_from=max(body.named_on, found.start),
                until=mentors.until(found, kind, rules),
            )
    for place, step in enumerate(plan.steps):
        yield _step_row(step, plan, place, " ".join(plan.awaited(step.name)), today)


def _plan_row(plan: Plan, history: History, today: date) -> PlanRow:
    found, counts, end, approved = plan.introduction, said.counted(plan), said.outcome(plan), said.approval(plan, history)
    return PlanRow(
        plan_id=plan.id,
        municipality=found.job.municipality,
        person_key=found.job.person_key,
        employment_id=found.job.employment_id,
        unit_id=found.job.unit_on(today),
        occasion=plan.template.occasion.value,
        template=plan.name,
        starts_on=found.start,
        last_day=found.job.last_day,
        steps=len(plan.owed),
        done=counts["done"],
        late=counts["late"],
        missed=counts["missed"],
        approved_on=approved.approved_on if approved else None,
        newcomer_took_part=approved is not None and approved.newcomer_took_part,
        plan_approved=_is_done(plan, How.PLAN),
        mentors_named=_is_done(plan, How.MENTORS),
        closed_on=end[0] if end else None,
        end_state=end[1].value if end else None,
    )


def _is_done(plan: Plan, how: How) -> bool | None:
    """Whether the steps of a plan that are closed in this way are done; none where it owes no such step."""
    done = [step.state is CallState.DONE for step in plan.owed if step.rule.how is how]
    return all(done) if done else None


def _step_row(step: Step, plan: Plan, place: int, waits_for: str, today: date) -> StepRow:
    job = step.introduction.job
    return StepRow(
        fact=step.fact,
        plan_id=plan.id,
        municipality=job.municipality,
        person_key=job.person_key,
        employment_id=job.employment_id,
        unit_id=job.unit_on(today),
        at_unit=step.unit(today),
        name=step.name,
        kind=step.rule.kind.value,
        how=step.rule.how.value,
        occasion=plan.template.occasion.value,
        role=step.rule.role.value,
        place=place,
        state=step.state.value if step.state else NOT_OWED,
        opens=step.window.opens,
        due=step.window.due,
        closes=step.window.closes,
        missed_after=step.window.missed_after,
        state_on=step.state_on,
        in_window=step.in_window,
        on_leave=step.why is not None and step.state is CallState.PLANNED,
        hidden=step.rule.hidden,
        required=plan.requires(step.name),
        waits_for=waits_for,
        course=step.rule.course,
        first_day=step.introduction.start,
        last_day=job.last_day,
    )


def _learnt(history: History, found: tuple[Plan, ...], rules: OnboardingRules, today: date) -> Iterator[LearningRow]:
    """Which texts beside the history are kept: of steps that stand, not older than the rules allow."""
    jobs = {step.fact: step.introduction.job for plan in found for step in plan.steps}
    for noted in history.standing(LearningNoted):
        job = jobs.get(noted.body.step)
        if job is None:
            continue
        until = add_months(noted.body.noted_on, rules.learning_points_months)
        if job.last_day is not None:
            until = min(until, add_months(job.last_day, rules.learning_points_months_after_leaving))
        if today <= until:
            yield LearningRow(noted.fact, history.subject.id, noted.body.step, noted.body.noted_on, until)


def _next_turn(
    found: tuple[Plan, ...], wondered: tuple[Wonder, ...], learnt: tuple[LearningRow, ...], today: date, now: datetime
) -> datetime | None:
    """The next midnight at which a window turns, the person belongs to another unit, or a text is too old."""
    steps = [step for plan in found for step in plan.steps]
    turns = [midnight(day) for step in steps if step.is_ahead for day in step.window.turns()]
    turns += [midnight(day) for wonder in wondered for day in wonder.turns()]
    turns += [midnight(row.until + DAY) for row in learnt]
    moves = [midnight(move) for move in {plan.introduction.job.next_move(today) for plan in found} if move is not None]
    return earliest(*(moment for moment in (*turns, *moves) if moment > now))
