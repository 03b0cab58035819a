"""Watches for silence: looks what is heard, and notes it where it is other than it was last seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from contracts.hr import Hired
from contracts.words import Silent
from services.chassis.calendar import day_of
from services.chassis.resting import look_again
from services.chassis.rules import Rules
from services.chassis.runtime import Runtime
from services.chassis.service import Alarm, Connection
from services.chassis.subject import Revision, Subject, fact_id
from services.chassis.tables import heard
from services.retention import silence_store as store
from services.retention.domain.silence import SilenceRow, SilenceSeen, subject_of
from services.retention.rules import RetentionRules

EVERY_SECONDS = 5.0
WORDS = {Silent.HR_EVENTS: "no HR event", Silent.EXIT_OFFERS: "no exit offer while people leave"}
Seen = tuple[Silent, date | None, date | None]
"""What, when it was last heard, and since when it should have been heard again."""


async def watch(runtime: Runtime) -> None:
    """Look again and again, until cancelled."""
    await look_again(partial(look, runtime), EVERY_SECONDS, "silence")


async def look(runtime: Runtime) -> None:
    """Note what is other than it was last seen, in every municipality that the rules know, heard of or not.

    Where nobody has told of an organisation the municipality itself stands for its unit: HR's queue needs none.
    """
    async with runtime.pool.acquire() as conn:
        heard_of = await _heard(conn)
        held = {(row.municipality, row.what): row for row in await store.rows(conn)}
        moment = await runtime.tables.moment(conn)
    today = day_of(moment)
    for municipality, rules in sorted(runtime.rules.items()):
        if not _is_watched(rules.read(RetentionRules)):
            continue
        subject = subject_of(municipality)
        unit = (await runtime.snapshot(municipality)).organisation().root(today) or subject.id
        seen = heard_of.get(municipality) or _never_heard_of(rules, today)
        new = [s for s in seen if not _is_known(s, unit, held.get((municipality, s[0])))]
        if new:
            await runtime.record({subject: [_note(subject, s, unit, moment) for s in new]})


def _is_watched(rules: RetentionRules) -> bool:
    return bool(rules.silence_hr_events_working_days or rules.silence_exit_offers_working_days)


def _never_heard_of(rules: Rules, today: date) -> Sequence[Seen]:
    """A source that never spoke is waited for from the day the municipality is live; nothing before that day."""
    return ((Silent.HR_EVENTS, None, rules.live_from),) if rules.live_from <= today else ()


async def _heard(conn: Connection) -> Mapping[str, Sequence[Seen]]:
    events = await heard.last_heard(conn, Hired.topic)
    offers = await store.offers(conn)
    return {
        municipality: (
            (Silent.HR_EVENTS, last_on, last_on),
            *([(Silent.EXIT_OFFERS, offers[municipality].last_on, offers[municipality].since)] if municipality in offers else []),
        )
        for municipality, last_on in events.items()
    }


def _is_known(seen: Seen, unit: UUID, row: SilenceRow | None) -> bool:
    return row is not None and (*seen, unit) == (row.what, row.heard_on, row.waiting_since, row.unit_id)


def _note(subject: Subject, seen: Seen, unit: UUID, moment: datetime) -> Revision[SilenceSeen]:
    what, heard_on, waiting_since = seen
    body = SilenceSeen(municipality=subject.municipality, what=what, heard_on=heard_on, waiting_since=waiting_since, unit_id=unit)
    return Revision(fact_id("retention", subject, ("seen", what, moment.isoformat())), 0, 1, True, moment, body, body.wire)


async def alarms(conn: Connection, moment: datetime) -> Iterable[Alarm]:
    """How long it has been quiet everywhere, and whether that is too long."""
    today = day_of(moment)
    return [
        Alarm(
            name=f"silence-{row.what}",
            municipality=row.municipality,
            days=(today - row.waiting_since).days,
            is_raised=row.opens is not None and row.opens <= today,
            words=f"{WORDS[row.what]} since {row.waiting_since}",
        )
        for row in await store.rows(conn)
        if row.waiting_since is not None
    ]
