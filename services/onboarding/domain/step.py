"""A step of an introduction as it is now: what the rules, the job, the clock and the records make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.base import CallState, Event, HolderRole
from contracts.hr import CourseCompleted
from contracts.words import TalkTheme
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, fact_id
from services.onboarding.domain import mentors
from services.onboarding.domain.course import Course, Glance, bounded, course, glances
from services.onboarding.domain.introduction import Introduction, Trigger, may_owe
from services.onboarding.domain.mentors import Completed
from services.onboarding.domain.records import PlanApproved, StepAdded, StepDone, StepMoved, StepRemoved, TalkDeclined, TalkHeld
from services.onboarding.domain.window import Window
from services.onboarding.rules import How, OnboardingRules, StepRule, Template, Where

SERVICE_NAME = "onboarding"
ON_LEAVE = "on-leave"
KNOWN_TOO_LATE = "known-too-late"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one introduction. `state` none: no longer owed, since the job ends before the window closes, or it was taken out."""

    fact: UUID
    name: str
    rule: StepRule
    introduction: Introduction
    window: Window
    state: CallState | None = None
    state_on: date | None = None
    by_role: HolderRole | None = None
    themes: tuple[TalkTheme, ...] = ()
    why: str | None = None

    @property
    def in_window(self) -> bool:
        """Done on a day from the opening to the close, both included."""
        return self.state is CallState.DONE and self.state_on is not None and self.window.opens <= self.state_on <= self.window.closes

    @property
    def is_ahead(self) -> bool:
        """Whether time can still change it."""
        return self.state in {CallState.PLANNED, CallState.OPEN}

    def unit(self, today: date) -> UUID:
        """The unit whose people are asked: today's, or that of the day it ended; for a hand-over the one that is left."""
        if self.rule.at is Where.RELEASING and self.introduction.releasing is not None:
            return self.introduction.releasing
        return self.introduction.job.unit_on(today if self.is_ahead or self.state_on is None else self.state_on)


@dataclass(frozen=True, slots=True)
class Plan:
    """An introduction with its template and its steps, those no longer owed included, in the order of the template."""

    id: UUID
    introduction: Introduction
    name: str
    template: Template
    steps: tuple[Step, ...]

    @property
    def owed(self) -> tuple[Step, ...]:
        """The steps of which something is said."""
        return tuple(step for step in self.steps if step.state is not None)

    def requires(self, name: str) -> bool:
        """Whether everybody with this template has the step; one that somebody added to a plan is no such."""
        own = self.template.steps.get(name)
        return own is not None and own.on and own.required

    def awaited(self, name: str) -> tuple[str, ...]:
        """The steps that must be done before this one, and are not."""
        return tuple(step.name for step in self.owed if name in step.rule.before and step.state is not CallState.DONE)


def step_key(name: str, found: Introduction) -> tuple[str, ...]:
    """A step belongs to what it is given for, so that a rehire has steps of its own."""
    return (name, *found.key)


def plan_key(found: Introduction) -> tuple[str, ...]:
    """One plan for each introduction."""
    return ("plan", *found.key)


def plans(history: History, reference: Reference, now: datetime) -> tuple[Plan, ...]:
    """Every introduction of a person that has a template, by employment and start; no two open steps of one name for one job."""
    rules = reference.policy(OnboardingRules)
    if not may_owe(history, rules, reference.rules.live_from):
        return ()
    found: list[Plan] = []
    for known in glances(history, reference, rules):
        plan = _plan(history, known, rules, now)
        steps = tuple(step for step in plan.steps if not _is_doubled(step, found))
        if steps:
            found.append(replace(plan, steps=steps))
    return tuple(found)


def _plan(history: History, known: Sequence[Glance], rules: OnboardingRules, now: datetime) -> Plan:
    last = known[-1]
    assert last.introduction is not None
    assert last.template is not None
    plan = fact_id(SERVICE_NAME, history.subject, plan_key(last.introduction))
    added = _added(history, plan, rules.addable(last.template.occasion, last.name))
    names = dict.fromkeys((*last.template.steps, *added))
    steps = (_step(_Look(history, plan, name, known, added, now)) for name in names)
    return Plan(plan, last.introduction, last.name, last.template, tuple(step for step in steps if step is not None))


def _added(history: History, plan: UUID, addable: Mapping[str, StepRule]) -> Mapping[str, StepRule]:
    """The steps that were added to one person's plan; one that cannot be added to it any longer is gone."""
    names = sorted({r.body.name for r in history.standing(StepAdded) if r.body.plan == plan})
    return {name: addable[name].model_copy(update={"on": True}) for name in names if name in addable}


def _is_doubled(step: Step, earlier: Iterable[Plan]) -> bool:
    """Whether an earlier introduction of the same job has this step already: still to come, or done since this one began."""
    for plan in earlier:
        if plan.introduction.job.employment_id == step.introduction.job.employment_id and not _are_terms(plan, step):
            for other in plan.steps:
                if other.name == step.name and _covers(other, step):
                    return True
    return False


def _are_terms(plan: Plan, step: Step) -> bool:
    """Whether both are given for an end that one contract has or had: what was done before one end does not do for the next."""
    one, other = plan.introduction, step.introduction
    return one.trigger is other.trigger is Trigger.TERM and one.job.fact == other.job.fact


