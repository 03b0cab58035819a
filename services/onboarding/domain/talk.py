"""A follow-up talk as it is now: what the rules, the job, the clock and the records make of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import MilestoneKind, TalkTheme
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, fact_id
from services.onboarding.domain.course import Course, Glance, bounded, course, glances, may_owe
from services.onboarding.domain.job import Job, jobs
from services.onboarding.domain.records import TalkDeclined, TalkHeld, TalkRecord
from services.onboarding.domain.window import Window
from services.onboarding.rules import OnboardingRules, TalkRule

SERVICE_NAME = "onboarding"
ON_LEAVE = "on-leave"
KNOWN_TOO_LATE = "known-too-late"

R = TypeVar("R", bound=TalkRecord)


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk of one job. `state` none: no longer owed, since the job ends before the window closes."""

    fact: UUID
    plan: UUID
    kind: MilestoneKind
    job: Job
    window: Window
    state: CallState | None
    state_on: date | None = None
    by_role: HolderRole | None = None
    themes: tuple[TalkTheme, ...] = ()
    why: str | None = None

    @property
    def in_window(self) -> bool:
        """Held on a day from the opening to the close, both included."""
        return self.state is CallState.DONE and self.state_on is not None and self.window.opens <= self.state_on <= self.window.closes

    @property
    def is_ahead(self) -> bool:
        """Whether time can still change it."""
        return self.state in {CallState.PLANNED, CallState.OPEN}

    def unit(self, today: date) -> UUID:
        """The unit whose leader is asked: today's, or that of the day it ended."""
        return self.job.unit_on(today if self.is_ahead or self.state_on is None else self.state_on)


def talk_key(kind: MilestoneKind, job: Job) -> tuple[str, ...]:
    """A talk belongs to the hire itself, so that a rehire has talks of its own."""
    return (kind.value, str(job.hired.body.employment_id), str(job.hired.fact))


def plan_key(job: Job) -> tuple[str, ...]:
    """One plan for each hire."""
    return ("plan", str(job.hired.body.employment_id), str(job.hired.fact))


def talks(history: History, reference: Reference, now: datetime) -> tuple[Talk, ...]:
    """All follow-up talks of a person, of every job, those no longer owed included; ordered by job and by the year."""
    rules = reference.policy(OnboardingRules)
    employments = sorted({job.hired.body.employment_id for job in jobs(history)})
    live = [employment for employment in employments if may_owe(history, reference, employment, rules.talks.values())]
    known = [of_job for employment in live for of_job in glances(history, reference, employment)]
    found = (
        _talk(history, of_job, kind, rule, now) for of_job in known for kind, rule in rules.talks.items() if _is_newcomer(of_job, rules)
    )
    return tuple(talk for talk in found if talk is not None)


def _is_newcomer(known: Sequence[Glance], rules: OnboardingRules) -> bool:
    job = known[-1].job
    return job is not None and job.hired.body.employment_form in rules.forms


def _talk(history: History, known: Sequence[Glance], kind: MilestoneKind, rule: TalkRule, now: datetime) -> Talk | None:
    job, today = known[-1].job, known[-1].reference.today
    latest = course(known, rule, now)
    if job is None or latest is None:
        return None
    fact = fact_id(SERVICE_NAME, history.subject, talk_key(kind, job))
    talk = Talk(fact, fact_id(SERVICE_NAME, history.subject, plan_key(job)), kind, job, latest.window, None)
    held = _first(fact, (r for r in history.standing(TalkHeld) if job.last_day is None or r.body.held_on <= job.last_day))
    declined = _first(fact, history.standing(TalkDeclined))
    if held is not None:
        talk = replace(talk, window=_as_closed(known, rule, held, latest).window, themes=held.body.themes)
        return replace(talk, state=CallState.DONE, state_on=held.body.held_on, by_role=held.body.by_role)
    binding = _as_closed(known, rule, declined, latest) if declined is not None else latest
    window = bounded(binding.window, job)
    if window is None:
        return None if job.died else talk
    talk = replace(talk, window=window)
    if declined is not None:
        return replace(talk, state=CallState.DECLINED, state_on=declined.body.declined_on, by_role=declined.body.by_role)
    return _by_the_clock(talk, latest, today)


def _first(talk: UUID, records: Iterable[Revision[R]]) -> Revision[R] | None:
    return min((r for r in records if r.body.talk == talk), key=lambda r: (r.known_at, r.fact), default=None)


def _as_closed(known: Sequence[Glance], rule: TalkRule, record: Revision[R], latest: Course) -> Course:
    """The course as it was when the record came: a closed talk keeps that window."""
    then = [glance for glance in known if glance.moment <= record.known_at]
    return (course(then, rule, record.known_at) if then else None) or latest


def _by_the_clock(talk: Talk, found: Course, today: date) -> Talk:
    window = found.window
    if found.never_started:
        return replace(talk, window=window, state=CallState.NEVER_STARTED, state_on=window.closes, why=KNOWN_TOO_LATE)
    state = CallState.MISSED if found.missed else window.state_on(today)
    if state is CallState.MISSED:
        return replace(talk, window=window, state=state, state_on=window.missed_after + timedelta(days=1))
    if state is CallState.OPEN:
        return replace(talk, window=window, state=state, state_on=window.asked_since(today))
    return replace(talk, window=window, state=state, why=ON_LEAVE if window.paused_on(today) else None)
