"""Who is asking, and which units they may see today."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.organisation import Organisation

LEADER = "leader"
HR = "hr"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who signed in. `units`: all units at or below those they lead today, also as deputy; HR: every unit."""

    person: UUID
    municipality: str
    roles: frozenset[str]
    units: frozenset[UUID]

    @property
    def is_hr(self) -> bool:
        """Whether the person works in HR."""
        return HR in self.roles

    def leads(self, unit: UUID) -> bool:
        """Whether the unit lies at or below one the viewer leads (HR: always)."""
        return unit in self.units


def led_units(organisation: Organisation, person: UUID, today: date) -> frozenset[UUID]:
    """The units at or below those the person leads or stands in for on the day."""
    units: set[UUID] = set()
    for unit in organisation.led_by(person, today):
        if unit not in units and organisation.is_told_of(unit):
            units |= organisation.subtree(unit, today)
    return frozenset(units)


def viewer_of(organisation: Organisation, person: UUID, municipality: str, today: date, *, hr: bool) -> Viewer:
    """The viewer as of today: roles and units follow the organisation, they are never kept in a session."""
    led = led_units(organisation, person, today)
    roles = frozenset(role for role, held in ((LEADER, bool(led)), (HR, hr)) if held)
    return Viewer(person, municipality, roles, frozenset(organisation.units()) if hr else led)
