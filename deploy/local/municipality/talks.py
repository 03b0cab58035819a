"""What the leaders of Fjordby do with their tasks: decided by the seed, per employment and kind, when the task is seen.

A day that is decided may lie ahead: the player records it at the first step of the clock that has reached it.
Where the task has turned late or missed by then, it is recorded late: that is how some talks come to be late.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from deploy.local.municipality.dice import Dice
from deploy.local.municipality.job import first_working_day


@dataclass(frozen=True)
class Window:
    """The window of a task as its page shows it; held to and with `closes` is in time, to and with `missed_after` late."""

    opens: date
    closes: date
    missed_after: date


@dataclass(frozen=True)
class Talk:
    """What becomes of a talk: `held` or `declined` on a day, or `missed` and no day."""

    action: str
    day: date | None = None


@dataclass(frozen=True)
class Exit:
    """What becomes of an exit talk; none: that step never came. Days rise in the order of the fields."""

    offered_on: date | None = None
    accepted_on: date | None = None
    declined_on: date | None = None
    held_on: date | None = None


@dataclass(frozen=True)
class MoreHours:
    """What own part-timers said; hours a week with two places."""

    asked: int
    accepted: int
    hours_gained: str


def decide_talk(seed: int, employment: str, kind: str, window: Window) -> Talk:
    """A follow-up or retention talk: mostly in time, some late, some declined, some missed.

    A retention talk is held on the day its window opens or not at all: a month later nobody would.
    """
    dice = Dice(seed, "talk", employment, kind, window.opens)
    fate = dice.by_weight({"held": 76.0, "late": 8.0, "declined": 5.0, "missed": 11.0})
    if fate == "missed":
        return Talk("missed")
    if kind == "retention-talk":
        return Talk("held" if fate != "declined" else "declined", window.opens)
    if fate == "late":
        return Talk("held", _within(dice, window.closes + timedelta(days=1), window.missed_after))
    return Talk(fate, _within(dice, window.opens, window.closes))


def decide_exit(seed: int, employment: str, level: str, window: Window, last_day: date) -> Exit:
    """An exit talk of one level: offered on the day the task is seen, mostly accepted, mostly held, never after the last day."""
    dice = Dice(seed, "exit", employment, level, last_day)
    offered = min(window.opens, last_day)
    if not dice.happens(0.88):
        return Exit()
    answered = min(offered + timedelta(days=dice.between(0, 3)), last_day)
    if dice.happens(0.2):
        return Exit(offered, declined_on=answered)
    if not dice.happens(0.8):
        return Exit(offered, accepted_on=answered if dice.happens(0.7) else None)
    held = _within(dice, answered, max(answered, min(window.closes, last_day)))
    return Exit(offered, accepted_on=answered if dice.happens(0.85) else None, held_on=min(held, last_day))


def decide_own_wish(seed: int, employment: str, resigned_on: date) -> bool:
    """Whether the leader lets a resignation stand as the employee's own wish; the other answer is the one click."""
    return not Dice(seed, "own-wish", employment, resigned_on).happens(0.07)


def decide_review(seed: int, vacancy: str, window: Window) -> date | None:
    """The day on which tasks and competences of a vacancy are reconsidered; none: never."""
    dice = Dice(seed, "review", vacancy)
    return _within(dice, window.opens, window.closes) if dice.happens(0.8) else None


def decide_more_hours(seed: int, vacancy: str) -> MoreHours | None:
    """What came of asking own part-timers; none: nobody asked."""
    dice = Dice(seed, "more-hours", vacancy)
    if not dice.happens(0.7):
        return None
    asked = dice.between(1, 9)
    accepted = dice.between(0, min(asked, 3))
    return MoreHours(asked, accepted, f"{accepted * dice.between(2, 7)}.00")


def _within(dice: Dice, first: date, last: date) -> date:
    """A weekday from `first` to `last`; the last one where none is left."""
    day = first_working_day(first + timedelta(days=dice.between(0, max(0, (last - first).days))))
    return min(day, max(first, last))
