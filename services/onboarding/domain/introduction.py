"""What an introduction is given for, as a person's history tells it: hires, returns, moves, leaderships, placements, terms that end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.hr import (
    EmploymentChanged,
    EmploymentEndRegistered,
    Hired,
    LeaderAppointed,
    LeaderEnded,
    LeaveRegistered,
    PlacementChanged,
    PracticePlacementEnded,
    PracticePlacementStarted,
)
from contracts.hr.employment import ChangedFact
from contracts.words import Occasion, OccupationGroup, ReasonClass
from services.chassis.calendar import add_months, day_of
from services.chassis.subject import History, Revision
from services.onboarding.domain.job import DAY, Job, Leave, jobs, term_end
from services.onboarding.rules import Anchors, OnboardingRules

TELLS = (
    *(Hired, EmploymentChanged, PlacementChanged, LeaveRegistered, EmploymentEndRegistered),
    *(LeaderAppointed, LeaderEnded, PracticePlacementStarted, PracticePlacementEnded),
)
"""What tells of introductions."""


BEGINS_TOGETHER = 30 * DAY


class Trigger(StrEnum):
    """What happened."""

    HIRED = "hired"
    RETURN = "return"
    MOVE = "move"
    LEADER = "leader"
    PLACEMENT = "placement"
    TERM = "term"
    TRIAL = "trial"


OCCASIONS = {
    Trigger.HIRED: (Occasion.HIRE, Occasion.PUPIL_OR_STUDENT, Occasion.TEMP),
    Trigger.RETURN: (Occasion.RETURN_FROM_LEAVE,),
    Trigger.MOVE: (Occasion.INTERNAL_MOVE,),
    Trigger.LEADER: (Occasion.NEW_LEADER,),
    Trigger.PLACEMENT: (Occasion.PUPIL_OR_STUDENT,),
    Trigger.TERM: (Occasion.TERM_ENDING,),
    Trigger.TRIAL: (Occasion.TRIAL_ENDING,),
}
"""Which templates may come of it; for a hire the form of employment decides."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """One occasion of one job. `fact`: of what tells it. `end`: the last day of what is limited; `releasing`: the unit that is left.

    `is_replaced`: another end of the term holds, so that what is still ahead of this one is not owed.
    """

    trigger: Trigger
    fact: UUID
    job: Job
    start: date
    known: date
    end: date | None = None
    releasing: UUID | None = None
    is_replaced: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same one, however its days move. A hire's is that of its job."""
        of_job = (str(self.job.employment_id), str(self.fact))
        return of_job if self.trigger is Trigger.HIRED else (self.trigger.value, *of_job)

    @property
    def anchors(self) -> Anchors:
        """The days that points are relative to."""
        return Anchors(self.known, self.start, self.end)

    @property
    def leaves(self) -> tuple[Leave, ...]:
        """The leaves that can stop a window: not the one somebody returns from."""
        away = self.job.days_away
        return tuple(leave for leave in away if leave.first >= self.start) if self.trigger is Trigger.RETURN else away

    @property
    def unit(self) -> UUID:
        """The unit it begins in."""
        return self.job.unit_on(self.start)


def introductions(history: History, rules: OnboardingRules) -> tuple[Introduction, ...]:
    """Everything an introduction may be given for, as it is told here; by employment and start."""
    of_jobs = jobs(history)
    hires = (_hired(job, of_jobs, history, rules) for job in of_jobs)
    found = [
        *(hire for hire in hires if hire is not None),
        *(each for job in of_jobs for each in _within(job, history, rules)),
        *_leaderships(history, of_jobs),
        *_placements(history, of_jobs),
    ]
    return tuple(sorted(found, key=lambda i: (i.job.employment_id, i.start, i.trigger, i.fact)))


def _known(history: History, fact: UUID) -> date:
    return day_of(history.first_known(fact))


def _hired(job: Job, of_jobs: Sequence[Job], history: History, rules: OnboardingRules) -> Introduction | None:
    """Who was here shortly before needs no full programme again: in another unit as if moved, without a hand-over; in the same one nothing.

    Who comes straight from another job here has moved (danish-hr 1.12).
    """
    known = _known(history, job.fact)
    before = [(other.last_day, other) for other in of_jobs if other.last_day is not None and other.begun < job.begun and other != job]
    recent = [(last, other) for last, other in before if job.begun <= add_months(last, rules.rehire_months)] if rules.rehire_months else []
    hire = Introduction(Trigger.HIRED, job.fact, job, job.first_day, known, job.fixed_term_until)
    if not recent:
        return hire
    last, other = max(recent, key=lambda found: (found[0], found[1].fact))
    if other.end_reason is ReasonClass.INTERNAL_MOVE and job.begun <= last + 2 * DAY:
        return Introduction(Trigger.MOVE, job.fact, job, job.first_day, known, releasing=other.unit_on(last))
    if job.begun <= last:
        return hire
    is_back = job.unit_on(job.begun) == other.unit_on(last)
    return None if is_back else Introduction(Trigger.MOVE, job.fact, job, job.first_day, known)


