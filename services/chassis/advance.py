"""One subject, one step: history and reference in, the difference to what was said out. Pure; the database is in `reconcile.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from contracts.base import Event
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference, Snapshot, holds_until_moment
from services.chassis.service import Derive, Service, SubjectKind
from services.chassis.subject import (
    DECISION,
    NOTHING,
    Booking,
    Decision,
    History,
    Key,
    Revision,
    Situation,
    Subject,
    body_text,
    decision_id,
    earliest,
    fact_id,
)

DECISION_ROUNDS = 8
DAY = timedelta(days=1)
_known_at = attrgetter("known_at")


class Said(NamedTuple):
    """What was last said under a key: the revision of its fact, and whether it stands."""

    key: Key
    revision: Revision[Event]
    to: Subject | None = None


class State(NamedTuple):
    """All a service holds of one subject."""

    history: History
    said: Mapping[Key, Said] = NOTHING
    booked: Mapping[Booking, int] = NOTHING
    reads: frozenset[str] = frozenset()
    wake_at: datetime | None = None
    reached: datetime | None = None
    """The latest `now` it was derived for: a subject's time never runs backwards."""


class Advance(NamedTuple):
    """A step: the state after it, what it says (in order), what it recorded of its own, and how the bookings differ."""

    state: State
    situation: Situation | None
    """None: nothing was derived, the events were only added."""
    says: tuple[Said, ...]
    recorded: tuple[Revision[Event], ...]
    booked: Mapping[Booking, int]
    broken: str | None = None
    """What the derive raised and where, never a value; none where nothing went wrong."""


def differs(old: Revision[Event], new: Event) -> bool:
    """Whether saying `new` under the same key is another revision."""
    if not old.stands or old.type != new.wire:
        return True
    return vars(old.body) != vars(new) and body_text(old.body) != body_text(new)  # equal fields have one text; comparing them is cheaper


def _next(old: Revision[Event], epoch: int) -> int:
    return 1 if old.epoch < epoch else old.revision + 1


def _withdrawn(old: Said, epoch: int, known_at: datetime) -> Said:
    number = _next(old.revision, epoch)
    return Said(old.key, replace(old.revision, epoch=epoch, revision=number, stands=False, known_at=known_at), old.to)


def difference(service: str, epoch: int, state: State, situation: Situation, known_at: datetime) -> list[Said]:
    """What must be said: new keys, changed bodies, and once more with `stands: false` what is no longer claimed.

    What was told to one subject and is now told to another is first withdrawn there.
    """
    said: list[Said] = []
    wanted = {statement.key: statement for statement in situation.statements}
    for key, statement in wanted.items():
        old = state.said.get(key)
        if old is not None and old.revision.body is statement.event and old.revision.stands and old.to == statement.to:
            continue  # what goes on being so from step to step is one object
        if old is not None and old.revision.stands and old.to != statement.to:
            old = _withdrawn(old, epoch, known_at)
            said.append(old)
        if old is None or differs(old.revision, statement.event):
            fact = fact_id(service, state.history.subject, key)
            number = 1 if old is None else _next(old.revision, epoch)
            revision = Revision(fact, epoch, number, True, known_at, statement.event, statement.event.wire)
            said.append(Said(key, revision, statement.to))
    said += [_withdrawn(old, epoch, known_at) for key, old in state.said.items() if key not in wanted and old.revision.stands]
    return said


def _decided(service: str, history: History, decisions: Iterable[Decision], known_at: datetime) -> list[Said]:
    facts = ((d, decision_id(service, history.subject, d.key)) for d in decisions)
    return [
        Said((DECISION, *decision.key), Revision(fact, 0, 1, True, known_at, decision.event, decision.event.wire))
        for decision, fact in facts
        if history.fact(fact) is None
    ]


def _booked_difference(old: Mapping[Booking, int], new: Mapping[Booking, int]) -> dict[Booking, int]:
    if old == new:
        return {}
    changes = {key: amount - old.get(key, 0) for key, amount in new.items() if amount != old.get(key, 0)}
    return changes | {key: -amount for key, amount in old.items() if amount and key not in new}


def _derive(
    service: str, derive: Derive, history: History, reference: Reference, now: datetime, stamp: datetime
) -> tuple[Situation, list[Said], History]:
    decided: list[Said] = []
    for _ in range(DECISION_ROUNDS):
        situation = derive(history, reference, now)
        new = _decided(service, history, situation.decisions, stamp)
        if not new:
            return situation, decided, history
        decided += new
        history = history.plus(said.revision for said in new)
    message = f"{service}/{history.subject.kind}: decisions do not settle"
    raise RuntimeError(message)


def _declared(service: Service, says: Sequence[Said]) -> tuple[Said, ...]:
    """All of it, where others are told that the service says it; what was said before may be taken back all the same."""
    service.must_declare(said.revision.body for said in says if said.to is None and said.revision.stands)
    return tuple(says)


def advance(
    service: Service,
    kind: SubjectKind,
    state: State,
    new: Iterable[Revision[Event]],
    snapshot: Snapshot,
    now: datetime,
    *,
    stamp: datetime | None = None,
    epoch: int = 0,
) -> Advance:
    """Add the new revisions, derive, and compare with what was said. Raises `Undeclared`, and whatever `derive` raises.

    `now` decides only what the clock does, and is never earlier than it was; what is said is stamped with `stamp` (default `now`).
    What was heard may be of a day that `now` has not reached, while something sent before is unread: between the two the clock may
    have done something first, so it is derived again then.
    A stepwise kind derives once per moment at which something became known and says each step as known at that moment.
    """
    fresh = sorted(state.history.lacks(new), key=_known_at)
    stamp = stamp or now
    now = max(now, state.reached or now)
    today = day_of(now)
    steps = [list(g) for _, g in groupby(fresh, key=_known_at)] if kind.stepwise else [fresh]
    says: list[Said] = []
    recorded: list[Revision[Event]] = []
    before = state
    derive = kind.growing() if kind.growing and len(steps) > 1 else kind.derive
    for step in steps or [[]]:
        known_at = min(stamp, step[0].known_at) if kind.stepwise and step else stamp
        reference = Reference(snapshot, today)
        situation, decided, history = _derive(service.name, derive, state.history.plus(step), reference, now, known_at)
        spoken = difference(service.name, epoch, state, situation, known_at)
        recorded += [*step, *(d.revision for d in decided)]
        says += [*(d for d in decided if d.revision.body.topic), *spoken]
        state = State(history, {**state.said, **{s.key: s for s in spoken}})
    wake_at = earliest(situation.wake_at, holds_until_moment(reference), state.history.known_from(midnight(today + DAY)))
    state = State(*state[:2], dict(situation.booked), frozenset(reference.reads), wake_at, now)
    return Advance(state, situation, _declared(service, says), tuple(recorded), _booked_difference(before.booked, state.booked))


def empty(subject: Subject) -> State:
    """A subject of which nothing was heard."""
    return State(History(subject))
