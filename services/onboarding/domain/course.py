"""The course of one talk over what was known when: which window binds, and whether it was missed before something moved.

A closed talk keeps its window when only a date moves later; so the windows are read as they were known, one after the other.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from services.chassis.calendar import Calendar, day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.job import Job, first_day_of, jobs
from services.onboarding.domain.window import Window, window_of
from services.onboarding.rules import TalkRule, day_at

TELLS_OF_JOBS = (Hired, PlacementChanged, LeaveRegistered, EmploymentEndRegistered)
WORKING_DAYS_FOR_A_LATE_FACT = 2


@dataclass(frozen=True, slots=True)
class Glance:
    """A job as it was known from `moment` on, with the calendars of that moment."""

    moment: datetime
    job: Job | None
    reference: Reference


@dataclass(frozen=True, slots=True)
class Course:
    """The window that binds a talk; `known_on`: since when it could be kept; `owed`: not after an end; `missed`: for good."""

    window: Window
    known_on: date
    owed: bool
    missed: bool = False

    @property
    def never_started(self) -> bool:
        """Whether the window had closed before anybody knew of it."""
        return self.known_on > self.window.closes


def glances(history: History, reference: Reference, employment: UUID) -> tuple[tuple[Glance, ...], ...]:
    """For each job of an employment that stands now: how it was known, moment by moment, the last one being all that was heard."""
    told = sorted({r.known_at for r in history.revisions if isinstance(r.body, TELLS_OF_JOBS) and r.body.employment_id == employment})
    moments = sorted({*told, *(m for m in reference.calendar_moments() if m > told[0])})
    known = {m: jobs(history.at(m)) for m in told[:-1]} | {told[-1]: jobs(history)}
    references = [*(reference.at(m) for m in moments[:-1]), reference]
    looks = [(m, known[told[bisect(told, m) - 1]], ref) for m, ref in zip(moments, references, strict=True)]
    now = [job for job in known[told[-1]] if job.hired.body.employment_id == employment]
    return tuple(tuple(Glance(m, _same(job, then), ref) for m, then, ref in looks) for job in now)


def may_owe(history: History, reference: Reference, employment: UUID, rules: Iterable[TalkRule]) -> bool:
    """Whether any window of an employment, as it ever was known, can open after we were live; most of a past load cannot."""
    closes, live = [rule.closes for rule in rules], reference.rules.live_from
    for revision in history.revisions:
        body = revision.body
        if isinstance(body, LeaveRegistered) and body.employment_id == employment:
            return True
        if isinstance(body, Hired) and body.employment_id == employment and any(day_at(p, first_day_of(body)) >= live for p in closes):
            return True
    return False


def _same(job: Job, known: Iterable[Job]) -> Job | None:
    return next((other for other in known if other.hired.fact == job.hired.fact), None)


def window_known(glance: Glance, rule: TalkRule) -> Window | None:
    """The window as if nobody left; none where it opens before the rule or the municipality is live: then nothing is owed."""
    if glance.job is None:
        return None
    first_day = glance.job.first_day
    live = max(rule.valid_from or date.min, glance.reference.rules.live_from)
    window = window_of(rule, first_day, glance.job.days_away, _calendar(glance, rule))
    return window if window.opens >= live else None


def _calendar(glance: Glance, rule: TalkRule) -> Calendar:
    """The working days of the unit in which the talk opens: they do not change as time goes."""
    assert glance.job is not None
    return glance.reference.calendar(glance.job.unit_on(day_at(rule.opens, glance.job.first_day)))


def bounded(window: Window, job: Job) -> Window | None:
    """The window as the end of the job bounds it: what closes after the last working day is not owed."""
    if job.last_day is None:
        return window
    if job.last_day < window.closes or (job.died and job.last_day <= window.missed_after):
        return None
    return replace(window, missed_after=min(window.missed_after, job.last_day))


def course(known: Sequence[Glance], rule: TalkRule, now: datetime) -> Course | None:
    """The course of a talk by `now`; none where no window ever was.

    A window begins to count when it becomes known, and again when it moves to an earlier close than before.
    """
    found: Course | None = None
    for glance, until in zip(known, [*(g.moment for g in known[1:]), now], strict=True):
        window = window_known(glance, rule)
        if window is None or glance.job is None:
            found = None
            continue
        owed = bounded(window, glance.job)
        found = Course(owed or window, _counts_from(found, window, glance.moment), owed is not None)
        found = replace(found, window=_due_after_known(found, _calendar(glance, rule)))
        if _missed(found, until):
            return replace(found, missed=True)
    return found


def _counts_from(before: Course | None, window: Window, moment: datetime) -> date:
    again = before is None or not before.owed or before.window.waits_for_return or window.closes < before.window.closes
    return day_of(moment) if again or before is None else before.known_on


def _due_after_known(found: Course, calendar: Calendar) -> Window:
    """A date already past when the fact arrives, the window still open: due the second working day after."""
    if found.window.due >= found.known_on or found.never_started:
        return found.window
    due = calendar.add_working_days(found.known_on, WORKING_DAYS_FOR_A_LATE_FACT)
    return replace(found.window, due=min(due, found.window.closes))


def _missed(found: Course, until: datetime) -> bool:
    missed_on = found.window.missed_on
    return found.owed and not found.never_started and missed_on is not None and midnight(missed_on) <= until
