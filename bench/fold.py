"""The job of the benches as a service on our own chassis, with nothing switched off.

Per wire name × unit × month × employment form the number of facts that stand, as bookings to reporting's own ledger and balance,
each with the day it became known. Histories, fence, versions, wake-ups and relay are those of every service. (Occupation group
would be the word of the trade, but only a hire tells it, and every engine of a bench must find what it counts in the event itself.)

`COUNTING` says nothing; `SAYING` also publishes a statement for each employment that ends.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import ClassVar, cast

from bench.events import KINDS
from contracts.base import AboutEmployment, Event
from contracts.hr import EmploymentEndRegistered, EmploymentEvent
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import Booking, History, Revision, Situation, Statement
from services.reporting.store.ledger import book, rebook

Place = tuple[str, str, str, str, str]
"""As reporting's cells: measure, unit, no month of the tree, period, split."""


class Leaving(AboutEmployment):
    """Somebody leaves."""

    wire: ClassVar[str] = "bench.leaving.v1"
    topic: ClassVar[str] = "onboarding.v1"


def count(history: History, _reference: Reference, _now: datetime) -> Situation:
    """What the facts of one person add, and since when that is known."""
    booked: dict[Booking, int] = {}
    for _, revisions in groupby(history.revisions, key=lambda revision: revision.fact.int):
        first, *more = revisions
        if more:
            for booking, amount in _bookings([first, *more]):
                booked[booking] = booked.get(booking, 0) + amount
        elif first.stands:  # most facts are never corrected
            booking = (day_of(first.known_at).isoformat(), *_place(first.type, cast("EmploymentEvent", first.body)))
            booked[booking] = booked.get(booking, 0) + 1
    return Situation(booked={booking: amount for booking, amount in booked.items() if amount})


def _bookings(revisions: list[Revision[Event]]) -> Iterator[tuple[Booking, int]]:
    """One fact: each day on which it became known otherwise books the difference."""
    before: Place | None = None
    for day in sorted({day_of(revision.known_at) for revision in revisions}):
        latest = max((r for r in revisions if day_of(r.known_at) <= day), key=lambda r: r.order)
        after = _place(latest.type, cast("EmploymentEvent", latest.body)) if latest.stands else None
        if after != before and before is not None:
            yield (day.isoformat(), *before), -1
        if after != before and after is not None:
            yield (day.isoformat(), *after), 1
        before = after


def _place(wire: str, body: EmploymentEvent) -> Place:
    return (wire, str(body.unit_id), "", body.effective_date.isoformat()[:7], body.employment_form.value)


def count_and_say(history: History, reference: Reference, now: datetime) -> Situation:
    """The same, and a statement for each end that stands."""
    ends = (r.body for r in history.standing(EmploymentEndRegistered))
    leaving = {end.employment_id: end for end in ends}
    statements = tuple(Statement(("leaving", str(employment)), _leaving(end)) for employment, end in leaving.items())
    return count(history, reference, now)._replace(statements=statements)


def _leaving(end: EmploymentEndRegistered) -> Leaving:
    return Leaving(municipality=end.municipality, employment_id=end.employment_id, person_key=end.person_key, unit_id=end.unit_id)


COUNTING = Service(name="fold", subjects=(SubjectKind("person", count, hears=KINDS),), book=book, rebook=rebook)
SAYING = replace(COUNTING, subjects=(SubjectKind("person", count_and_say, hears=KINDS),), says=(Leaving,))
COUNTING_NAME, SAYING_NAME = "bench.fold:COUNTING", "bench.fold:SAYING"
