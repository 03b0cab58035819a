"""What one history of ours tells another one: it never leaves the service."""

from datetime import date, timedelta
from math import inf
from typing import ClassVar
from uuid import UUID

from contracts.base import Event, Value

ONE_DAY = timedelta(days=1)


class Absence(Value):
    """Days on which somebody is not at work, both included; without `last` until further."""

    first: date
    last: date | None = None

    @property
    def days(self) -> float:
        """How many."""
        return inf if self.last is None else (self.last - self.first).days + 1


class AwayTold(Event):
    """When somebody others count on is not there; told to what counts on them. `last_day`: of their job, where it ends."""

    wire: ClassVar[str] = "note.away-told"

    person_key: UUID
    fact: UUID
    """By which they became a deputy or a mentor."""
    last_day: date | None = None
    leaves: tuple[Absence, ...] = ()


class MentorTerm(Value):
    """Somebody is a mentor to and with `last` (none: until further), but not while away."""

    person_key: UUID
    last: date | None = None
    away: tuple[Absence, ...] = ()

    def is_there(self, on: date) -> bool:
        """Whether they can be asked on a day."""
        is_away = any(leave.first <= on and (leave.last is None or on <= leave.last) for leave in self.away)
        return (self.last is None or on <= self.last) and not is_away

    def changes_after(self, day: date) -> date | None:
        """The first day after this one on which that may be otherwise."""
        turns = [leave.first for leave in self.away]
        turns += [last + ONE_DAY for last in (self.last, *(leave.last for leave in self.away)) if last is not None]
        return min((turn for turn in turns if turn > day), default=None)


class MentorsTold(Event):
    """Who the mentors of a plan are, the first to be asked first; told to each task of the plan that asks a mentor."""

    wire: ClassVar[str] = "note.mentors-told"

    mentors: tuple[MentorTerm, ...] = ()
