"""The window of one step: from the rule, the days of the introduction and the leaves to working days. Pure dates, nobody's name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from contracts.base import CallState
from services.chassis.calendar import Calendar
from services.onboarding.domain.job import Leave
from services.onboarding.rules import Anchors, StepRule, day_at

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Done from `opens` to `closes`, both included: in time. Then late, and missed the day after `missed_after`."""

    opens: date
    due: date
    closes: date
    missed_after: date
    pauses: tuple[Leave, ...] = ()

    def state_on(self, day: date) -> CallState:
        """Where a step that nobody recorded is on a day."""
        if day < self.opens or self.paused_on(day):
            return CallState.PLANNED
        return CallState.OPEN if day <= self.missed_after else CallState.MISSED

    def paused_on(self, day: date) -> bool:
        """Whether the newcomer is on leave in the middle of the window."""
        return any(pause.first <= day and (pause.last is None or day <= pause.last) for pause in self.pauses)

    def asked_since(self, day: date) -> date:
        """When the leader was last asked, seen from `day`: at the opening, or at the return from a leave."""
        returns = [pause.last + ONE_DAY for pause in self.pauses if pause.last is not None and pause.last < day]
        return max([self.opens, *returns])

    @property
    def waits_for_return(self) -> bool:
        """Whether a leave without a known return stops the window."""
        return any(pause.last is None for pause in self.pauses)

    @property
    def missed_on(self) -> date | None:
        """The day the step is missed if nothing happens."""
        return None if self.waits_for_return else self.missed_after + ONE_DAY

    def overlaps(self, other: "Window") -> bool:
        """Whether both can be asked for at once."""
        return self.opens <= other.missed_after and other.opens <= self.missed_after

    def agreed(self, day: date) -> "Window":
        """Due on an agreed day, where that lies inside; a window that has moved away from it keeps its own."""
        return replace(self, due=day) if self.opens <= day <= self.closes else self

    def turns(self) -> Iterator[date]:
        """The days on which time alone changes the state."""
        yield self.opens
        for pause in self.pauses:
            yield pause.first
            if pause.last is not None:
                yield pause.last + ONE_DAY
        if self.missed_on is not None:
            yield self.missed_on


def window_of(rule: StepRule, anchors: Anchors, leaves: Iterable[Leave], calendar: Calendar) -> Window | None:
    """The window of a step: opens forward, closes back to a working day; `due` before the close is a courtesy date, forward.

    So it is no half day either, since it is proposed as the day to meet.

    A leave over the window pauses it: what is left of it begins again at the return.
    None where the introduction has no day that the rule counts from.
    """
    begins, due, ends = (day_at(point, anchors, calendar) for point in (rule.opens, rule.due, rule.closes))
    if begins is None or due is None or ends is None:
        return None
    opens, closes = calendar.on_or_after(begins), calendar.on_or_before(ends)
    if rule.opens_when_known:
        opens = min(opens, closes)
    closes = max(opens, closes)
    pauses: list[Leave] = []
    moved = timedelta()
    for leave in leaves if rule.pauses else ():
        if leave.first > closes:
            break
        if leave.last is None:
            pauses.append(leave)
            break
        if leave.last < opens:
            continue
        back = leave.last + ONE_DAY
        if leave.first <= opens:
            away = back - opens
            opens = calendar.on_or_after(back)
        else:
            away = back - leave.first
            pauses.append(leave)
        due += away if due >= leave.first else timedelta()
        moved += away
        closes = max(calendar.on_or_before(closes + away), calendar.on_or_after(back))
    due = min(calendar.meeting_on_or_after(max(due, opens)), closes)
    return Window(opens, due, closes, _missed_after(rule, anchors, closes, moved, calendar), tuple(pauses))


def _missed_after(rule: StepRule, anchors: Anchors, closes: date, moved: timedelta, calendar: Calendar) -> date:
    """Counted from the close, or on a day of its own, which moves as far as leaves have moved the window; never before the close."""
    counted = day_at(rule.missed_after, Anchors(anchors.known, anchors.start, anchors.end, closes), calendar) or closes
    return max(closes, calendar.on_or_before(counted if rule.missed_when_closed else counted + moved))
