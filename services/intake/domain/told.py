"""The facts that sources told as events: which revision of each holds, whatever order they came in (catalogue, section 4, rule 3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from contracts.base import Event
from contracts.hr import (
    DeputyAppointed,
    EmploymentEndRegistered,
    LeaderAppointed,
    LeaderEnded,
    PersonNamed,
    PostFilled,
    PostVacant,
    RoleAssigned,
    UnitChanged,
)
from services.chassis.subject import History, Key, Revision, Statement
from services.intake.domain.claims import Claim
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.job_ends import Ended, by_job, changed, end_of, over_by
from services.intake.domain.records import DeputySeen, LeaderSeen, LeadershipShown, Seen, UnitSeen
from services.intake.domain.roles import PostSeen, RoleSeen

DAY = timedelta(days=1)
ROWS_OF_UNITS: Mapping[type[Event], type[Seen]] = {
    UnitChanged: UnitSeen,
    LeaderAppointed: LeaderSeen,
    LeaderEnded: LeaderSeen,
    DeputyAppointed: DeputySeen,
    RoleAssigned: RoleSeen,
    PostVacant: PostSeen,
    PostFilled: PostSeen,
}
"""Which rows of files tell the same: where a unit has them, they decide, and what is told beside them says nothing."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact as its source holds it now."""

    fact: UUID
    type: str
    event: Any
    moment: datetime
    stands: bool
    began: datetime
    """The moment of the first event of its chain that has come."""

    @property
    def effective(self) -> date:
        """The day on which it begins to be true."""
        found: date = self.event.effective_date
        return found


def rank(row: Revision[EventSeen]) -> tuple[Any, ...]:
    """The highest of a fact holds: by the source's number; in a chain without numbers whatever superseded its first, by its moment."""
    seen = row.body
    return (seen.number or 0, not seen.first, seen.moment, row.fact.int)


def told(history: History) -> list[Told]:
    """Every fact that was told of the subject, in the order of their ids."""
    rows = history.standing(EventSeen)
    if not rows:
        return []  # as with all that only files tell of
    chains: dict[UUID, list[Revision[EventSeen]]] = {}
    for row in rows:
        chains.setdefault(row.body.told_fact, []).append(row)
    return [_held(fact, rows) for fact, rows in sorted(chains.items(), key=lambda pair: pair[0].int)]


def _held(fact: UUID, rows: Iterable[Revision[EventSeen]]) -> Told:
    ordered = sorted(rows, key=rank)
    last = ordered[-1].body
    began = min(map(attrgetter("body.moment"), ordered))
    return Told(fact, last.type, last.event, last.moment, not last.cancelled, began)


def key_of(name: str, about: object, *more: object) -> Key:
    """The key of a fact that was told: what, of whom, and what tells it from others of its kind."""
    return (name, str(about), *map(str, more))


def name_of(wire: str) -> str:
    """The name of a fact in its key: the wire name without speaker and version."""
    return wire.split(".")[1]


def of_unit(history: History, today: date) -> Iterator[Statement]:
    """What was told of a unit, its leaders, its deputies or its calendar, each fact as it is, but over with the job that it names."""
    ends = history.standing(EmploymentEndRegistered)
    ended, over = by_job(ends), by_job(over_by(ends, today))
    facts = list(said_of_unit(history))
    left = [fact.event for fact in facts if isinstance(fact.event, LeaderEnded)]
    for fact in facts:
        yield Statement(
            key_of("told", name_of(fact.type), fact.fact), _bounded(fact.event, over if isinstance(fact.event, DeputyAppointed) else ended)
        )
        if isinstance(fact.event, LeaderAppointed) and (event := _left_with_job(fact.event, left, ended)) is not None:
            yield Statement(key_of("told", "leader-ended", fact.fact, "job"), event)


def _bounded(event: Any, ended: Ended) -> Event:
    """A deputyship or a role to the last day of the job, registered when the later of both was."""
    found: Event = event
    if isinstance(event, DeputyAppointed | RoleAssigned):
        end = end_of(event.employment_id, event.effective_date, event.until, ended)
        if end is not None:
            last = max(event, end, key=lambda each: each.registered_at)
            registered = {name: getattr(last, name) for name in ("registered_at", "registered_precision", "source_system")}
            return changed(event, **registered, until=end.last_working_day)
    return found


def _left_with_job(begun: LeaderAppointed, left: Iterable[LeaderEnded], ended: Ended) -> LeaderEnded | None:
    """That a leader has left, where nobody told so of the leadership itself."""
    told = [each.last_day for each in left if each.person_key == begun.person_key and each.last_day >= begun.effective_date - DAY]
    end = end_of(begun.employment_id, begun.effective_date, min(told, default=None), ended)
    if end is None:
        return None
    block = {name: getattr(begun, name) for name in ("unit_id", "employment_id", "person_key", "employment_form")}
    fields = {**block, "last_day": end.last_working_day, "reason_class": end.reason_class}
    return Claim(LeaderEnded, end.effective_date, fields).event(end)  # type: ignore[return-value]  # of the class that was claimed


def said_of_unit(history: History) -> Iterator[Told]:
    """The facts that were told of a unit and stand, but for those that rows tell."""
    return (fact for fact in told(history) if fact.stands and not any(history.standing(rows) for rows in _rows_of(fact.event)))


def _rows_of(event: Event) -> tuple[type[Seen], ...]:
    """Which rows tell the same as an event: that the leader's post is vacant follows from who leads, too."""
    rows = ROWS_OF_UNITS.get(type(event))
    of_leaders = (LeaderSeen, LeadershipShown) if isinstance(event, PostVacant) and event.leader_post else ()
    return (*([rows] if rows else []), *of_leaders)


def named(facts: Iterable[Told]) -> Told | None:
    """The name that was told last, if it stands."""
    names = [fact for fact in facts if isinstance(fact.event, PersonNamed) and fact.stands]
    return max(names, key=lambda fact: (fact.moment, fact.fact.int), default=None)
