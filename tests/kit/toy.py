"""A small service for tests of the chassis: a bell rings for each newcomer on a day, a ledger counts them as known on."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutEmployment, Event
from contracts.hr import EmploymentEndRegistered, Hired
from services.chassis.calendar import day_of, midnight
from services.chassis.failures import Refused
from services.chassis.reference import Reference
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import Booking, Decision, History, Situation, Statement, Subject, earliest

RINGS_AFTER = timedelta(days=10)


class BellPlanned(AboutEmployment):
    """A bell will ring."""

    wire: ClassVar[str] = "toy.bell-planned.v1"
    topic: ClassVar[str] = "onboarding.v1"

    rings_on: date


class BellRang(BellPlanned):
    """A bell rang: its day came."""

    wire: ClassVar[str] = "toy.bell-rang.v1"


class BellSilenced(Event):
    """An ask: somebody does not want the bell of this employment."""

    wire: ClassVar[str] = "ask.silence-bell"

    employment_id: UUID


class Echoed(AboutEmployment):
    """A decision: the first bell of a person was heard once and for all."""

    wire: ClassVar[str] = "toy.echoed.v1"
    topic: ClassVar[str] = "onboarding.v1"


class Counted(Event):
    """A statement to the unit: one newcomer."""

    wire: ClassVar[str] = "toy.counted"

    person_key: UUID


def _bell(hired: Hired, reference: Reference, now: datetime) -> BellPlanned:
    rings = reference.calendar(hired.unit_id).on_or_after(hired.effective_date + RINGS_AFTER)
    kind = BellRang if rings <= day_of(now) else BellPlanned
    return kind(
        municipality=hired.municipality,
        employment_id=hired.employment_id,
        person_key=hired.person_key,
        unit_id=hired.unit_id,
        rings_on=rings,
    )


def _booked(history: History) -> Mapping[Booking, int]:
    booked: dict[Booking, int] = {}
    before: dict[tuple[str, str], int] = {}
    for moment in sorted({r.known_at for r in history.revisions}):
        hires = history.at(moment).standing(Hired)
        after = {(str(r.body.unit_id), r.body.effective_date.isoformat()[:7]): 1 for r in hires}
        for cell in sorted({*before, *after}):
            if amount := after.get(cell, 0) - before.get(cell, 0):
                key: Booking = (day_of(moment).isoformat(), *cell)
                booked[key] = booked.get(key, 0) + amount
        before = after
    return {key: amount for key, amount in booked.items() if amount}


def bells(history: History, reference: Reference, now: datetime) -> Situation:
    """A bell per standing hire that nobody silenced and that has no end."""
    silenced = {r.body.employment_id for r in history.standing(BellSilenced)}
    ended = {r.body.employment_id for r in history.standing(EmploymentEndRegistered)}
    statements: list[Statement] = []
    waits: list[datetime] = []
    for hired in history.standing(Hired):
        counted = Counted(municipality=hired.body.municipality, person_key=hired.body.person_key)
        unit = Subject("unit", hired.body.unit_id, hired.body.municipality)
        statements.append(Statement(("count", str(hired.fact), str(unit.id)), counted, to=unit))
        if hired.body.employment_id in silenced | ended:
            continue
        bell = _bell(hired.body, reference, now)
        statements.append(Statement(("bell", str(hired.fact)), bell))
        waits += [] if isinstance(bell, BellRang) else [midnight(bell.rings_on)]
    rang = sorted((s.event for s in statements if isinstance(s.event, BellRang)), key=lambda bell: bell.rings_on)
    decisions = [Decision(("echo",), Echoed.model_validate(rang[0].model_dump()))] if rang else []
    return Situation(tuple(statements), tuple(decisions), tuple(sorted(str(b.rings_on) for b in rang)), earliest(*waits), _booked(history))


def unit_counts(history: History, _reference: Reference, _now: datetime) -> Situation:
    """How many newcomers a unit has."""
    return Situation(rows=(len(history.standing(Counted)),))


def silence(employment: UUID, municipality: str = "730") -> "Silence":
    """The ask."""
    return Silence(employment, municipality)


class Silence:
    """Silences the bell of an employment that is heard of."""

    def __init__(self, employment: UUID, municipality: str) -> None:
        """Of which employment."""
        self._employment, self._municipality = employment, municipality

    def __call__(self, history: History, _reference: Reference, _now: datetime) -> Event:
        """Refused where nobody has the employment."""
        if self._employment not in {r.body.employment_id for r in history.standing(Hired)}:
            raise Refused("no-such-employment")
        return BellSilenced(municipality=self._municipality, employment_id=self._employment)


TOY = Service(
    name="toy",
    subjects=(
        SubjectKind("person", bells, hears=(Hired, EmploymentEndRegistered), records=(BellSilenced, Echoed)),
        SubjectKind("unit", unit_counts, records=(Counted,)),
    ),
    says=(BellPlanned, Echoed),
)
