"""What is said onto the bus from outside, byte by byte; a revision has the same bytes whenever it is said again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.base import Event
from contracts.hr import DIRECTORY_TOPIC, PersonNamed
from contracts.words import Closed as HowClosed
from services.chassis.envelope import outgoing
from services.chassis.subject import Revision
from tests.kit.builders import MUNICIPALITY, an_id, closing_day, end_registered, hired
from tests.simulator.story import Closed, Named, Poisoned, Told

Headers = tuple[tuple[str, bytes | None], ...]
Said = tuple[str, bytes, bytes | None, Headers]
"""Topic, key, body and headers."""
FIRST_DAY = date(2026, 3, 2)


def spoken(step: Told | Closed | Named, moment: datetime, first_day: date = FIRST_DAY) -> Said:
    """The record of a step; what was told earlier is stamped with when it became known."""
    match step:
        case Told():
            return _record(
                step.revision, f"fact {step.fact}", _job(step, first_day), moment - timedelta(days=step.known_days), stands=step.stands
            )
        case Closed():
            event = closing_day(first_day + timedelta(days=step.day), HowClosed.WHOLE)
            return _record(step.revision, "closed", event, moment, stands=step.stands)
        case Named(revision=None):
            return DIRECTORY_TOPIC, str(an_id(f"person {step.person}")).encode(), None, ()
        case Named():
            person = an_id(f"person {step.person}")
            named = PersonNamed(municipality=MUNICIPALITY, person_key=person, display_name=f"Name {step.revision}")
            return _record(step.revision or 0, f"name {step.person}", named, moment, stands=True)


def poisoned(step: Poisoned, moment: datetime, first_day: date) -> Said:
    """The record of somebody's job, spoilt."""
    told = Told(step.person, 90 + step.kind, 1, 0, 1, stands=True, ends=False, known_days=0)
    topic, key, value, headers = spoken(told, moment, first_day)
    spoilt: tuple[tuple[bytes | None, Headers], ...] = (
        (b'{"half', headers),
        (value, tuple(h for h in headers if h[0] != "ce_id")),
        (value, _with(headers, "ce_time", None)),
        (value, (*headers, headers[-1])),
        (value, _with(headers, "ce_revision", b"99999999999999")),
        (value, _with(headers, "ce_time", (moment + timedelta(days=4_000)).isoformat().encode())),
        (value, _with(headers, "ce_id", b"\xff\x00")),
    )
    return topic, key, *spoilt[step.kind % len(spoilt)]


def _with(headers: Headers, name: str, value: bytes | None) -> Headers:
    return tuple((n, value if n == name else v) for n, v in headers)


def _job(step: Told, first_day: date) -> Event:
    make = end_registered if step.ends else hired
    return make(
        first_day + timedelta(days=step.day),
        unit=f"unit {step.unit}",
        person=f"person {step.person}",
        employment=f"job {step.fact}",
        registered=first_day,
    )


def _record(number: int, fact: str, event: Event, known_at: datetime, *, stands: bool) -> Said:
    revision = Revision(_fact(fact), 0, number, stands, known_at, event, event.wire)
    record = outgoing("intake", revision)
    return record.topic, record.key.encode(), record.body.encode(), tuple((name, text.encode()) for name, text in record.headers)


def _fact(name: str) -> UUID:
    return an_id(name)
