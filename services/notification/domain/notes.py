"""What one history of ours tells another one: it never leaves the service."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Event, Value


class Leaves(Event):
    """Somebody others count on has a last day at work; told to what counts on them."""

    wire: ClassVar[str] = "note.leaves"

    person_key: UUID
    fact: UUID
    """By which they became a deputy or a mentor."""
    last_day: date


class MentorTerm(Value):
    """Somebody is a mentor to and with `last`; none: until further."""

    person_key: UUID
    last: date | None = None


class MentorsTold(Event):
    """Who the mentors of a plan are, the first to be asked first; told to each task of the plan that asks a mentor."""

    wire: ClassVar[str] = "note.mentors-told"

    mentors: tuple[MentorTerm, ...] = ()
