"""What one transaction is told, and what it has done so far."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from contracts.base import Event
from services.chassis.advance import Said, State
from services.chassis.envelope import Outgoing
from services.chassis.service import Changed
from services.chassis.subject import Booking, Number, Revision, Subject
from services.chassis.tables.subjects import SubjectSave

Arrivals = Mapping[Subject, Sequence[Revision[Event]]]
Told = tuple[Subject, Said, str]
"""What was said last under a key of a subject, with the text of its body."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`stamp`: the clock, when what is said becomes known. `now`: until when all inputs are read; what the clock may do."""

    stamp: datetime
    now: datetime


@dataclass(slots=True)
class Work:
    """What one transaction has done so far; forgotten when it fails."""

    changed: list[Changed] = field(default_factory=list)
    saves: list[SubjectSave] = field(default_factory=list)
    said: list[Told] = field(default_factory=list)
    said_first: list[Told] = field(default_factory=list)
    """The same of subjects of which nothing was said before."""
    outbox: list[Outgoing] = field(default_factory=list)
    booked: Counter[tuple[str, Booking]] = field(default_factory=Counter)
    kept: dict[Subject, tuple[int, State]] = field(default_factory=dict)
    joined: set[Number] = field(default_factory=set)
    """Every revision that was new to a history."""
    erased: set[Subject] = field(default_factory=set)
    known: set[Subject] = field(default_factory=set)
    """Subjects that have a row once this is durable."""
    is_derived_later: bool = False
    broken: int = 0
    derive_seconds: float = 0.0
