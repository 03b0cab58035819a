"""The life of one duty: a window, and where in it the duty is. The same for both kinds of talk."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from contracts.base import CallState, HolderRole
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History

DIED = "died"
"""Why a duty fell away without a word to anybody (catalogue 8)."""
CLOSED = frozenset({CallState.DONE, CallState.DECLINED, CallState.MISSED})


class Cause(StrEnum):
    """What the facts say about the cause of a duty."""

    STANDS = "stands"
    WITHDRAWN = "withdrawn"
    """What is left falls away; what was done or missed before stays."""
    DENIED = "denied"
    """It never was a cause: only a talk that was held stays."""
    DEATH = "death"
    """What is left falls away silently."""


@dataclass(frozen=True, slots=True)
class Window:
    """Held from `opens` to `closes`, both included, is in time; until `missed_after` late; then missed."""

    opens: date
    due: date
    closes: date
    missed_after: date

    def open_by(self, day: date) -> "Window":
        """The same window, opened no later than the day on which something was done: people act before it is registered."""
        return replace(self, opens=min(self.opens, day))


@dataclass(frozen=True, slots=True)
class Finish:
    """How a duty ended, on which day, and by whom."""

    state: CallState
    on: date
    by_role: HolderRole


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty at one moment. Not `owed`: fell away with a withdrawal; it is not said, but a talk held before may be recorded."""

    window: Window
    state: CallState
    state_on: date
    by_role: HolderRole | None = None
    why: str | None = None
    owed: bool = True

    @property
    def is_closed(self) -> bool:
        """Whether it keeps its window: done, declined or missed."""
        return self.state in CLOSED

    @property
    def in_time(self) -> bool:
        """Whether what ended it lay in the window."""
        return self.window.opens <= self.state_on <= self.window.closes


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from when something became known `until` something else did (or now); both as known then."""

    view: History
    until: datetime
    reference: Reference


def spans(history: History, reference: Reference, now: datetime, since: datetime) -> Iterator[Span]:
    """The stretches from `since` on, in order; a closing day that was told begins a stretch too."""
    heard = {r.known_at for r in history.revisions}
    starts = sorted({moment for moment in (*heard, *reference.calendar_moments()) if moment >= since})
    view = history
    for start, end in zip(starts, (*starts[1:], now), strict=True):
        view = history.at(start) if start in heard else view
        yield Span(view, min(end, now), reference.at(start))


def next_duty(previous: Duty | None, cause: Cause, window: Window | None, finish: Finish | None, until: datetime) -> Duty | None:
    """The duty at the end of a span. `window`: as it would be today, none where nothing is owed.

    A closed duty keeps the window it had; what is recorded after it was missed ends it all the same, late.
    """
    if finish is not None:
        return _finished(previous, cause, window, finish)
    match cause:
        case Cause.STANDS:
            return previous if previous is not None and previous.state is CallState.MISSED else _running(window, until)
        case Cause.WITHDRAWN:
            return previous if previous is None or previous.is_closed else replace(previous, owed=False)
        case Cause.DENIED:
            return None
        case Cause.DEATH:
            return previous if previous is None or previous.is_closed or not previous.owed else _never_started(previous)
        case _:
            assert_never(cause)


def _finished(previous: Duty | None, cause: Cause, window: Window | None, finish: Finish) -> Duty | None:
    if cause is Cause.DENIED and finish.state is not CallState.DONE:
        return None
    keeps = previous is not None and (previous.is_closed or not previous.owed or window is None)
    kept = previous.window if previous is not None and keeps else window
    return None if kept is None else Duty(kept.open_by(finish.on), finish.state, finish.on, by_role=finish.by_role)


def _running(window: Window | None, until: datetime) -> Duty | None:
    if window is None:
        return None
    missed_on = window.missed_after + timedelta(days=1)
    if midnight(missed_on) <= until:
        return Duty(window, CallState.MISSED, missed_on)
    state = CallState.OPEN if midnight(window.opens) <= until else CallState.PLANNED
    return Duty(window, state, window.opens)


def _never_started(previous: Duty) -> Duty:
    return replace(previous, state=CallState.NEVER_STARTED, why=DIED)


def next_change(duty: Duty) -> date | None:
    """The day on which time alone changes the duty."""
    if duty.state is CallState.PLANNED:
        return duty.window.opens
    return duty.window.missed_after + timedelta(days=1) if duty.state is CallState.OPEN else None
