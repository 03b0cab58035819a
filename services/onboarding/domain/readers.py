"""Who may see what of an introduction, and in which role they record: leaders, HR, and who holds the role that a step names. Pure."""

from datetime import date
from uuid import UUID

from contracts.base import HolderRole
from contracts.hr.organisation import UnitRole
from services.chassis.organisation import Organisation

BY_ROLE = {HolderRole.AMR: UnitRole.AMR, HolderRole.TR: UnitRole.TR}
"""Who is asked as holder of a role at a unit, without leading anybody."""


def is_below(organisation: Organisation, viewer: UUID, about: UUID, unit: UUID, units: frozenset[UUID], on: date) -> bool:
    """Whether the person leads the unit of the viewer: nobody reads the introduction of their own leader (danish-hr 3.6).

    `units`: those the viewer may see. Who leads above the person's highest unit on this path reads it.
    """
    path = organisation.path(unit, on)
    led = [at for at, step in enumerate(path) if any(leader.person == about for leader in organisation.leaders(step, on))]
    if not led or viewer == about:
        return viewer == about
    return led[0] == 0 or path[led[0] - 1] not in units


def role_at(organisation: Organisation, viewer: UUID, unit: UUID, on: date) -> HolderRole:
    """In which role somebody who leads the unit or one above it records: the nearest leader, a deputy of theirs, or further up."""
    for step in reversed(organisation.path(unit, on)):
        leaders = {leader.person for leader in organisation.leaders(step, on)}
        if viewer in leaders:
            return HolderRole.NEAREST_LEADER
        if any(deputy.person == viewer for deputy in organisation.deputies(step, None, on)):
            return HolderRole.DEPUTY
        if leaders:
            return HolderRole.LEADERS_LEADER
    return HolderRole.LEADERS_LEADER


def holders(organisation: Organisation, role: HolderRole, unit: UUID, about: UUID, on: date) -> frozenset[UUID]:
    """Who has the role at the unit, else at the next one above that has anybody but the newcomer: as the inbox finds them."""
    wanted = BY_ROLE.get(role)
    if wanted is None:
        return frozenset()
    for step in reversed(organisation.path(unit, on)):
        found = {holder.person for holder in organisation.roles(step, wanted, on)} - {about}
        if found:
            return frozenset(found)
    return frozenset()


def roles_held(organisation: Organisation, person: UUID, on: date) -> frozenset[HolderRole]:
    """The roles of `BY_ROLE` that somebody has anywhere on a day."""
    held = {holder.role for holder in organisation.role_holders(tuple(BY_ROLE.values()), on) if holder.person == person}
    return frozenset(role for role, unit_role in BY_ROLE.items() if unit_role in held)
