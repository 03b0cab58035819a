"""What was published on a day is said on the bus once that day is over: a day has one printed value, and only what changed is said."""

import asyncio
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from contracts.base import Event
from services.chassis import clock
from services.chassis.advance import State, difference
from services.chassis.envelope import Outgoing, outgoing
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import History, Revision, Situation, Subject, body_text, fact_id
from services.chassis.web import Catalogue
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.store import publication, said
from services.reporting.store.values import of_day
from services.reporting.wire import Name, definitions, said_of_day

SERVICE, NOBODY = "reporting", UUID(int=0)


async def say_published(runtime: Runtime, municipality: str, today: date) -> bool:
    """Say the first day that is over and unsaid; whether there was one. Nothing can be published for that day any more."""
    async with runtime.pool.acquire() as conn, conn.transaction():
        await publication.lock(conn, municipality)
        day = await said.unsaid_day(conn, municipality, today)
        if day is None:
            return False
        await _say_definitions(conn, runtime, municipality)
        await _say_values(conn, runtime, municipality, day)
        await said.day_said(conn, municipality, day)
    runtime.said.set()
    return True


async def _say_definitions(conn: Connection, runtime: Runtime, municipality: str) -> None:
    """Those that nobody was told of, or otherwise."""
    subject = Subject("indicators", fact_id(SERVICE, Subject("indicators", NOBODY, municipality), (municipality,)), municipality)
    told = await runtime.tables.statements(conn, subject.kind, {subject.id: municipality})
    stamp = await clock.moment(conn)
    situation = Situation(definitions(runtime.rules[municipality], *_texts()))
    new = difference(SERVICE, runtime.settings.epoch, State(History(subject), told.get(subject.id, {})), situation, stamp)
    runtime.service.must_declare(each.revision.body for each in new if each.revision.stands)
    await runtime.tables.save_statements(conn, [(subject, each, body_text(each.revision.body)) for each in new])
    await runtime.tables.put_outbox(conn, [outgoing(SERVICE, each.revision) for each in new])


async def _say_values(conn: Connection, runtime: Runtime, municipality: str, day: date) -> None:
    begun, ended = await of_day(conn, municipality, day)
    events = await asyncio.to_thread(said_of_day, municipality, begun, ended)
    runtime.service.must_declare(event for event, stands in events if stands)
    facts = [_fact(event) for event, _ in events]
    numbers, stamp = await said.next_revisions(conn, facts), await clock.moment(conn)

    def records() -> list[Outgoing]:
        said_now = (
            Revision(fact, runtime.settings.epoch, numbers[fact], stands, stamp, event, event.wire)
            for fact, (event, stands) in zip(facts, events, strict=True)
        )
        return [outgoing(SERVICE, revision) for revision in said_now]

    await runtime.tables.put_outbox(conn, await asyncio.to_thread(records))


def _fact(event: Event) -> UUID:
    """A value is one fact over all its restatements."""
    return fact_id(SERVICE, Subject("value", NOBODY, event.municipality), (event.municipality, event.record_key()))


@cache
def _texts() -> tuple[Name, Name]:
    """The Danish titles and formulas, as the pages have them."""
    texts = Catalogue((Path(__file__).parent,), strict=True)
    titles, formulas = ({name: texts.text("da", f"figures-{part}-{name}") for name in DEFINITIONS} for part in ("name", "formula"))
    return titles, formulas
