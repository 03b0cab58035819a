"""A source that tells events of one person, and what intake says of them: the real pure step, the source's facts by their names."""

from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts import BY_WIRE
from services.chassis.subject import Revision
from services.intake.domain.event_seen import EventSeen
from tests.kit.builders import MUNICIPALITY, an_id

JOB = {
    "municipality": MUNICIPALITY,
    "person_key": an_id("person"),
    "employment_id": an_id("job"),
    "unit_id": an_id("unit"),
    "employment_form": "monthly",
    "source_system": "cloudevents",
}


def moment(day: int) -> datetime:
    """The n-th day of the story: 1 is 1 January 2021."""
    return datetime(2021, 1, 1, 11, tzinfo=UTC).replace(day=day)


def a_fact(name: str) -> UUID:
    """The id that stands for a fact of the source."""
    return uuid5(NAMESPACE_OID, f"fact {name}")


def event(kind: str, day: int, fact: str, **more: Any) -> Revision[EventSeen]:
    """One event, registered on a day of the story; `number`, `first`, `cancelled` as in the record, the rest stands in the body."""
    head = {name: more.pop(name) for name in ("number", "first", "cancelled") if name in more}
    wire = f"hr.{kind}.v1"
    fields = {**JOB, "registered_at": moment(day), **more}
    body = BY_WIRE[wire].model_validate(fields).model_dump(mode="json", exclude_defaults=True)
    seen = EventSeen(
        municipality=MUNICIPALITY,
        feed="test",
        registered_at=moment(day),
        moment=moment(day),
        told_fact=a_fact(fact),
        type=wire,
        body=body,
        **{"first": "number" not in head, **head},
    )
    return Revision(seen.fact(), 0, 1, True, moment(day), seen, seen.wire)


def hired(day: int = 1, fact: str = "hire", first_day: str = "2021-03-01", **more: Any) -> Revision[EventSeen]:
    """A hire."""
    return event("hired", day, fact, effective_date=first_day, **{"occupation_group": "nurse", "degree": "1.0000", **more})


def ended(day: int, fact: str = "end", last: str = "2022-05-31", reason: str = "own-request", **more: Any) -> Revision[EventSeen]:
    """An end, registered."""
    return event("employment-end-registered", day, fact, **_last(last), reason_class=reason, **more)


def resigned(day: int, fact: str = "notice", last: str = "2022-05-31", **more: Any) -> Revision[EventSeen]:
    """A notice that was given."""
    return event("resigned", day, fact, **_last(last), **{"reason_class": "own-request", **more})


def withdrawn(day: int, fact: str = "back", notice: str = "notice", **more: Any) -> Revision[EventSeen]:
    """A notice that was taken back."""
    return event("resignation-withdrawn", day, fact, effective_date="2022-06-01", resignation_fact=a_fact(notice), **more)


def _last(last: str) -> dict[str, str]:
    year, month, _ = last.split("-")
    return {"last_working_day": last, "effective_date": f"{year}-{int(month) + 1:02}-01"}
