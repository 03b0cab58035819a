"""Builders: every field that does not matter to a test has a value here. Dates are fixed."""

from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.base import Precision, SourceSystem
from contracts.hr import (
    CalendarChanged,
    DeputyAppointed,
    EmploymentChanged,
    EmploymentEndRegistered,
    Hired,
    LeaderAppointed,
    LeaderEnded,
    LeaveRegistered,
    PlacementChanged,
    PracticePlacementStarted,
    ResignationWithdrawn,
    Resigned,
    RoleAssigned,
    UnitChanged,
)
from contracts.hr.employment import ChangedFact
from contracts.hr.learning import PlacementKind
from contracts.hr.organisation import UnitRole
from contracts.words import Closed, EmploymentForm, LeaderLevel, LeaveKind, OccupationGroup, ReasonClass, UnitChange

MUNICIPALITY = "730"
EPOCH_DAY = date(2018, 1, 1)


def an_id(name: str) -> UUID:
    """The same opaque id for the same word, everywhere in the tests."""
    return uuid5(NAMESPACE_OID, name)


def noon(day: date) -> datetime:
    """An instant on a Danish day, far from both its ends."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def _block(day: date, unit: str, person: str, employment: str | None, registered: date | None) -> dict[str, object]:
    return {
        "municipality": MUNICIPALITY,
        "employment_id": an_id(employment or f"job of {person}"),
        "person_key": an_id(person),
        "unit_id": an_id(unit),
        "employment_form": EmploymentForm.MONTHLY,
        "effective_date": day,
        "registered_at": noon(registered or day),
        "registered_precision": Precision.INSTANT,
        "source_system": SourceSystem.CSV,
    }


def hired(
    day: date, *, unit: str = "unit", person: str = "person", employment: str | None = None, registered: date | None = None, **more: object
) -> Hired:
    """Somebody is hired from `day`."""
    fields = {"occupation_group": OccupationGroup.NURSE, "degree": "1.0000", **_block(day, unit, person, employment, registered), **more}
    return Hired.model_validate(fields)


def end_registered(
    last: date, *, unit: str = "unit", person: str = "person", employment: str | None = None, registered: date | None = None, **more: object
) -> EmploymentEndRegistered:
    """The last working day is known."""
    fields = {
        "last_working_day": last,
        "reason_class": ReasonClass.OWN_REQUEST,
        **_block(last + timedelta(days=1), unit, person, employment, registered),
        **more,
    }
    return EmploymentEndRegistered.model_validate(fields)


def resigned(
    last: date, *, unit: str = "unit", person: str = "person", employment: str | None = None, registered: date | None = None, **more: object
) -> Resigned:
    """Notice was given."""
    fields = {
        "last_working_day": last,
        "reason_class": ReasonClass.OWN_REQUEST,
        **_block(last + timedelta(days=1), unit, person, employment, registered),
        **more,
    }
    return Resigned.model_validate(fields)


def withdrawn(
    resignation: UUID, day: date, *, unit: str = "unit", person: str = "person", employment: str | None = None, **more: object
) -> ResignationWithdrawn:
    """The resignation of this fact is withdrawn."""
    fields = {"resignation_fact": resignation, "withdrawn_on": day, **_block(day, unit, person, employment, day), **more}
    return ResignationWithdrawn.model_validate(fields)


def moved(day: date, old: str, new: str, *, person: str = "person", employment: str | None = None, **more: object) -> PlacementChanged:
    """The employment moves from one unit to another."""
    fields = {
        "old_unit_id": an_id(old),
        "new_unit_id": an_id(new),
        "internal_move": True,
        **_block(day, new, person, employment, day),
        **more,
    }
    return PlacementChanged.model_validate(fields)


def changed(
    day: date,
    what: ChangedFact,
    new: str | None,
    *,
    unit: str = "unit",
    person: str = "person",
    employment: str | None = None,
    **more: object,
) -> EmploymentChanged:
    """From `day` on the position, the form or the end of a fixed term is `new`."""
    told = {"what": what, "new": new, "occupation_group": OccupationGroup.NURSE}
    return EmploymentChanged.model_validate({**told, **_block(day, unit, person, employment, day), **more})


def on_leave(
    first: date, last: date | None, *, unit: str = "unit", person: str = "person", employment: str | None = None, **more: object
) -> LeaveRegistered:
    """Leave from `first` to `last`."""
    fields = {
        "leave_id": an_id(f"leave {person} {first}"),
        "leave_from": first,
        "leave_to": last,
        "leave_kind": LeaveKind.PARENTAL,
        **_block(first, unit, person, employment, first),
        **more,
    }
    return LeaveRegistered.model_validate(fields)


def placement_started(
    first: date, last: date, *, unit: str = "unit", person: str = "person", employment: str | None = None, **more: object
) -> PracticePlacementStarted:
    """A stay in practice from `first` to `last`."""
    fields = {
        "placement_kind": PlacementKind.EDUCATION,
        "planned_end": last,
        **_block(first, unit, person, employment, first),
        "employment_form": EmploymentForm.STUDENT,
        **more,
    }
    return PracticePlacementStarted.model_validate(fields)


def _registered(day: date) -> dict[str, object]:
    return {"municipality": MUNICIPALITY, "effective_date": day, "registered_at": noon(day), "source_system": SourceSystem.CSV}


def unit_changed(
    unit: str, parent: str | None = None, day: date = EPOCH_DAY, change: UnitChange = UnitChange.CREATED, **more: object
) -> UnitChanged:
    """A unit is created, renamed, moved or closed."""
    fields = {
        "unit_id": an_id(unit),
        "name": unit,
        "level": "unit",
        "parent_unit_id": an_id(parent) if parent else None,
        "change": change,
        **_registered(day),
        **more,
    }
    return UnitChanged.model_validate(fields)


def leader_appointed(unit: str, person: str, day: date = EPOCH_DAY, **more: object) -> LeaderAppointed:
    """Somebody leads a unit from `day`."""
    fields = {
        "unit_id": an_id(unit),
        "person_key": an_id(person),
        "employment_id": an_id(f"job of {person}"),
        "leader_level": LeaderLevel.DEPARTMENT,
        **_registered(day),
        **more,
    }
    return LeaderAppointed.model_validate(fields)


def leader_ended(unit: str, person: str, last: date, **more: object) -> LeaderEnded:
    """Somebody leads the unit to and with `last`."""
    fields = {
        "unit_id": an_id(unit),
        "person_key": an_id(person),
        "employment_id": an_id(f"job of {person}"),
        "last_day": last,
        **_registered(last + timedelta(days=1)),
        **more,
    }
    return LeaderEnded.model_validate(fields)


def deputy_appointed(unit: str, person: str, deputy_for: str, day: date = EPOCH_DAY, **more: object) -> DeputyAppointed:
    """Somebody stands in for a leader at a unit."""
    fields = {
        "unit_id": an_id(unit),
        "person_key": an_id(person),
        "employment_id": an_id(f"job of {person}"),
        "deputy_for": an_id(deputy_for),
        **_registered(day),
        **more,
    }
    return DeputyAppointed.model_validate(fields)


def role_assigned(unit: str, person: str, role: UnitRole = UnitRole.AMR, day: date = EPOCH_DAY, **more: object) -> RoleAssigned:
    """Somebody has a role at a unit."""
    fields = {
        "unit_id": an_id(unit),
        "person_key": an_id(person),
        "employment_id": an_id(f"job of {person}"),
        "role": role,
        **_registered(day),
        **more,
    }
    return RoleAssigned.model_validate(fields)


def closing_day(day: date, closed: Closed = Closed.WHOLE, unit: str | None = None) -> CalendarChanged:
    """The municipality (or a unit) is closed on a day."""
    return CalendarChanged(municipality=MUNICIPALITY, day=day, closed=closed, unit_id=an_id(unit) if unit else None)
