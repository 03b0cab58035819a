"""The window of one talk: from the rule, the first day and the leaves to working days. Pure dates, nobody's name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.base import CallState
from services.chassis.calendar import Calendar
from services.onboarding.domain.job import Leave
from services.onboarding.rules import TalkRule, day_at

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Held from `opens` to `closes`, both included: in time. Then late, and missed the day after `missed_after`."""

    opens: date
    due: date
    closes: date
    missed_after: date
    pauses: tuple[Leave, ...] = ()

    def state_on(self, day: date) -> CallState:
        """Where a talk that nobody recorded is on a day."""
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
        """The day the talk is missed if nothing happens."""
        return None if self.waits_for_return else self.missed_after + ONE_DAY

    def turns(self) -> Iterator[date]:
        """The days on which time alone changes the state."""
        yield self.opens
        for pause in self.pauses:
            yield pause.first
            if pause.last is not None:
                yield pause.last + ONE_DAY
        if self.missed_on is not None:
            yield self.missed_on


def window_of(rule: TalkRule, first_day: date, leaves: tuple[Leave, ...], calendar: Calendar) -> Window:
    """The window of a talk: opens forward, closes back to a working day; `due` before the close is a courtesy date, forward.

    A leave over the window pauses it: what is left of it begins again at the return.
    """
    opens = calendar.on_or_after(day_at(rule.opens, first_day))
    due = day_at(rule.due, first_day)
    closes = max(opens, calendar.on_or_before(day_at(rule.closes, first_day)))
    pauses: list[Leave] = []
    for leave in leaves:
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
        closes = max(calendar.on_or_before(closes + away), calendar.on_or_after(back))
    due = min(max(calendar.on_or_after(due), opens), closes)
    return Window(opens, due, closes, calendar.add_working_days(closes, rule.missed_after_working_days), tuple(pauses))
