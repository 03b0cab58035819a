"""The unit tree on any day, from the rows that were known."""

from collections.abc import Iterable
from datetime import date

from deploy.local.oracle.rows import Row


class Tree:
    """Who is above whom on a day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        """Take the rows in the order of registration; of two for one day the later holds."""
        self.told: dict[str, dict[date, str]] = {}
        for row in rows:
            self.told.setdefault(row.cells["unit"], {})[date.fromisoformat(row.cells["valid_from"])] = row.cells["parent"]
        self._chains: dict[tuple[str, date], tuple[str, ...]] = {}

    @property
    def units(self) -> tuple[str, ...]:
        """All units there ever were."""
        return tuple(sorted(self.told))

    def parent(self, unit: str, day: date) -> str:
        """The unit above on a day; empty at the top. Before a unit was created its first parent counts."""
        told = self.told.get(unit, {})
        since = [valid for valid in told if valid <= day]
        return told[max(since)] if since else told[min(told)] if told else ""

    def chain(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit itself and all above it."""
        if (unit, day) not in self._chains:
            above = self.parent(unit, day)
            self._chains[unit, day] = (unit, *(self.chain(above, day) if above else ()))
        return self._chains[unit, day]
