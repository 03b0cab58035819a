"""The values `derive` takes and gives: a history of revisions in, a situation out.

A fact is said in revisions; the highest (epoch, revision) heard is what holds, in whatever order they came.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from contracts.base import Event
from services.chassis.ids import NAMESPACE, event_id, named

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)

NOT_ASKED: frozenset[str] = frozenset()
NOTHING: Mapping[Any, Any] = MappingProxyType({})

Key: TypeAlias = tuple[str, ...]
"""What a statement is about inside its subject, for example ("talk-2-weeks", "<employment>", "<hired fact>")."""
Number: TypeAlias = tuple[int, int, int]
"""Fact, epoch and revision: two revisions with one number are one event."""
Booking: TypeAlias = tuple[str | int, ...]
"""Where an amount belongs in a ledger; JSON values only."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whom a history is about."""

    kind: str
    id: UUID
    municipality: str = field(compare=False)

    def __hash__(self) -> int:
        """By the id alone, which is as good as unique: subjects are looked up for every event."""
        return hash(self.id.int)


@dataclass(slots=True, unsafe_hash=True)
class Revision(Generic[E_co]):
    """One revision of one fact as it was heard. `known_at`: when it became known to us (`ce_time`), with offset.

    `correlation`: the header of that name, as it was sent; read only where something comes of the event, and never kept.
    `text`: the body as one of us has written it; none where it must be written first.
    A value that nobody changes, but not `frozen`: each event pays for making one, and frozen ones take five times as long.
    """

    fact: UUID
    epoch: int
    revision: int
    stands: bool
    known_at: datetime
    body: E_co
    type: str = ""
    correlation: bytes | None = field(default=None, compare=False)
    text: bytes | None = field(default=None, compare=False, repr=False)

    @property
    def number(self) -> Number:
        """Which revision it is: what its id is made of, and cheaper."""
        return (self.fact.int, self.epoch, self.revision)

    @property
    def id(self) -> UUID:
        """The event id: a crash can repeat it, never mint a second one."""
        return event_id(self.fact, self.epoch, self.revision)

    @property
    def order(self) -> tuple[int, int]:
        """What the highest of a fact is judged by."""
        return (self.epoch, self.revision)


def read_body(kind: type[E], text: bytes) -> E:
    """The event a body says. Raises `ValidationError`. As `model_validate_json`, but without the set of fields that were given.

    Nobody asks which fields were given and which are at their default; the set is a third of what an event takes in memory.
    """
    body: E = kind.__pydantic_validator__.validate_json(text)
    object.__setattr__(body, "__pydantic_fields_set__", NOT_ASKED)
    return body


def made(kind: type[E], fields: Mapping[str, Any]) -> E:
    """The event that these fields are validated to, without validating: for fields that are parts of events already.

    `model_validate` takes four times as long. All fields that have no default must be given. Raises `TypeError` for one it has not.
    """
    blank, body = _blank(kind), kind.__new__(kind)
    whole = {**blank, **fields}
    if len(whole) > len(blank):
        raise TypeError(kind.wire)
    object.__setattr__(body, "__dict__", whole)
    object.__setattr__(body, "__pydantic_fields_set__", NOT_ASKED)
    object.__setattr__(body, "__pydantic_extra__", None)
    object.__setattr__(body, "__pydantic_private__", None)
    return body


@cache
def _blank(kind: type[Event]) -> Mapping[str, Any]:
    """Every field in its order, at its default."""
    return {name: field.default for name, field in kind.model_fields.items()}


def body_text(event: Event) -> str:
    """The one form of a body, on the wire and for comparison: fields at their default do not count."""
    return event.__pydantic_serializer__.to_json(event, exclude_defaults=True).decode()  # as `model_dump_json`, in half the time


def fact_id(service: str, subject: Subject, key: Key) -> UUID:
    """The id of the fact that `service` says about `subject` under `key`; stable for ever."""
    return named(NAMESPACE, "\x1f".join((service, subject.kind, str(subject.id), *key)).encode())


DECISION = "decision"
"""With this begins the key of whatever was decided once."""


def decision_id(service: str, subject: Subject, key: Key) -> UUID:
    """The id of the fact that something was decided under `key`: who has it in the history has decided it."""
    return fact_id(service, subject, (DECISION, *key))


