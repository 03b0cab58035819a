"""What many subjects share, per municipality and versioned in time; every lookup is noted, so that a change wakes who read it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

from contracts.base import Event
from contracts.hr import CalendarChanged, DeputyAppointed, LeaderAppointed, LeaderEnded, RoleAssigned, UnitChanged
from contracts.hr.organisation import UnitRole
from contracts.words import LeaderLevel
from services.chassis.calendar import Calendar, midnight
from services.chassis.organisation import Deputy, Leader, Organisation, RoleHolder, Unit
from services.chassis.rules import Rules, S
from services.chassis.subject import History

ORGANISATION: tuple[type[Event], ...] = (UnitChanged, LeaderAppointed, LeaderEnded, DeputyAppointed, RoleAssigned, CalendarChanged)
"""What every service hears into its reference."""
CALENDAR = "calendar"
NOTHING_KNOWN = datetime(1, 1, 1, tzinfo=UTC)
UNIT, ROLES = "unit/", "roles/"


def read_name(body: Event) -> str:
    """Under which name a reference event is noted by those who read it: `unit/<id>`, `roles/<id>` or `calendar`.

    Roles have a name of their own: who asks for leaders alone is not woken by a new member of a committee.
    """
    if isinstance(body, CalendarChanged):
        return CALENDAR
    return f"{ROLES if isinstance(body, RoleAssigned) else UNIT}{body.record_key()}"


class Snapshot:
    """All reference events of one municipality, and the organisation as known at any moment (kept once computed)."""

    def __init__(self, history: History, rules: Rules) -> None:
        """Hold the history of the municipality's reference events and its rules."""
        self.history = history
        self.rules = rules
        self._moments = sorted({r.known_at for r in history.revisions})
        self._known: dict[datetime | None, Organisation] = {}
        self._calendars: dict[tuple[datetime | None, UUID | None], Calendar] = {}

    @cached_property
    def calendar_moments(self) -> tuple[datetime, ...]:
        """When closing days became known, ascending."""
        return tuple(sorted({r.known_at for r in self.history.revisions if isinstance(r.body, CalendarChanged)}))

    @cached_property
    def unit_moments(self) -> Mapping[UUID, tuple[datetime, ...]]:
        """When revisions about each unit's place became known, ascending."""
        found: dict[UUID, set[datetime]] = {}
        for revision in self.history.revisions:
            if isinstance(revision.body, UnitChanged):
                found.setdefault(revision.body.unit_id, set()).add(revision.known_at)
        return {unit: tuple(sorted(moments)) for unit, moments in found.items()}

    def _version(self, known: datetime | None) -> datetime | None:
        """The latest change known by then; a moment before all changes where there is none yet; none where nothing was ever told."""
        if not self._moments:
            return None
        count = len(self._moments) if known is None else bisect_right(self._moments, known)
        return self._moments[count - 1] if count else NOTHING_KNOWN

    def organisation(self, known: datetime | None = None) -> Organisation:
        """The organisation as known by `known`; by now where none is given."""
        version = self._version(known)
        if version not in self._known:
            self._known[version] = Organisation(self.history if version is None else self.history.at(version))
        return self._known[version]

    def calendar(self, unit: UUID | None, on: date, known: datetime | None = None) -> Calendar:
        """The calendar of a unit: closing days of the municipality, and of the units above it and its own."""
        organisation = self.organisation(known)
        told = organisation.closing_days
        if not told:
            return self.rules.calendar
        key = (self._version(known), unit)
        if key not in self._calendars:
            chain: tuple[UUID | None, ...] = (None, *(organisation.path(unit, on) if unit else ()))
            days = {day: closed for where in chain for (day, at), closed in told.items() if at == where}
            self._calendars[key] = replace(self.rules.calendar, days=days)
        return self._calendars[key]


