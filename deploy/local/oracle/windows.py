"""Which window binds a talk: recomputed after every row, as it was known then; kept once the talk was held, declined or missed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from deploy.local.oracle.days import DAY, months_on, on_or_after, on_or_before, working_days_after
from deploy.local.oracle.log import Recorded
from deploy.local.oracle.rows import LIVE_FROM, Row
from deploy.local.oracle.spells import DEATH, Resignation, Spell, spells

MISSED_AFTER = 10
RETENTION_DAYS = 3


@dataclass(frozen=True)
class Window:
    """Held from `opens` to `closes` is in time; missed the day after `missed_after`; `known_on`: since when it could be kept."""

    opens: date
    closes: date
    missed_after: date
    known_on: date = date.min


@dataclass(frozen=True)
class Duty:
    """A talk that is owed: its window, when it was held, and how it stands beside that."""

    spell: Spell
    window: Window
    held_on: date | None = None
    declined: bool = False
    missed: bool = False


def follow_up_days(kind: str, first: date) -> tuple[date, date]:
    """The first and last day of a follow-up talk before working days are looked at (danish-hr, section 4)."""
    return {
        "talk-2-weeks": (first + timedelta(days=9), first + timedelta(days=27)),
        "talk-3-months": (first + timedelta(days=44), months_on(first, 3)),
        "talk-6-12-months": (months_on(first, 6), months_on(first, 12)),
    }[kind]


def follow_up_window(kind: str, spell: Spell) -> Window | None:
    """The window of a follow-up talk; a leave over it pauses it. None where it opens before the municipality is live."""
    first, last = follow_up_days(kind, spell.first_working_day)
    opens = on_or_after(first)
    closes = max(opens, on_or_before(last))
    for away, back_from in sorted(spell.leaves.items()):
        back = back_from + DAY
        if away > closes or back <= opens:
            continue
        if away <= opens:
            shift = back - opens
            opens = on_or_after(back)
        else:
            shift = back - away
        closes = max(on_or_before(closes + shift), on_or_after(back))
    return Window(opens, closes, working_days_after(closes, MISSED_AFTER)) if opens >= LIVE_FROM else None


def retention_window(resignation: Resignation) -> Window | None:
    """Three working days from the later of received and known, never after the last day; none where that has passed."""
    opens = on_or_after(resignation.known_on)
    if max(opens, resignation.last_known_on) > resignation.last_day or opens < LIVE_FROM:
        return None
    since = max(resignation.known_on, resignation.received_on)
    closes = min(working_days_after(since, RETENTION_DAYS), on_or_before(resignation.last_day))
    return Window(opens, closes, min(working_days_after(since, MISSED_AFTER), resignation.last_day))


class View(NamedTuple):
    """What was known of an employment from a day `until` rows told something else (or today)."""

    day: date
    until: date
    is_last: bool
    known: list[Spell]

    def sees(self, entry: Recorded | None) -> bool:
        """Whether something was recorded while this was what was known; at a step of the clock rows come first."""
        return entry is not None and self.day <= entry.recorded_on and (self.is_last or entry.recorded_on < self.until)


def views(rows: Sequence[Row], today: date) -> Iterator[View]:
    """What was known of an employment, one day with rows after the other."""
    days = sorted({row.known_on for row in rows})
    for day, until in pairwise([*days, today]):
        yield View(day, until, day == days[-1], spells([row for row in rows if row.known_on <= day]))


def follow_up(kind: str, number: int, rows: Sequence[Row], log: Iterable[Recorded], today: date) -> Duty | None:
    """The follow-up talk of the `number`th spell of an employment, as it stands today; none where it is not owed."""
    everything = spells(rows)
    final = everything[number]
    before = everything[number - 1].last_day if number else None
    told = _closing([entry for entry in log if (before or date.min) < entry.day <= (final.last_day or date.max)])
    window, owed, missed = None, False, False
    for view in views(rows, today):
        last_day = view.known[number].last_day if len(view.known) > number else None
        fresh = follow_up_window(kind, view.known[number]) if len(view.known) > number else None
        window = _since(window if owed else None, fresh, view.day)
        owed = window is not None and (last_day is None or last_day >= window.closes)
        if view.sees(told):
            break
        if window is not None and owed and window.known_on <= window.closes:
            missed = min(window.missed_after, last_day or date.max) < view.until
            if missed:
                break
    if window is None or ((told is None or told.action != "held") and _is_over(final, window)):
        return None
    held_on = told.day if told is not None and told.action == "held" else None
    return Duty(final, window, held_on, declined=told is not None and held_on is None, missed=missed and held_on is None)


def _since(before: Window | None, fresh: Window | None, day: date) -> Window | None:
    if fresh is None:
        return None
    known_on = day if before is None or fresh.closes < before.closes else before.known_on
    return Window(fresh.opens, fresh.closes, fresh.missed_after, known_on)


def _is_over(spell: Spell, window: Window) -> bool:
    """Whether the job ends before the window closes: nothing is owed."""
    last = spell.last_day
    return last is not None and (last < window.closes or (spell.reason == DEATH and last <= window.missed_after))


def _closing(log: Iterable[Recorded]) -> Recorded | None:
    """The record that closes a talk: held before declined, of several the first recorded."""
    found = [entry for entry in log if entry.action in ("held", "declined")]
    return min(found, key=lambda entry: (entry.action != "held", entry.recorded_on), default=None)


def of_notice(log: Iterable[Recorded], notices: Sequence[Resignation], number: int) -> list[Recorded]:
    """What was recorded about one of several resignations: from the day it was known until the next one was."""
    following = [later.known_on for later in notices[number + 1 :]]
    return [entry for entry in log if notices[number].known_on <= entry.recorded_on < min(following, default=date.max)]


def retention(number: int, notice: int, rows: Sequence[Row], log: Iterable[Recorded], today: date) -> Duty | None:
    """The retention talk of the `notice`th resignation of a spell, as it stands today; none where it is not owed."""
    final = spells(rows)[number]
    mine = of_notice(log, final.resignations, notice)
    told = _closing(mine)
    denied = any(entry.action == "not-own-wish" for entry in mine)
    window, missed = None, False
    for view in views(rows, today):
        notices = view.known[number].resignations if len(view.known) > number else []
        if len(notices) <= notice or missed:
            continue
        if notices[notice].withdrawn_on is not None:
            return None
        window = retention_window(notices[notice])
        if view.sees(told):
            break
        missed = window is not None and window.missed_after < view.until
    held_on = told.day if told is not None and told.action == "held" else None
    if window is None or (denied and held_on is None):
        return None
    return Duty(final, window, held_on, declined=told is not None and held_on is None, missed=missed and held_on is None)