def _within(job: Job, history: History, rules: OnboardingRules) -> Iterator[Introduction]:
    """Returns, moves and the ends of terms of one job."""
    for leave in job.leaves:
        if leave.last is None or leave.fact is None or (leave.last - leave.first).days + 1 < rules.leave_days:
            continue
        if leave.last >= job.begun and (job.last_day is None or leave.last < job.last_day):
            yield Introduction(Trigger.RETURN, leave.fact, job, leave.last + DAY, _known(history, leave.fact))
    for move in job.moves:
        if move.internal and move.old != move.new and move.day > job.first_day:
            yield Introduction(Trigger.MOVE, move.fact, job, move.day, _known(history, move.fact), releasing=move.old)
    for term in job.terms:
        if term.until is not None and term.until > job.begun:
            known, is_replaced = _known(history, term.fact), term is not job.terms[-1]
            yield Introduction(Trigger.TERM, term.fact, job, job.first_day, known, term.until, is_replaced=is_replaced)
    if job.trial_until is not None and job.trial_until > job.begun:
        yield Introduction(Trigger.TRIAL, job.fact, job, job.first_day, _known(history, job.fact), job.trial_until)


def _leaderships(history: History, of_jobs: Sequence[Job]) -> Iterator[Introduction]:
    """Each time somebody becomes a leader; who leads already and gets another unit is no new leader (S2, R1)."""
    ends = [r.body for r in history.standing(LeaderEnded)]
    led: date | None = None
    for told in sorted(history.standing(LeaderAppointed), key=lambda r: (r.body.effective_date, r.body.unit_id, r.fact)):
        body, start = told.body, told.body.effective_date
        last = min((e.last_day for e in ends if e.unit_id == body.unit_id and e.last_day >= start - DAY), default=None)
        is_new = led is None or led + DAY < start
        led = max(led or date.min, last or date.max - DAY)
        if is_new and (last is None or last >= start):
            yield Introduction(Trigger.LEADER, told.fact, _led(told, last, of_jobs), start, _known(history, told.fact))


def _led(told: Revision[LeaderAppointed], last: date | None, of_jobs: Sequence[Job]) -> Job:
    """The leadership as a job at the unit that is led; it is over with the employment, too."""
    body = told.body
    of_employment = [job for job in of_jobs if job.employment_id == body.employment_id and job.begun <= body.effective_date]
    job = of_employment[-1] if of_employment else None
    units = ((body.effective_date, body.unit_id),)
    if job is None:
        return Job(
            fact=told.fact,
            municipality=body.municipality,
            person_key=body.person_key,
            employment_id=body.employment_id,
            form=body.employment_form,
            profession=OccupationGroup.LEADER,
            begun=body.effective_date,
            first_day=body.effective_date,
            units=units,
            last_day=last,
        )
    over = min((day for day in (last, job.last_day) if day is not None), default=None)
    return replace(job, units=units, moves=(), last_day=over)


def _placements(history: History, of_jobs: Sequence[Job]) -> Iterator[Introduction]:
    """Each stay in practice, unless a hire of the same employment has just begun: its plan is enough."""
    ends = [r.body for r in history.standing(PracticePlacementEnded)]
    for told in sorted(history.standing(PracticePlacementStarted), key=lambda r: (r.body.effective_date, r.fact)):
        body, start = told.body, told.body.effective_date
        if any(job.employment_id == body.employment_id and abs(start - job.first_day) <= BEGINS_TOGETHER for job in of_jobs):
            continue
        over = [e.last_day for e in ends if e.employment_id == body.employment_id and e.last_day >= start]
        job = Job(
            fact=told.fact,
            municipality=body.municipality,
            person_key=body.person_key,
            employment_id=body.employment_id,
            form=body.employment_form,
            profession=OccupationGroup.UNKNOWN,
            begun=start,
            first_day=start,
            units=((start, body.unit_id),),
            last_day=min(over, default=body.planned_end),
        )
        yield Introduction(Trigger.PLACEMENT, told.fact, job, start, _known(history, told.fact), job.last_day)


def may_owe(history: History, rules: OnboardingRules, live: date) -> bool:
    """Whether anything told here, as it ever was, can open a window after we were live; most of a past load cannot.

    A leave can move windows as far as it lasts, so where there was one every introduction is looked at.
    """
    return any(_may(revision.body, rules, live) for revision in history.revisions)


def _may(body: object, rules: OnboardingRules, live: date) -> bool:
    match body:
        case LeaveRegistered():
            return True
        case Hired():
            until = max(body.fixed_term_until or date.min, body.trial_until or date.min)
            return max(until, _reach(body.first_working_day or body.effective_date, rules)) >= live
        case EmploymentChanged(what=ChangedFact.FIXED_TERM_END):
            return (term_end(body) or date.min) >= live
        case PlacementChanged() | LeaderAppointed():
            return _reach(body.effective_date, rules) >= live
        case PracticePlacementStarted():
            return max(_reach(body.effective_date, rules), body.planned_end) >= live
        case _:
            return False


def reaches(found: Introduction, rules: OnboardingRules, live: date) -> bool:
    """Whether a step of this introduction can close after we were live."""
    if any(leave.last is None for leave in found.leaves):
        return True
    away = sum((leave.last - leave.first).days + 1 for leave in found.leaves if leave.last is not None)
    return max(found.end or date.min, _reach(found.start, rules, away)) >= live


def _reach(day: date, rules: OnboardingRules, away: int = 0) -> date:
    return date.fromordinal(min(day.toordinal() + rules.reach_days + away, date.max.toordinal()))