class History:
    """Every revision of every fact of one subject that was heard, each once. Immutable; cheap to look at `at` a moment, cheap to grow."""

    __slots__ = ("_classes", "_first", "_held", "_latest", "_sorted", "subject")

    def __init__(self, subject: Subject, revisions: Iterable[Revision[Event]] = ()) -> None:
        """Take the revisions in any order and number; a doubled one counts once."""
        self.subject = subject
        self._held: dict[Number, Revision[Event]] = {revision.number: revision for revision in revisions}
        self._latest: dict[UUID, Revision[Event]] | None = None
        self._sorted: tuple[Revision[Event], ...] | None = None
        self._first: dict[UUID, datetime] | None = None
        self._classes: frozenset[type[Event]] | None = None

    @property
    def revisions(self) -> tuple[Revision[Event], ...]:
        """All revisions heard, by fact and order; never by arrival."""
        return tuple(self._held[number] for number in sorted(self._held))

    def __len__(self) -> int:
        """How many revisions were heard."""
        return len(self._held)

    def __contains__(self, revision: Revision[Event]) -> bool:
        """Whether this revision was heard."""
        return revision.number in self._held

    def lacks(self, revisions: Iterable[Revision[Event]]) -> list[Revision[Event]]:
        """Those of these that were not heard, each once."""
        return [r for number, r in {r.number: r for r in revisions}.items() if number not in self._held]

    def plus(self, new: Iterable[Revision[Event]]) -> "History":
        """This history and the new revisions."""
        added = {revision.number: revision for revision in new}
        if not added:
            return self
        grown = History(self.subject)
        grown._held = self._held | added
        if self._latest is not None:
            grown._latest = _newest(dict(self._latest), added.values())
        return grown

    def at(self, moment: datetime) -> "History":
        """What was known by `moment`, that moment included."""
        known = {number: r for number, r in self._held.items() if r.known_at <= moment}
        if len(known) == len(self._held):
            return self
        earlier = History(self.subject)
        earlier._held = known
        return earlier

    def _highest(self) -> Mapping[UUID, Revision[Event]]:
        if self._latest is None:
            self._latest = _newest({}, self._held.values())
        return self._latest

    def _by_fact(self) -> tuple[Revision[Event], ...]:
        if self._sorted is None:
            self._sorted = tuple(sorted(self._highest().values(), key=lambda r: r.fact.int))
        return self._sorted

    def fact(self, fact: UUID) -> Revision[Event] | None:
        """The highest revision of one fact, standing or not."""
        return self._highest().get(fact)

    def latest(self, kind: type[E]) -> tuple[Revision[E], ...]:
        """The highest revision of every fact whose body is of `kind` (a base class finds all below it), standing or not."""
        wanted = self._classes_of(kind)
        return tuple(r for r in self._by_fact() if type(r.body) in wanted) if wanted else ()  # type: ignore[misc]  # narrowed by its class

    def standing(self, kind: type[E]) -> tuple[Revision[E], ...]:
        """As `latest`, only those that stand."""
        wanted = self._classes_of(kind)
        return tuple(r for r in self._by_fact() if r.stands and type(r.body) in wanted) if wanted else ()  # type: ignore[misc]  # narrowed by its class

    def _classes_of(self, kind: type[E]) -> frozenset[type[Event]]:
        """The classes here that are of a kind: a derive asks for many of which there is nothing, and `isinstance` is dear with pydantic."""
        if self._classes is None:
            self._classes = frozenset([type(r.body) for r in self._held.values()])
        return _of_kind(self._classes, kind)

    def known_from(self, moment: datetime) -> datetime | None:
        """When the first revision became known at `moment` or later; none where all were known before."""
        return min((r.known_at for r in self._held.values() if r.known_at >= moment), default=None)

    def first_known(self, fact: UUID) -> datetime:
        """When a fact first became known to us, in whatever revision. Raises `KeyError` for an unheard fact."""
        if self._first is None:
            self._first = {}
            for revision in self._held.values():
                held = self._first.get(revision.fact)
                if held is None or revision.known_at < held:
                    self._first[revision.fact] = revision.known_at
        return self._first[fact]


@lru_cache(4_096)
def _of_kind(classes: frozenset[type[Event]], kind: type[Event]) -> frozenset[type[Event]]:
    """Those that are `kind` or below it."""
    return frozenset(each for each in classes if issubclass(each, kind))


def _newest(latest: dict[UUID, Revision[Event]], revisions: Iterable[Revision[Event]]) -> dict[UUID, Revision[Event]]:
    """`latest` with the revisions that are higher than what it holds of their facts."""
    for revision in revisions:
        held = latest.get(revision.fact)
        if held is None or (held.epoch, held.revision) < (revision.epoch, revision.revision):
            latest[revision.fact] = revision
    return latest


class Statement(NamedTuple):
    """Something the service claims now. With `to` it never leaves the service: it joins the history of a later kind."""

    key: Key
    event: Event
    to: Subject | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the clock did once and cannot be unsaid: joins the history once per key; published where its event has a topic."""

    key: Key
    event: Event


class Situation(NamedTuple):
    """What ought to be true now. `rows` are the service's own frozen values for its pages; `booked` amounts for a ledger."""

    statements: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    rows: tuple[Hashable, ...] = ()
    wake_at: datetime | None = None
    booked: Mapping[Booking, int] = NOTHING


def earliest(*moments: datetime | None) -> datetime | None:
    """The earliest of the moments that are given; none if none is."""
    given = [moment for moment in moments if moment is not None]
    return min(given) if given else None
