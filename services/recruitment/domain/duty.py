"""The two duties before an ad: a window from the day the vacancy became known, and where a duty is in its life."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from contracts.base import CallState
from services.chassis.calendar import Calendar, day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import earliest
from services.recruitment.rules import DutyRule


@dataclass(frozen=True, slots=True)
class Window:
    """Done from `opens` to `closes`, both included: in time. Then late, and missed the day after `missed_after`."""

    opens: date
    due: date
    closes: date
    missed_after: date

    @property
    def missed_on(self) -> date:
        """The day the duty is missed if nothing happens."""
        return self.missed_after + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of a vacancy as it is now."""

    window: Window
    state: CallState
    state_on: date | None

    def next_turn(self, now: datetime) -> datetime | None:
        """The next midnight at which time alone changes the state."""
        if self.state not in {CallState.PLANNED, CallState.OPEN}:
            return None
        turns = (midnight(self.window.opens), midnight(self.window.missed_on))
        return earliest(*(turn for turn in turns if turn > now))


@dataclass(frozen=True, slots=True)
class Cause:
    """What a duty follows from: the vacancy known at a moment in a unit; `over_at`: filled or given up."""

    known_at: datetime
    unit: UUID
    over_at: datetime | None


def window_of(rule: DutyRule, known_on: date, calendar: Calendar) -> Window:
    """Opens on the first working day on or after `known_on`; the rest counts in working days."""
    opens = calendar.on_or_after(known_on)
    closes = calendar.add_working_days(opens, rule.closes_after_working_days)
    due = min(calendar.add_working_days(opens, rule.due_after_working_days), closes)
    return Window(opens, due, closes, calendar.add_working_days(closes, rule.missed_after_working_days))


def duty(rule: DutyRule, cause: Cause, done: tuple[date, datetime] | None, reference: Reference, now: datetime) -> Duty | None:
    """The duty by `now`; `done`: on which day, recorded when. None where it is not, or no longer, owed.

    A duty that is done or missed keeps the window it had then; what time had not ended when the vacancy was over is not owed.
    """
    until = done[1] if done else cause.over_at or now
    window, missed = _binding(rule, cause, reference, until)
    if not rule.on or window.opens < max(rule.valid_from or date.min, reference.rules.live_from):
        return None
    if done:
        return Duty(window, CallState.DONE, done[0])
    if missed:
        return Duty(window, CallState.MISSED, window.missed_on)
    if cause.over_at is not None:
        return None
    if day_of(now) < window.opens:
        return Duty(window, CallState.PLANNED, None)
    return Duty(window, CallState.OPEN, window.opens)


def _binding(rule: DutyRule, cause: Cause, reference: Reference, until: datetime) -> tuple[Window, bool]:
    """The window that binds by `until`, read as closing days became known: one told after the duty was missed moves nothing."""
    told = [m for m in reference.calendar_moments() if cause.known_at < m]
    heard = [cause.known_at, *(m for m in told if m <= until)]
    known_on = day_of(cause.known_at)
    for moment, following in pairwise(heard):
        window = window_of(rule, known_on, reference.at(moment).calendar(cause.unit))
        if midnight(window.missed_on) <= following:
            return window, True
    latest = reference if len(heard) == len(told) + 1 else reference.at(heard[-1])
    window = window_of(rule, known_on, latest.calendar(cause.unit))
    return window, midnight(window.missed_on) <= until
