"""How it is with mail, for measures and `forbliv status`: what waits and why, and what HR has a task about."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.chassis.calendar import day_of
from services.chassis.service import Alarm, Connection
from services.notification.mail import health_store as store
from services.notification.mail.health_store import Waiting
from services.notification.mail.server import WORDS as SERVER_WORDS
from services.notification.mail.server import Hindrance
from services.notification.mail.trouble import WORDS

PATIENCE = timedelta(minutes=15)
"""So long a mail may wait for a mail server that is away before anybody is told."""


async def pending(conn: Connection, moment: datetime) -> int:
    """Mails that are due and were not tried yet, and whether a digest may be due."""
    return await store.pending(conn, moment)


async def alarms(conn: Connection, moment: datetime) -> Iterable[Alarm]:
    """Mails that wait for a mail server, and what HR has a task about."""
    found = [_waiting(row, moment) for row in await store.waiting(conn, moment)]
    for municipality, kind, since in await store.troubles(conn, list(WORDS)):
        found.append(Alarm(kind, municipality, (day_of(moment) - since).days, True, f"{WORDS[kind]} since {since}"))
    return found


def _waiting(row: Waiting, moment: datetime) -> Alarm:
    why = why_waiting(row) or "the mail server takes them slowly"
    return Alarm(
        name="mail-waiting",
        municipality=row.municipality,
        days=(moment - row.since).days,
        is_raised=_needs_somebody(row) or moment - row.since > PATIENCE,
        words=f"{row.mails} mails wait since {day_of(row.since)}: {why}",
    )


def why_waiting(row: Waiting) -> str | None:
    """Why mails are not gone, in words for the operator; none where nothing is wrong that we know of."""
    if not row.sends:
        return "no mail server is set (FORBLIV_SMTP_HOST)"
    return SERVER_WORDS.get(row.problem, row.problem) if row.problem else None


def _needs_somebody(row: Waiting) -> bool:
    """Whether nothing goes out until a person changes something."""
    return not row.sends or (row.problem in set(Hindrance) and not Hindrance(row.problem).passes)
