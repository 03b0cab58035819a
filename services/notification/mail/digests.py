"""The run of the digest: once per municipality and digest day, all its mails in one transaction, when all that was said until then is read.

After a downtime the last digest that was missed goes out, not each of them: at once on its own day, else on the next working day.
"""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from services.chassis.calendar import Calendar, day_of
from services.chassis.logs import Word, log
from services.chassis.resting import look_again
from services.chassis.rules import Rules
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.notification.domain.mailing import Occasion, hr_of
from services.notification.domain.moments import hour_of, is_open, last_digest
from services.notification.mail import card, coming_store, health_store, store, trouble
from services.notification.mail.trouble import Trouble
from services.notification.rules import TaskRules

EVERY_SECONDS = 2.0
LATE_AFTER = timedelta(hours=2)
"""A digest that has not gone out so long after its hour is one that did not go out."""


PATIENCE_SECONDS = 300.0
"""So long it must be late under our eyes before HR is told: after a downtime, ours or the mail server's, it may be on its way."""


class Lateness:
    """For how long a digest has been late while this process looked: who was asleep himself makes it, and accuses nobody."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        """None is late yet."""
        self._patience = patience
        self._since: dict[str, float] = {}

    def holds(self, municipality: str, *, is_late: bool) -> bool:
        """Whether it has been late for longer than anybody should wait."""
        now = asyncio.get_running_loop().time()
        since = self._since.setdefault(municipality, now)
        if not is_late:
            del self._since[municipality]
        return is_late and now - since >= self._patience


async def make_digests(runtime: Runtime) -> None:
    """Look again and again, until cancelled."""
    await look_again(partial(look, runtime, Lateness()), EVERY_SECONDS, "digests")


async def look(runtime: Runtime, lateness: Lateness) -> None:
    """Make what is due in every municipality, post its card, and tell HR where a digest did not go out."""
    async with runtime.pool.acquire() as conn:
        stamp = await runtime.tables.moment(conn)
        made = await store.last_digests(conn, day_of(stamp))
        late = await health_store.late_digests(conn, stamp - LATE_AFTER)
    looked_until = stamp
    for municipality, rules in sorted(runtime.rules.items()):
        calendar = (await runtime.snapshot(municipality)).calendar(None, day_of(stamp))
        day = _unmade(rules, calendar, stamp, made.get(municipality))
        if day is not None and not await _made(runtime, municipality, day, calendar):
            looked_until = min(looked_until, hour_of(day, rules.read(TaskRules)) - LATE_AFTER)
        is_late = municipality in late or _unmade(rules, calendar, stamp - LATE_AFTER, made.get(municipality)) is not None
        await _tell(runtime, municipality, stamp, is_late=is_late, is_told=lateness.holds(municipality, is_late=is_late))
    await card.post_waiting(runtime, stamp)
    async with runtime.pool.acquire() as conn:
        await health_store.note_looked(conn, looked_until)


def _unmade(rules: Rules, calendar: Calendar, now: datetime, made: date | None) -> date | None:
    """The day of the last digest by now, where none was made since; of one that is not live none is owed."""
    day = last_digest(now, rules.read(TaskRules), calendar)
    return None if day is None or day < rules.live_from or (made is not None and made >= day) else day


async def _made(runtime: Runtime, municipality: str, day: date, calendar: Calendar) -> bool:
    """Make the digest of a day, unless it must wait: until all that was said before its hour is read, and whoever was to be woken
    before it has been; and nobody is written to at night or on a day off.
    """
    rules = runtime.rules[municipality].read(TaskRules)
    kinds = [kind.name for kind in runtime.service.subjects]
    async with runtime.transaction() as (conn, moment):
        next_wake = await runtime.tables.next_wake(conn, kinds, runtime.service.code_version)
        hour = hour_of(day, rules)
        if moment.now < hour or (next_wake is not None and next_wake <= hour):
            return False
        if is_open(moment.stamp, rules, calendar):
            await _make(runtime, conn, municipality, day, moment.stamp)
    return True


async def _make(runtime: Runtime, conn: Connection, municipality: str, day: date, moment: datetime) -> None:
    """A mail for whoever has something to do or leads somebody who comes or goes, unless another worker has made them."""
    state = "off" if runtime.settings.card_webhook(municipality) is None else "waiting"
    if not await store.begin_digest(conn, municipality, day, moment, state):
        return
    await coming_store.forget_over(conn, municipality, day_of(moment))
    people = await _recipients(conn, municipality, runtime.rules[municipality].read(TaskRules), day_of(moment))
    kind = Occasion.DIGEST
    mails = [(store.daily_id(who, kind, day), municipality, who, kind.value, who, moment, moment) for who in people]
    await store.put_once(conn, mails)
    await store.count_digest(conn, municipality, day, len(mails))
    log(Word.DIGEST_MADE, municipality=municipality, count=len(mails))


async def _recipients(conn: Connection, municipality: str, rules: TaskRules, today: date) -> list[UUID]:
    people = {*await store.recipients(conn, municipality, today, today + timedelta(days=rules.coming_days))}
    hr = hr_of(municipality)
    if await store.has_queue(conn, municipality):
        people.add(hr)
    return sorted(people if rules.hr_mail else people - {hr})


async def _tell(runtime: Runtime, municipality: str, moment: datetime, *, is_late: bool, is_told: bool) -> None:
    """HR has a task while the last digest is late though there is a mail server; where there is none, an alarm says so."""
    if not runtime.settings.sends_mail:
        return
    if is_told:
        await trouble.tell(runtime, Trouble.NO_DIGEST, municipality, moment)
    elif not is_late:
        await trouble.settle(runtime, Trouble.NO_DIGEST, municipality, moment)
