"""A service for the bench of wake-ups: on the day somebody begins, that is said once."""

from datetime import datetime
from typing import ClassVar

from contracts.base import AboutEmployment
from contracts.hr import Hired
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import History, Situation, Statement, earliest

TOPIC = "onboarding.v1"


class Rang(AboutEmployment):
    """The first day has come."""

    wire: ClassVar[str] = "bench.rang.v1"
    topic: ClassVar[str] = TOPIC


def ring(history: History, _reference: Reference, now: datetime) -> Situation:
    """A statement for each hire whose day has come, a wake-up for the next."""
    hires = [(midnight(r.body.effective_date), r) for r in history.standing(Hired)]
    statements = tuple(Statement(("rang", str(r.fact)), _rang(r.body)) for begins, r in hires if begins <= now)
    return Situation(statements, wake_at=earliest(*(begins for begins, _ in hires if begins > now)))


def _rang(hired: Hired) -> Rang:
    return Rang(municipality=hired.municipality, employment_id=hired.employment_id, person_key=hired.person_key, unit_id=hired.unit_id)


RINGING = Service(name="ringing", subjects=(SubjectKind("person", ring, records=(Hired,)),), says=(Rang,))
