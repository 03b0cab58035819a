"""A ward with a service in trouble: events that could not be read, a case that could not be derived, letters that are settled."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime
from tests.kit.builders import an_id, hired
from tests.kit.first_year import WEDNESDAY, fill, told
from tests.kit.records import OFFSETS, Sent, sent

LATER = datetime(2026, 3, 5, 8, 30, tzinfo=UTC)


def hire(person: str, fact: str | None = None) -> Sent:
    """The record of a hire in the ward."""
    return replace(sent(told(hired(WEDNESDAY, unit="ward", person=person), fact)), offset=next(OFFSETS))


def with_header(record: Sent, name: str, value: bytes | None) -> Sent:
    """The record with another header."""
    return replace(record, headers=[(n, value if n == name else v) for n, v in record.headers])


def letters() -> dict[str, Sent]:
    """Records nobody can read: of Bo Lund, of nobody known, of another municipality, of none."""
    return {
        "new": replace(hire("new", "hire of new again"), value=b'{"municipality":"730","unit_id":"a unit"}'),
        "stranger": with_header(hire("stranger"), "ce_time", b"next week"),
        "elsewhere": with_header(replace(hire("elsewhere"), value=b"{"), "ce_municipality", b"707"),
        "nameless": with_header(hire("nameless"), "ce_municipality", b"\xff"),
    }


async def unread(runtime: Runtime, *, subject: UUID | None = None, fact: UUID | None = None) -> None:
    """One more letter of which only the key or the fact is known."""
    await runtime.pool.execute(
        'INSERT INTO dead_letter (topic, partition, "offset", headers, subject, fact, reason, died_at)'
        " VALUES ('hr.employment.v1', 0, $1, '[]', $2, $3, 'wrong', forbliv_moment())",
        next(OFFSETS),
        subject,
        fact,
    )


async def all_read(runtime: Runtime) -> None:
    """Every letter is settled."""
    await runtime.pool.execute("UPDATE dead_letter SET settled = 'dropped', headers = NULL")


async def troubled(runtime: Runtime) -> None:
    """Fill the ward, and let things go wrong."""
    await fill(runtime)
    bad = letters()
    bad["nameless"] = with_header(bad["nameless"], "ce_id", None)
    await Inlet(runtime).take([*bad.values()])
    await runtime.pool.execute(
        "UPDATE subject SET broken = 'KeyError at plan.py:41', wake_at = $2 WHERE kind = 'person' AND id = $1", an_id("other"), LATER
    )
