"""The organisation over time as the bus told it: unit tree, leaders, deputies, roles, closing days; values with the day they hold until."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from uuid import UUID

from contracts.hr import CalendarChanged, DeputyAppointed, LeaderAppointed, LeaderEnded, RoleAssigned, UnitChanged
from contracts.hr.organisation import UnitRole
from contracts.words import Closed, LeaderLevel, UnitChange
from services.chassis.subject import E, History, Revision

DEPTH_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it is on a day."""

    id: UUID
    name: str
    level: str
    parent: UUID | None


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who leads a unit from `first` to `last` (both included, `None`: open)."""

    person: UUID
    unit: UUID
    level: LeaderLevel
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who stands in for a leader at a unit, for these task kinds (none: all)."""

    person: UUID
    deputy_for: UUID
    unit: UUID
    subjects: tuple[str, ...]
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Somebody who has a role beside that of a leader at a unit, from `first` to `last` (both included, `None`: open)."""

    person: UUID
    unit: UUID
    role: UnitRole
    first: date
    last: date | None


def _sorted_by_day(revisions: Iterable[Revision[E]]) -> list[Revision[E]]:
    return sorted(revisions, key=lambda r: (r.body.effective_date, r.body.registered_at, r.fact))  # type: ignore[attr-defined]  # only Registered bodies come here


class Organisation:
    """The organisation of one municipality as known at one moment. Every lookup takes the day it is asked for."""

    def __init__(self, history: History) -> None:
        """Read the standing facts once; `history` is that of the municipality's reference events."""
        self._history = history
        self._below: tuple[date, dict[UUID, frozenset[UUID]]] | None = None
        """What lies below units on the day that was last asked for: pages ask for one day all day long."""

    @cached_property
    def _units(self) -> dict[UUID, list[UnitChanged]]:
        units: dict[UUID, list[UnitChanged]] = {}
        for revision in _sorted_by_day(self._history.standing(UnitChanged)):
            units.setdefault(revision.body.unit_id, []).append(revision.body)
        return units

    @cached_property
    def _leaders(self) -> dict[UUID, list[Leader]]:
        ends: dict[tuple[UUID, UUID], list[date]] = {}
        for end in self._history.standing(LeaderEnded):
            ends.setdefault((end.body.unit_id, end.body.person_key), []).append(end.body.last_day)
        leaders: dict[UUID, list[Leader]] = {}
        for revision in _sorted_by_day(self._history.standing(LeaderAppointed)):
            body = revision.body
            after = [d for d in ends.get((body.unit_id, body.person_key), ()) if d >= body.effective_date - timedelta(days=1)]
            found = Leader(body.person_key, body.unit_id, body.leader_level, body.effective_date, min(after, default=None))
            leaders.setdefault(body.unit_id, []).append(found)
        return leaders

    @cached_property
    def _deputies(self) -> dict[UUID, list[Deputy]]:
        deputies: dict[UUID, list[Deputy]] = {}
        for revision in _sorted_by_day(self._history.standing(DeputyAppointed)):
            b = revision.body
            found = Deputy(b.person_key, b.deputy_for, b.unit_id, b.subjects, b.effective_date, b.until)
            deputies.setdefault(b.unit_id, []).append(found)
        return deputies

    @cached_property
    def _roles(self) -> dict[UUID, list[RoleHolder]]:
        roles: dict[UUID, list[RoleHolder]] = {}
        for revision in _sorted_by_day(self._history.standing(RoleAssigned)):
            b = revision.body
            roles.setdefault(b.unit_id, []).append(RoleHolder(b.person_key, b.unit_id, b.role, b.effective_date, b.until))
        return roles

    @cached_property
    def closing_days(self) -> dict[tuple[date, UUID | None], Closed]:
        """(day, unit or none for all) → how much of it is closed; the latest told wins."""
        told = sorted(self._history.standing(CalendarChanged), key=lambda r: (r.known_at, r.fact))
        return {(r.body.day, r.body.unit_id): r.body.closed for r in told}

    @cached_property
    def tree(self) -> frozenset[UUID]:
        """The revisions that tell of units: the same ones give the same tree on every day."""
        return frozenset(r.id for r in self._history.standing(UnitChanged))

    @cached_property
    def _sorted_units(self) -> tuple[UUID, ...]:
        return tuple(sorted(self._units))

    def units(self) -> tuple[UUID, ...]:
        """All units ever told of, sorted."""
        return self._sorted_units

    def is_told_of(self, unit: UUID) -> bool:
        """Whether anybody ever told of the unit."""
        return unit in self._units

    def unit(self, unit: UUID, on: date) -> Unit | None:
        """The unit on a day; none before it is created, from its closing on, or where nobody told of it."""
        held = [change for change in self._units.get(unit, ()) if change.effective_date <= on]
        if not held or held[-1].change is UnitChange.CLOSED:
            return None
        return Unit(unit, held[-1].name, held[-1].level, held[-1].parent_unit_id)

    def path(self, unit: UUID, on: date) -> tuple[UUID, ...]:
        """From the root to the unit, both included; a closed unit keeps its last parent, an untold one stands alone."""
        path = [unit]
        while len(path) < DEPTH_LIMIT:
            changes = self._units.get(path[-1], [])
            held = [change for change in changes if change.effective_date <= on] or changes[:1]
            parent = held[-1].parent_unit_id if held else None
            if parent is None or parent in path:
                break
            path.append(parent)
        return tuple(reversed(path))

    def root(self, on: date) -> UUID | None:
        """The first unit on top of all; none where nobody told of one."""
        return next((unit for unit in self.units() if self.path(unit, on) == (unit,)), None)

    def path_changes(self, unit: UUID, on: date) -> date | None:
        """The first day after `on` on which anything about a unit of the path is told, so that the path may be another."""
        days = (change.effective_date for step in self.path(unit, on) for change in self._units.get(step, ()))
        return min((day for day in days if day > on), default=None)

    def subtree(self, unit: UUID, on: date) -> frozenset[UUID]:
        """The unit and all below it on a day, closed ones included."""
        if self._below is None or self._below[0] != on:
            self._below = (on, {})
        found = self._below[1].get(unit)
        if found is None:
            found = self._below[1][unit] = frozenset(u for u in {*self._units, unit} if unit in self.path(u, on))
        return found

    def leaders(self, unit: UUID, on: date) -> tuple[Leader, ...]:
        """Who leads the unit on a day; several share it, none: the post is vacant."""
        return tuple(x for x in self._leaders.get(unit, ()) if x.first <= on and (x.last is None or on <= x.last))

    def appointed(self, unit: UUID, on: date) -> tuple[Leader, ...]:
        """Who leads the unit on a day, or is known on it to lead it later."""
        return tuple(x for x in self._leaders.get(unit, ()) if x.last is None or on <= x.last)

    def in_charge(self, on: date) -> tuple[Leader | Deputy, ...]:
        """Every leader of a day and everybody who stands in for one, by unit."""
        found: list[Leader | Deputy] = []
        for unit in sorted({*self._leaders, *self._deputies}):
            found += [*self.leaders(unit, on), *self.deputies(unit, None, on)]
        return tuple(found)

    @cached_property
    def _posts(self) -> dict[UUID, list[Leader | Deputy]]:
        posts: dict[UUID, list[Leader | Deputy]] = {}
        for leader in chain(*self._leaders.values()):
            posts.setdefault(leader.person, []).append(leader)
        for deputy in chain(*self._deputies.values()):
            posts.setdefault(deputy.person, []).append(deputy)
        return posts

    def led_by(self, person: UUID, on: date) -> frozenset[UUID]:
        """The units that somebody leads or stands in for on a day."""
        posts = self._posts.get(person, ())
        return frozenset(x.unit for x in posts if x.first <= on and (x.last is None or on <= x.last))

    def was_led(self, unit: UUID, on: date, level: LeaderLevel | None = None) -> bool:
        """Whether the unit has a leader's post (of this level): somebody leads it on the day, or did before."""
        return any(x.first <= on and level in {None, x.level} for x in self._leaders.get(unit, ()))

    def deputies(self, unit: UUID, leader: UUID | None, on: date) -> tuple[Deputy, ...]:
        """Who stands in for this leader of the unit on a day; none given: for whichever leader of it."""
        held = (x for x in self._deputies.get(unit, ()) if leader is None or x.deputy_for == leader)
        return tuple(x for x in held if x.first <= on and (x.last is None or on <= x.last))

    def deputies_from(self, unit: UUID, on: date) -> tuple[Deputy, ...]:
        """Who stands in for a leader of the unit on a day or later, by first day."""
        return tuple(x for x in self._deputies.get(unit, ()) if x.last is None or on <= x.last)

    def roles(self, unit: UUID, role: UnitRole, on: date) -> tuple[RoleHolder, ...]:
        """Who has this role at exactly this unit on a day, in the order in which they got it."""
        return tuple(x for x in self._roles.get(unit, ()) if x.role is role and x.first <= on and (x.last is None or on <= x.last))

    def role_holders(self, roles: Collection[UnitRole], on: date) -> tuple[RoleHolder, ...]:
        """Everybody who has one of these roles on a day, by unit."""
        return tuple(x for unit in sorted(self._roles) for role in roles for x in self.roles(unit, role, on))

    def roles_change_after(self, unit: UUID, on: date) -> date | None:
        """The first day after `on` on which anybody gets or loses a role at this very unit."""
        days = (day for x in self._roles.get(unit, ()) for day in (x.first, x.last + timedelta(days=1) if x.last else x.first))
        return min((day for day in days if day > on), default=None)

    def changes_after(self, unit: UUID, on: date) -> date | None:
        """The first day after `on` on which anything about this very unit changes: name, parent, leader or deputy."""
        days = [change.effective_date for change in self._units.get(unit, ())]
        for holder in (*self._leaders.get(unit, ()), *self._deputies.get(unit, ())):
            days += [holder.first, *([holder.last + timedelta(days=1)] if holder.last else [])]
        return min((day for day in days if day > on), default=None)
