"""What was told under a source's own keys, brought under our ids: a record of intake and the subject whose history it joins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from contracts.base import Event, Precision, SourceSystem
from contracts.hr import ORGANISATION_TOPIC, EmploymentCancelled, Hired
from services.chassis.subject import Subject
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.keys import unit_id
from services.intake.domain.records import PERSON, UNIT
from services.intake.told.bodies import EMPLOYMENTS, FACTS, FILLED, PERSONS, TYPES, UNITS, own_ids
from services.intake.told.event import Told

WHOLE = "municipality"
"""Under which name a municipality is a subject among its units, for what is about no unit: its calendar, its counts."""
_PERSON_FIELD, _UNIT_FIELD = "person_key", "unit_id"


@dataclass(frozen=True, slots=True)
class OurIds:
    """Our ids for the keys that some events name, and for the facts they name by chain."""

    persons: Mapping[str, UUID]
    employments: Mapping[str, UUID]
    units: frozenset[UUID]
    """Units of ours, for who names one by our id."""
    facts: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Named:
    """The source's keys that some events name."""

    persons: frozenset[str]
    employments: frozenset[str]
    units: frozenset[str]
    facts: frozenset[str]

    @classmethod
    def by(cls, events: Iterable[Told]) -> "Named":
        """All keys that these events name."""
        found: dict[str, set[str]] = {"persons": set(), "employments": set(), "units": set(), "facts": set()}
        for told in events:
            found["facts"].add(told.chain)
            for name, value in _keys(told):
                if name in FACTS or name in own_ids(told.attributes.type):
                    found["facts"].add(_chain_of(told, name, value))
                elif name not in FILLED:
                    found["persons" if name in PERSONS else "employments" if name in EMPLOYMENTS else "units"].add(value)
        return cls(**{name: frozenset(keys) for name, keys in found.items()})


def as_id(key: str) -> UUID | None:
    """A key that could be one of our ids."""
    try:
        found = UUID(key)
    except ValueError:
        return None
    return found if str(found) == key else None


def possible_ids(keys: Iterable[str]) -> set[UUID]:
    """Those keys that could be our ids."""
    return {found for key in keys if (found := as_id(key)) is not None}


def fact_type(wire: str) -> str:
    """As what a fact is known: a cancelled employment is the hire that never was."""
    return Hired.wire if wire == EmploymentCancelled.wire else wire


def subject_field(wire: str) -> str:
    """The field that tells whom an event of this type is about."""
    kind = TYPES[wire]
    return _PERSON_FIELD if kind.topic != ORGANISATION_TOPIC and _PERSON_FIELD in kind.model_fields else _UNIT_FIELD


def record(told: Told, ids: OurIds, municipality: str, feed: str) -> tuple[Subject, EventSeen]:
    """The record of an event and the subject it is about: a person, or a unit."""
    wire, fact = told.attributes.type, ids.facts[told.chain]
    body = {**_fields(told, ids, municipality), **_filled(wire, fact), "municipality": municipality}
    kind = TYPES[wire]
    if "source_system" in kind.model_fields:
        body["source_system"] = SourceSystem.CLOUDEVENTS
    registered = (body.get("registered_at") or told.moment).astimezone(UTC)
    if "registered_at" in body:
        body["registered_at"] = registered
    event = kind.model_validate(body)
    seen = EventSeen(
        municipality=municipality,
        feed=feed,
        registered_at=registered,
        registered_precision=Precision(body.get("registered_precision", Precision.INSTANT)),
        told_fact=fact,
        number=told.attributes.revision,
        first=told.is_first,
        moment=told.moment.astimezone(UTC),
        cancelled=told.attributes.cancelled,
        type=wire,
        body=event.model_dump(mode="json", exclude_defaults=True),
    )
    return _subject(event, municipality), seen


def _keys(told: Told) -> Iterable[tuple[str, str]]:
    names = PERSONS | EMPLOYMENTS | UNITS | FACTS | own_ids(told.attributes.type)
    return ((name, value) for name in type(told.body).model_fields if name in names and (value := getattr(told.body, name)) is not None)


def _chain_of(told: Told, name: str, value: str) -> str:
    """How a fact or a thing that the body names is found: facts as this source names them, other things by field and key."""
    return told.refers(value) if name in FACTS else f"{name} {value}"


def _fields(told: Told, ids: OurIds, municipality: str) -> dict[str, Any]:
    wire = told.attributes.type
    fields = {name: value for name, value in told.body.model_dump().items() if value is not None}
    for name, value in _keys(told):
        if name in PERSONS:
            fields[name] = ids.persons[value]
        elif name in EMPLOYMENTS:
            fields[name] = ids.employments[value]
        elif name in UNITS:
            fields[name] = _unit(value, ids, municipality)
        elif name in FACTS or name in own_ids(wire):
            fields[name] = ids.facts[_chain_of(told, name, value)]
    return fields


def _unit(key: str, ids: OurIds, municipality: str) -> UUID:
    found = as_id(key)
    return found if found in ids.units and found is not None else unit_id(municipality, key)


def _filled(wire: str, fact: UUID) -> dict[str, UUID]:
    """What the derive fills in; until then the fact itself stands there."""
    return {name: fact for name in TYPES[wire].model_fields if name in FILLED}


def _subject(event: Event, municipality: str) -> Subject:
    number: UUID | None = getattr(event, subject_field(event.wire), None)
    kind = PERSON if subject_field(event.wire) == _PERSON_FIELD else UNIT
    return Subject(kind, number or unit_id(municipality, WHOLE), municipality)
