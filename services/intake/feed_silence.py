"""Watches the feeds that the rules name: looks when each was last heard, and notes where it was heard on another day, or not in time."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from services.chassis.calendar import day_of
from services.chassis.resting import look_again
from services.chassis.runtime import Runtime
from services.chassis.service import Alarm, Connection
from services.chassis.subject import Revision, fact_id
from services.intake import feed_silence_store as store
from services.intake import hold_store
from services.intake.domain.feed_silence import FeedRow, FeedSeen, feed_subject, heard_on
from services.intake.domain.records import SERVICE_NAME
from services.intake.rules import IntakeRules

EVERY_SECONDS = 5.0


async def watch(runtime: Runtime) -> None:
    """Look again and again, until cancelled."""
    await look_again(partial(look, runtime), EVERY_SECONDS, "feed silence")


async def look(runtime: Runtime) -> None:
    """Note what is other than it was last seen, of every feed that the rules name and every municipality that is live."""
    async with runtime.pool.acquire() as conn:
        moment = await runtime.tables.moment(conn)
        today = day_of(moment)
        watched = _watched(runtime, today)
        held = {(row.municipality, row.feed): row for row in await store.rows(conn)} if watched else {}
        seen = await store.last_seen(conn, watched)
        new = [(code, feed) for code, feed in watched if not _is_known(seen[code, feed], held.get((code, feed)), today)]
        units = {code: await hold_store.top_unit(conn, code) for code in {code for code, _ in new}}
    for code, feed in new:
        subject = feed_subject(code, feed)
        note = FeedSeen(municipality=code, feed=feed, last_seen=seen[code, feed], unit_id=units[code] or subject.id)
        fact = fact_id(SERVICE_NAME, subject, ("seen", moment.isoformat()))
        await runtime.record({subject: [Revision(fact, 0, 1, True, moment, note, note.wire)]})


def _watched(runtime: Runtime, today: date) -> list[tuple[str, str]]:
    live = [(code, rules) for code, rules in sorted(runtime.rules.items()) if rules.live_from <= today]
    return [(code, feed) for code, rules in live for feed in sorted(rules.read(IntakeRules).feeds_silent_after_working_days)]


def _is_known(last_seen: datetime | None, row: FeedRow | None, today: date) -> bool:
    """Whether nothing is to be noted: not heard on a later day, and not silent for too long since the row was written."""
    if row is None or heard_on(last_seen) > heard_on(row.last_seen):
        return False
    return row.opens is None or row.asked_on is not None or today < row.opens


async def alarms(conn: Connection, moment: datetime) -> Iterable[Alarm]:
    """For how long each watched feed has been quiet, and whether that is too long."""
    today = day_of(moment)
    return [
        Alarm(
            name=f"feed-{row.feed}",
            municipality=row.municipality,
            days=(today - row.waiting_since).days,
            is_raised=row.asked_on is not None,
            words=f"nothing from feed {row.feed} since {row.waiting_since}",
        )
        for row in await store.rows(conn)
        if row.opens is not None
    ]
