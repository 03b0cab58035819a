"""The values `derive` takes and gives: a history of revisions in, a situation out.

A fact is said in revisions; the highest (epoch, revision) heard is what holds, in whatever order they came.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID, uuid5

from contracts.base import Event

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)

NAMESPACE = UUID("5f0b1f86-6d0c-5d0e-9f52-6a6f7262766c")

Key: TypeAlias = tuple[str, ...]
"""What a statement is about inside its subject, for example ("talk-2-weeks", "<employment>", "<hired fact>")."""
Booking: TypeAlias = tuple[str | int, ...]
"""Where an amount belongs in a ledger; JSON values only."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whom a history is about."""

    kind: str
    id: UUID
    municipality: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Revision(Generic[E_co]):
    """One revision of one fact as it was heard. `known_at`: when it became known to us (`ce_time`), with offset."""

    fact: UUID
    epoch: int
    revision: int
    stands: bool
    known_at: datetime
    body: E_co
    type: str = ""

    @property
    def id(self) -> UUID:
        """The event id: a crash can repeat it, never mint a second one."""
        return event_id(self.fact, self.epoch, self.revision)

    @property
    def order(self) -> tuple[int, int]:
        """What the highest of a fact is judged by."""
        return (self.epoch, self.revision)


def event_id(fact: UUID, epoch: int, revision: int) -> UUID:
    """uuid5(fact, epoch, revision): the CloudEvents id of a revision."""
    return uuid5(fact, f"{epoch}/{revision}")


def fact_id(service: str, subject: Subject, key: Key) -> UUID:
    """The id of the fact that `service` says about `subject` under `key`; stable for ever."""
    return uuid5(NAMESPACE, "\x1f".join((service, subject.kind, str(subject.id), *key)))


class History:
    """Every revision of every fact of one subject that was heard, each once. Immutable; cheap to look at `at` a moment."""

    def __init__(self, subject: Subject, revisions: Iterable[Revision[Event]] = ()) -> None:
        """Take the revisions in any order and number; a doubled id counts once."""
        self.subject = subject
        self._by_id = {revision.id: revision for revision in revisions}

    @property
    def revisions(self) -> tuple[Revision[Event], ...]:
        """All revisions heard, by fact and order; never by arrival."""
        return tuple(sorted(self._by_id.values(), key=lambda r: (r.fact, r.order)))

    def __len__(self) -> int:
        """How many revisions were heard."""
        return len(self._by_id)

    def __contains__(self, event: UUID) -> bool:
        """Whether the event of this id was heard."""
        return event in self._by_id

    def plus(self, new: Iterable[Revision[Event]]) -> "History":
        """This history and the new revisions."""
        grown = History(self.subject, new)
        grown._by_id = {**self._by_id, **grown._by_id}  # ids are hashes: those that are known are not computed again
        return grown

    def at(self, moment: datetime) -> "History":
        """What was known by `moment`, that moment included."""
        return History(self.subject, (r for r in self._by_id.values() if r.known_at <= moment))

    @cached_property
    def _latest(self) -> Mapping[UUID, Revision[Event]]:
        latest: dict[UUID, Revision[Event]] = {}
        for revision in self._by_id.values():
            held = latest.get(revision.fact)
            if held is None or held.order < revision.order:
                latest[revision.fact] = revision
        return dict(sorted(latest.items()))

    def fact(self, fact: UUID) -> Revision[Event] | None:
        """The highest revision of one fact, standing or not."""
        return self._latest.get(fact)

    def latest(self, kind: type[E]) -> tuple[Revision[E], ...]:
        """The highest revision of every fact whose body is of `kind` (a base class finds all below it), standing or not."""
        return tuple(r for r in self._latest.values() if isinstance(r.body, kind))  # type: ignore[misc]  # narrowed by isinstance

    def standing(self, kind: type[E]) -> tuple[Revision[E], ...]:
        """As `latest`, only those that stand."""
        return tuple(r for r in self.latest(kind) if r.stands)

    def first_known(self, fact: UUID) -> datetime:
        """When a fact first became known to us, in whatever revision. Raises `KeyError` for an unheard fact."""
        moments = [r.known_at for r in self._by_id.values() if r.fact == fact]
        if not moments:
            raise KeyError(fact)
        return min(moments)


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the service claims now. With `to` it never leaves the service: it joins the history of a later kind."""

    key: Key
    event: Event
    to: Subject | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the clock did once and cannot be unsaid: joins the history once per key; published where its event has a topic."""

    key: Key
    event: Event


@dataclass(frozen=True, slots=True)
class Situation:
    """What ought to be true now. `rows` are the service's own frozen values for its pages; `booked` amounts for a ledger."""

    statements: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    rows: tuple[Hashable, ...] = ()
    wake_at: datetime | None = None
    booked: Mapping[Booking, int] = field(default_factory=dict)


def earliest(*moments: datetime | None) -> datetime | None:
    """The earliest of the moments that are given; none if none is."""
    given = [moment for moment in moments if moment is not None]
    return min(given) if given else None