def _covers(earlier: Step, later: Step) -> bool:
    match earlier.state:
        case None | CallState.NEVER_STARTED:
            return False
        case CallState.DONE | CallState.DECLINED:
            return earlier.state_on is not None and earlier.state_on >= later.introduction.start
        case _:
            return earlier.window.overlaps(later.window)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one step is made of."""

    history: History
    plan: UUID
    name: str
    known: Sequence[Glance]
    added: Mapping[str, StepRule]
    now: datetime

    def course(self, until: datetime | None = None) -> Course | None:
        """The course by now, or as it was known at a moment."""
        if until is None:
            return course(self.known, self.name, self.now, self.added)
        then = [glance for glance in self.known if glance.moment <= until]
        return course(then, self.name, until, self.added) if then else None


def _step(look: _Look) -> Step | None:
    last = look.known[-1]
    found, rule, latest = last.introduction, last.rule(look.name, look.added), look.course()
    if found is None or rule is None or latest is None:
        return None
    fact = fact_id(SERVICE_NAME, look.history.subject, step_key(look.name, found))
    step = Step(fact, look.name, rule, found, latest.window)
    done = _done(look, step)
    if done is not None:
        binding = look.course(done.known_at) or latest
        themes = done.themes if isinstance(done, _Held) else ()
        return replace(step, window=binding.window, themes=themes, state=CallState.DONE, state_on=done.on, by_role=done.by_role)
    declined = _first(r for r in look.history.standing(TalkDeclined) if r.body.talk == fact)
    binding = (look.course(declined.known_at) or latest) if declined is not None else latest
    window = bounded(binding.window, found.job) if declined is not None or latest.owed else None
    if window is None:
        return None if found.job.died else replace(step, window=binding.whole)
    step = replace(step, window=window)
    if declined is not None:
        return replace(step, state=CallState.DECLINED, state_on=declined.body.declined_on, by_role=declined.body.by_role)
    if _is_taken_out(look, fact):
        return step
    step = _as_agreed(replace(step, window=latest.window), latest, look.history)
    return _by_the_clock(step, latest, last.reference.today)


@dataclass(frozen=True, slots=True)
class _Held(Completed):
    """A talk that was held, and what it touched."""

    themes: tuple[TalkTheme, ...] = ()


def _done(look: _Look, step: Step) -> Completed | None:
    """What closed a step, by the last working day; of several the first that was recorded."""
    last_day = step.introduction.job.last_day
    found = [each for each in _completions(look, step) if last_day is None or each.on <= last_day]
    return min(found, key=lambda each: (each.known_at, each.on), default=None)


def _completions(look: _Look, step: Step) -> Iterable[Completed]:
    history = look.history
    match step.rule.how:
        case How.TALK:
            held = (r for r in history.standing(TalkHeld) if r.body.talk == step.fact)
            return [_Held(r.body.held_on, r.body.by_role, r.known_at, r.body.themes) for r in held]
        case How.PLAN:
            approved = (r for r in history.standing(PlanApproved) if r.body.plan == look.plan)
            return [Completed(r.body.approved_on, r.body.by_role, r.known_at) for r in approved]
        case How.MENTORS:
            named = mentors.completed(mentors.chosen_for(history, look.plan), step.rule.mentors)
            return [named] if named is not None else []
        case How.CHECK:
            return _ticked(history, step)
        case How.COURSE:
            return [*_ticked(history, step), *_taken(history, step)]


def _ticked(history: History, step: Step) -> list[Completed]:
    done = (r for r in history.standing(StepDone) if r.body.step == step.fact)
    return [Completed(r.body.done_on, r.body.by_role, r.known_at) for r in done]


def _taken(history: History, step: Step) -> list[Completed]:
    """A course that the HR system tells of counts, whenever it was taken since the hire was known."""
    taken = (r for r in history.standing(CourseCompleted) if r.body.course_code == step.rule.course)
    since = min(step.introduction.known, step.introduction.start)
    return [Completed(r.body.effective_date, HolderRole.HR, r.known_at) for r in taken if r.body.effective_date >= since]


def _first(records: Iterable[Revision[TalkDeclined]]) -> Revision[TalkDeclined] | None:
    return min(records, key=lambda r: (r.known_at, r.fact), default=None)


def _is_taken_out(look: _Look, fact: UUID) -> bool:
    """Taken out of the plan before it was missed, and not added again since."""
    ours = (r for r in look.history.standing(StepAdded) if (r.body.plan, r.body.name) == (look.plan, look.name))
    again = max((r.known_at for r in ours), default=None)
    removed = _earliest(r for r in look.history.standing(StepRemoved) if r.body.step == fact and (again is None or again <= r.known_at))
    then = look.course(removed.known_at) if removed is not None else None
    return removed is not None and not (then is not None and then.missed)


def _earliest(records: Iterable[Revision[Event]]) -> Revision[Event] | None:
    return min(records, key=lambda r: (r.known_at, r.fact), default=None)


def _as_agreed(step: Step, found: Course, history: History) -> Step:
    """Due on the day that was agreed last; a step that was missed keeps what it had."""
    moved = max((r for r in history.standing(StepMoved) if r.body.step == step.fact), key=lambda r: (r.known_at, r.fact), default=None)
    if moved is None or found.missed or found.never_started:
        return step
    return replace(step, window=step.window.agreed(moved.body.due))


def _by_the_clock(step: Step, found: Course, today: date) -> Step:
    window = step.window
    if found.never_started:
        return replace(step, state=CallState.NEVER_STARTED, state_on=window.closes, why=KNOWN_TOO_LATE)
    state = CallState.MISSED if found.missed else window.state_on(today)
    if state is CallState.MISSED:
        return replace(step, state=state, state_on=window.missed_after + timedelta(days=1))
    if state is CallState.OPEN:
        return replace(step, state=state, state_on=window.asked_since(today))
    return replace(step, state=state, why=ON_LEAVE if window.paused_on(today) else None)
