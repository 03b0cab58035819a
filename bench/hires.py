"""One hire at a time, for the benches that need a person of whom they know everything."""

import random
from datetime import date, datetime
from uuid import UUID

from contracts.hr import Hired
from contracts.words import EmploymentForm, OccupationGroup
from services.chassis.subject import Revision

MUNICIPALITY = "730"


def hire(dice: random.Random, begins: date, known_at: datetime, unit: UUID | None = None) -> Revision[Hired]:
    """Somebody new begins on a day, at a unit or at one of their own."""
    fact, person, employment, own = (UUID(int=dice.getrandbits(128)) for _ in range(4))
    body = Hired(
        municipality=MUNICIPALITY,
        employment_id=employment,
        person_key=person,
        unit_id=unit or own,
        effective_date=begins,
        registered_at=known_at,
        employment_form=EmploymentForm.MONTHLY,
        occupation_group=OccupationGroup.NURSE,
        degree="1.0000",
    )
    return Revision(fact, 0, 1, True, known_at, body, Hired.wire)
