"""Accepted rows as own records of subjects: the source's keys are left behind here."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TypeAlias, assert_never
from uuid import UUID

from contracts.base import Precision
from services.chassis.calendar import midnight
from services.chassis.ids import standing_for
from services.chassis.subject import Subject, made
from services.intake import listed_rows
from services.intake.domain.keys import unit_id
from services.intake.domain.records import PERSON, UNIT, DeputySeen, EmploymentGone, EmploymentSeen, LeaderSeen, Seen, UnitGone, UnitSeen
from services.intake.domain.shown_facts import FactsSeen, UnitFactsSeen
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind, MadeUnits
from services.intake.reading.mapping import Mapping as FeedMapping

Claim: TypeAlias = tuple[str, str, date | None]
"""Whose employment a row says it is: person number, employment, and the first day of what it tells."""


def claim_of(draft: Draft) -> Claim:
    """What a row says."""
    return draft.person, draft.employment, draft.fields.get("first_day")


@dataclass(frozen=True, slots=True)
class Keys:
    """The opaque keys of the source's own. `kept`: employments that stay with a person whose number was changed."""

    persons: Mapping[str, UUID]
    employments: Mapping[str, UUID]
    kept: Mapping[Claim, UUID] = field(default_factory=dict)

    def person_of(self, draft: Draft) -> UUID:
        """Whom a row is about."""
        held = self.kept.get(claim_of(draft)) if self.kept else None
        return held or self.persons[draft.person]


class Records:
    """Makes the records of one feed in one municipality."""

    def __init__(self, mapping: FeedMapping, municipality: str) -> None:
        """Hold what is the same for all rows."""
        self._municipality = municipality
        self._made_units = mapping.units
        self._same = {"municipality": municipality, "feed": mapping.feed, "source_system": mapping.source_system}

    def of(self, draft: Draft, keys: Keys) -> tuple[Subject, Seen]:  # noqa: C901 - one case for each kind
        """The record of a row and the subject it is about: a person, or a unit."""
        unit = self.unit_id(draft.unit)
        match draft.kind:
            case Kind.UNITS:
                parent = {"unit_id": unit, "parent_unit_id": self._parent(draft.other)}
                seen: Seen = UnitSeen.model_validate({**self._same, **draft.fields, **parent})
            case Kind.EMPLOYMENTS:
                person = keys.person_of(draft)
                job = keys.employments[draft.employment]
                who = {"person_key": _plain(person), "employment_id": _plain(job), "unit_id": _plain(unit)}
                return Subject(PERSON, person, self._municipality), made(EmploymentSeen, {**self._same, **draft.fields, **who})
            case Kind.LEADERS:
                seen = LeaderSeen.model_validate({**self._same, **draft.fields, **self._holder(draft, keys)})
            case Kind.DEPUTIES:
                holder = {**self._holder(draft, keys), "deputy_for": keys.persons.get(draft.other)}
                seen = DeputySeen.model_validate({**self._same, **draft.fields, **holder})
            case Kind.FACTS:
                person = keys.person_of(draft)
                who = {"person_key": person, "employment_id": keys.employments[draft.employment]}
                units = [{**told, "unit_id": self.unit_id(told["unit"])} for told in draft.fields.get("units", ())]
                facts = FactsSeen.model_validate({**self._same, **draft.fields, **who, "units": units})
                return Subject(PERSON, person, self._municipality), facts
            case Kind.EMPLOYMENT_GONE:
                gone = EmploymentGone.model_validate({**self._same, **draft.fields})
                return Subject(PERSON, gone.person_key, self._municipality), gone
            case Kind.UNIT_GONE:
                seen = UnitGone.model_validate({**self._same, **draft.fields})
                unit = seen.unit_id
            case Kind.UNIT_FACTS:
                parents = [{**told, "parent_unit_id": self._parent(told["parent"])} for told in draft.fields.get("parents", ())]
                seen = UnitFactsSeen.model_validate({**self._same, **draft.fields, "unit_id": unit, "parents": parents})
            case Kind.PERSONS | Kind.LISTED | Kind.ROLES | Kind.POSTS:
                return self._listed(draft, keys, unit)
            case Kind.EVENTS:
                raise AssertionError("an event has its ids from what its source told before")
            case _:
                assert_never(draft.kind)
        return Subject(UNIT, unit, self._municipality), seen

    def _listed(self, draft: Draft, keys: Keys, unit: UUID) -> tuple[Subject, Seen]:
        seen = listed_rows.record(draft, self._same, unit, lambda: self._holder(draft, keys))
        about = (PERSON, keys.person_of(draft)) if draft.kind in listed_rows.NAMES else (UNIT, unit)
        return Subject(*about, self._municipality), seen

    def _parent(self, code: str | None) -> UUID | None:
        return self.unit_id(code) if code else None

    def unit_id(self, code: str) -> UUID:
        """The id of a unit of this municipality."""
        return unit_id(self._municipality, code)

    def _holder(self, draft: Draft, keys: Keys) -> dict[str, UUID]:
        person = keys.person_of(draft)
        employment = keys.employments[draft.employment] if draft.employment else standing_for(person)
        return {"unit_id": self.unit_id(draft.unit), "person_key": person, "employment_id": employment}


@lru_cache(10_000)
def _plain(number: UUID) -> UUID:
    """The id as the library's own class: what writes a body knows that at sight, and takes twice as long over the database client's."""
    return UUID(int=number.int)


def persons(drafts: Iterable[Draft]) -> set[str]:
    """The source's person numbers that these rows name."""
    named = {d.person for d in drafts if d.person}
    return named | {d.other for d in drafts if d.kind is Kind.DEPUTIES and d.other}


def with_made_units(drafts: Sequence[Draft], made: MadeUnits | None, before: Container[str] = ()) -> list[Draft]:
    """The rows, and for a source without units a row per unit its employments name, below one root; none of those made before."""
    if made is None:
        return list(drafts)
    codes = sorted({draft.unit for draft in drafts if draft.kind is Kind.EMPLOYMENTS and draft.unit not in before})
    registered = {"registered_at": midnight(made.valid_from), "registered_precision": Precision.DAY, "valid_from": made.valid_from}
    root = Draft(Kind.UNITS, 0, made.root_code, {**registered, "name": made.root_name, "level": made.root_level})
    units = [
        root._replace(unit=code, other=made.root_code, fields={**registered, "name": made.name.format(code=code), "level": made.level})
        for code in codes
    ]
    return [*([] if made.root_code in before else [root]), *units, *drafts]
