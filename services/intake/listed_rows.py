"""Accepted rows of a directory as own records: names, roles and posts, the source's keys left behind."""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from services.chassis.ids import NAMESPACE
from services.intake.domain.keys import leader_post
from services.intake.domain.listed import ListedSeen
from services.intake.domain.records import Seen
from services.intake.domain.roles import PostSeen, RoleSeen
from services.intake.domain.shown_facts import PersonSeen
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.result import Accepted
from services.intake.reading.values import Unfit

NAMES: Mapping[Kind, type[Seen]] = {Kind.PERSONS: PersonSeen, Kind.LISTED: ListedSeen}
"""Rows about the name of a person: as payroll has it, or as a directory lists it."""

UNBOUND = frozenset({Kind.LISTED, Kind.EVENTS, Kind.EMPLOYMENT_GONE, Kind.UNIT_GONE})
"""Rows that need not name a unit that was told of."""


def record(draft: Draft, same: Mapping[str, Any], unit: UUID, holder: Callable[[], Mapping[str, UUID]]) -> Seen:
    """The record of a row. `same`: what all records of the feed share; `holder`: under which ids the person has the role."""
    if draft.kind in NAMES:
        return NAMES[draft.kind].model_validate({**same, **draft.fields, "person_key": holder()["person_key"]})
    if draft.kind is Kind.POSTS:
        post = _of_unit(unit, "post", draft.other) if draft.other else leader_post(unit)
        return PostSeen.model_validate({**same, **draft.fields, "unit_id": unit, "post_id": post})
    committee = uuid5(NAMESPACE, f"committee\x1f{same['municipality']}\x1f{draft.other}") if draft.other else None
    return RoleSeen.model_validate({**same, **draft.fields, **holder(), "committee_id": committee})


def _of_unit(unit: UUID, what: str, key: str) -> UUID:
    """The id of a thing of a unit: it is no person, so it need not be random."""
    return uuid5(NAMESPACE, f"{what}\x1f{unit}\x1f{key}")


def unfit(draft: Draft, units: Container[str] | None, persons: Container[str] | None) -> Unfit | None:
    """Why a row cannot be taken though it can be read: nobody told of its unit or person. None given: they are not told apart."""
    if units is not None and draft.kind not in UNBOUND and draft.unit not in units:
        return Unfit("unknown-unit", "unit")
    if persons is not None:
        return next((Unfit("unknown-person", field) for field, key in _named(draft) if key not in persons), None)
    return None


def holders(accepted: Iterable[Accepted]) -> set[str]:
    """Whom the rows of roles name, under the source's keys."""
    return {key for row in accepted for _, key in _named(row.draft)}


def _named(draft: Draft) -> Sequence[tuple[str, str]]:
    roles = {Kind.LEADERS, Kind.DEPUTIES, Kind.ROLES}
    found = [("person", draft.person)] if draft.kind in roles else []
    return [*found, ("deputy_for", draft.other)] if draft.kind is Kind.DEPUTIES and draft.other else found
