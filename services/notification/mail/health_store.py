"""Every SQL statement about how it is with mail: what waits, since when and why, and what never arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.service import Connection

UNDELIVERED_SHOWN = timedelta(days=60)

WAITING = """
SELECT m.municipality, count(*) AS mails, min(m.next_try) AS since, s.sends, s.problem
FROM mail m CROSS JOIN mail_state s WHERE m.state = 'waiting' AND m.next_try <= $1
GROUP BY m.municipality, s.sends, s.problem ORDER BY m.municipality
"""
PENDING = """
SELECT CASE WHEN s.sends THEN (SELECT count(*) FROM mail WHERE state = 'waiting' AND next_try <= $1 AND tries = 0) ELSE 0 END
    + CASE WHEN s.looked_until < $1 - interval '60 seconds' THEN 1 ELSE 0 END AS pending
FROM mail_state s
"""
TROUBLES = "SELECT municipality, kind, opens FROM task WHERE kind = ANY($1::text[]) AND state = 'open' ORDER BY municipality, kind"
UNDELIVERED = """
SELECT recipient, max(occasion) AS occasion, max(state) AS state, count(*) AS mails, max(settled_at) AS last_at, max(why) AS why
FROM mail WHERE municipality = $1 AND state IN ('bounced', 'unaddressed') AND settled_at >= $2
GROUP BY recipient ORDER BY max(settled_at) DESC, recipient LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mails of a municipality whose time has come: how many, since when, and what is known of why."""

    municipality: str
    mails: int
    since: datetime
    sends: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Somebody whom mail did not reach: how, how often, when last, and what the server said (a code, never a text)."""

    recipient: UUID
    state: str
    mails: int
    last_at: datetime
    why: str | None


async def waiting(conn: Connection, moment: datetime) -> list[Waiting]:
    """What ought to be gone by now."""
    return [Waiting(*row) for row in await conn.fetch(WAITING, moment)]


async def pending(conn: Connection, moment: datetime) -> int:
    """Mails that are due and were not tried yet, and whether digests due by now may still be unmade."""
    found: int = await conn.fetchval(PENDING, moment)
    return found


async def troubles(conn: Connection, kinds: Sequence[str]) -> list[tuple[str, str, datetime]]:
    """Our own tasks of HR: municipality, kind and day."""
    return [(row["municipality"], row["kind"], row["opens"]) for row in await conn.fetch(TROUBLES, list(kinds))]


async def late_digests(conn: Connection, due_before: datetime) -> frozenset[str]:
    """The municipalities of which a digest that was due before still waits to be sent."""
    rows = await conn.fetch(
        "SELECT DISTINCT municipality FROM mail WHERE state = 'waiting' AND occasion = 'digest' AND made_at < $1", due_before
    )
    return frozenset(row["municipality"] for row in rows)


async def undelivered(conn: Connection, municipality: str, moment: datetime) -> list[Undelivered]:
    """Whom mail did not reach lately, the latest first."""
    rows = await conn.fetch(UNDELIVERED, municipality, moment - UNDELIVERED_SHOWN)
    return [Undelivered(r["recipient"], r["state"], r["mails"], r["last_at"], r["why"]) for r in rows]


async def note_server(conn: Connection, *, sends: bool) -> None:
    """Whether there is a mail server; why it took nothing last stays until it takes something."""
    await conn.execute("UPDATE mail_state SET sends = $1, problem = CASE WHEN $1 THEN problem END WHERE sends <> $1", sends)


async def note_sending(conn: Connection, problem: str | None, *, sends: bool) -> None:
    """How it is with sending, where that is news: whether there is a mail server, and why it takes nothing (a word, never a text)."""
    await conn.execute("UPDATE mail_state SET sends = $1, problem = $2 WHERE (sends, problem) IS DISTINCT FROM ($1, $2)", sends, problem)


async def note_looked(conn: Connection, moment: datetime) -> None:
    """All digests due by then are made."""
    await conn.execute("UPDATE mail_state SET looked_until = $1", moment)
