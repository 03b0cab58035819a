"""The names and parents of one unit over time, laid over each other answer by answer."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from contracts.words import UnitChange
from services.intake.domain.records import UnitSeen
from services.intake.domain.shown_facts import NamePeriod, ParentPeriod, UnitFactsSeen
from services.intake.domain.timeline import DAY, OPEN, Timeline

LEVEL = "unit"
"""The level of a unit of which none is told."""


class Look(NamedTuple):
    """How a unit looks from a day on; without `change` the change is what differs from the look before."""

    name: str
    level: str
    parent_unit_id: UUID | None
    change: UnitChange | None = None

    @classmethod
    def of(cls, row: UnitSeen) -> "Look":
        """The look a row shows."""
        return cls(row.name, row.level, row.parent_unit_id, row.change)


class UnitFacts:
    """What answers have shown of one unit. Names and parents come in answers of their own, in any order."""

    def __init__(self) -> None:
        """Begin with nothing shown."""
        self._names: Timeline[NamePeriod] = Timeline()
        self._parents: Timeline[ParentPeriod] = Timeline()
        self._code = ""

    def take(self, row: UnitFactsSeen) -> None:
        """Lay one more answer over what is known."""
        self._code = row.code
        for name in row.names:
            self._names.lay(name.first, name.last, name)
        for parent in row.parents:
            self._parents.lay(parent.first, parent.last, parent)

    @property
    def begun(self) -> date | None:
        """The first day: of its names, else of its tree; none where nothing was told."""
        return min([stretch.first for stretch in self._names or self._parents], default=None)

    def days(self) -> dict[date, Look]:
        """How the unit looks from which day on. It begins where its first name does: a tree is asked for from a day on, and reaches back.

        A last name that ends closes the unit; a tree that ends was only asked for until then.
        """
        begun = self.begun
        if begun is None:
            return {}
        told = {stretch.first for stretch in self._names} | {stretch.first for stretch in self._parents}
        days = {day: self._look(day) for day in told if day >= begun}
        last = max((stretch.last for stretch in self._names), default=OPEN)
        if last < OPEN:
            days = {day: look for day, look in days.items() if day <= last}
            days[last + DAY] = self._look(last)._replace(change=UnitChange.CLOSED)
        return days

    def _look(self, day: date) -> Look:
        name, parent = self._names.near(day), self._parents.near(day)
        levels = [fact.level for fact in (name, parent) if fact is not None and fact.level is not None]
        return Look(name.name if name else self._code, levels[0] if levels else LEVEL, parent.parent_unit_id if parent else None)
