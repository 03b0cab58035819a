"""Which of the viewer's units a list is about: all of them, or one with all below it, as the address says."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.ids import uuid_or_none
from services.chassis.web import Desk

INDENT = "\u00a0" * 3
"""Spaces that a browser shows, and passes over when somebody types the beginning of a name."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The units of a list; `unit`: the one that was chosen; `options`: what can be chosen, indented by how deep each lies."""

    units: frozenset[UUID]
    unit: UUID | None
    options: Sequence[tuple[str, str]]

    @property
    def query(self) -> str:
        """The part of an address that keeps the choice."""
        return f"?unit={self.unit}" if self.unit else ""


def chosen(desk: Desk) -> Choice:
    """The choice of the address `?unit=`; a unit that the viewer does not see is not chosen."""
    wanted, units = uuid_or_none(desk.request.query_params.get("unit", "")), desk.viewer.units
    if wanted not in units:
        return Choice(units, None, options(desk))
    assert wanted is not None
    return Choice(units & desk.snapshot.organisation().subtree(wanted, desk.today), wanted, options(desk))


def options(desk: Desk) -> list[tuple[str, str]]:
    """The viewer's units of today in the order of the tree, each with how deep it lies below the highest of them."""
    told, names = desk.snapshot.organisation(), {unit: desk.unit_name(unit) for unit in desk.viewer.units}
    paths = {unit: tuple(step for step in told.path(unit, desk.today) if step in names) for unit, name in names.items() if name}
    in_order = sorted(paths, key=lambda unit: [(names[step], step) for step in paths[unit]])
    return [(str(unit), f"{INDENT * (len(paths[unit]) - 1)}{names[unit]}") for unit in in_order]