class Reference:
    """One derive's view of the reference: as known at a moment, noting what it read and how long that holds."""

    def __init__(self, snapshot: Snapshot, today: date, known: datetime | None = None) -> None:
        """Look at `snapshot` on the day `today`, as known by `known` (none: all that was heard)."""
        self._snapshot = snapshot
        self._known = known
        self._organisation = snapshot.organisation(known)
        self.today = today
        self.municipality = snapshot.rules.municipality
        self.rules = snapshot.rules
        self.reads: set[str] = set()
        self.holds_until: date | None = None

    def at(self, known: datetime) -> "Reference":
        """The same reference as it was known at an earlier moment; what it reads is noted here too."""
        earlier = Reference(self._snapshot, self.today, known)
        earlier.reads = self.reads
        return earlier

    def known_moments(self) -> tuple[datetime, ...]:
        """The moments at which any reference event of the municipality became known, ascending."""
        return tuple(self._snapshot._moments)  # noqa: SLF001 - the snapshot belongs to this file

    def units_known_moments(self) -> tuple[datetime, ...]:
        """The moments at which anything about the place of a unit that was read so far became known, ascending."""
        read = {UUID(name.removeprefix(UNIT)) for name in self.reads if name.startswith(UNIT)}
        return tuple(sorted({moment for unit in read for moment in self._snapshot.unit_moments.get(unit, ())}))

    def path_changes(self, unit: UUID, on: date) -> date | None:
        """The first day after `on` from which the path of the unit may be another."""
        self.path(unit, on)
        return self._organisation.path_changes(unit, on)

    def calendar_moments(self) -> tuple[datetime, ...]:
        """The moments at which a closing day became known, ascending: a duty that is closed keeps the calendar of its day."""
        self.reads.add(CALENDAR)
        return self._snapshot.calendar_moments

    def policy(self, model: type[S]) -> S:
        """The municipality's own rules for a service."""
        return self.rules.read(model)

    def calendar(self, unit: UUID | None = None) -> Calendar:
        """The working days of a unit, or of the municipality."""
        self.reads.add(CALENDAR)
        return self._snapshot.calendar(unit, self.today, self._known)

    def unit(self, unit: UUID, on: date | None = None) -> Unit | None:
        """The unit on a day (default today), none where it is not."""
        self._note(unit, on)
        return self._organisation.unit(unit, on or self.today)

    def path(self, unit: UUID, on: date | None = None) -> tuple[UUID, ...]:
        """From the root to the unit on a day (default today)."""
        path = self._organisation.path(unit, on or self.today)
        for step in path:
            self._note(step, on)
        return path

    def leaders(self, unit: UUID, on: date | None = None) -> tuple[Leader, ...]:
        """Who leads exactly this unit on a day (default today)."""
        self._note(unit, on)
        return self._organisation.leaders(unit, on or self.today)

    def appointed(self, unit: UUID) -> tuple[Leader, ...]:
        """Who leads exactly this unit today or is known today to lead it later."""
        self._note(unit, None)
        return self._organisation.appointed(unit, self.today)

    def was_led(self, unit: UUID, on: date | None = None, level: LeaderLevel | None = None) -> bool:
        """Whether exactly this unit has a leader's post (of this level) on a day (default today), filled or vacant."""
        self._note(unit, on)
        return self._organisation.was_led(unit, on or self.today, level)

    def deputies(self, unit: UUID, leader: UUID | None, on: date | None = None) -> tuple[Deputy, ...]:
        """Who stands in for this leader at this unit on a day (default today); none given: for whichever leader of it."""
        self._note(unit, on)
        return self._organisation.deputies(unit, leader, on or self.today)

    def roles(self, unit: UUID, role: UnitRole) -> tuple[RoleHolder, ...]:
        """Who has this role at exactly this unit today."""
        self.reads.add(f"{ROLES}{unit}")
        self._hold(self._organisation.roles_change_after(unit, self.today))
        return self._organisation.roles(unit, role, self.today)

    def _note(self, unit: UUID, on: date | None) -> None:
        self.reads.add(f"{UNIT}{unit}")
        if on is None or on == self.today:
            self._hold(self._organisation.changes_after(unit, self.today))

    def _hold(self, change: date | None) -> None:
        """What was read for today holds until the day before this at the longest."""
        if change is not None and (self.holds_until is None or change < self.holds_until):
            self.holds_until = change


def holds_until_moment(reference: Reference) -> datetime | None:
    """The instant at which what was read for today may be another; none if it holds for ever."""
    return None if reference.holds_until is None else midnight(reference.holds_until)
