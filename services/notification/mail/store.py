"""Every SQL statement of mail: what waits, for whom, about what; who chose what; which digests went out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.chassis.calendar import day_of
from services.chassis.ids import named
from services.chassis.service import Changed, Connection
from services.chassis.tables.sessions import become_the_only_one
from services.notification.domain.mailing import MailWanted, Occasion

SENDER_LOCK = 730_712
KEPT = timedelta(days=180)
"""So long is kept that a mail went out: to tell a person who asks, and to know what comes back."""

Wanted = tuple[UUID, str, UUID, str, UUID, datetime, datetime]
"""Id, municipality, recipient, occasion, about what, made at, not before."""

COLUMNS = (
    "unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[])"
    " AS w (mail_id, municipality, recipient, occasion, about, made_at, next_try)"
)
GATHER = f"""
WITH wanted AS (SELECT * FROM {COLUMNS}), made AS (
    INSERT INTO mail AS m (mail_id, municipality, recipient, occasion, made_at, next_try)
    SELECT DISTINCT ON (recipient, occasion) mail_id, municipality, recipient, occasion, made_at, next_try
    FROM wanted ORDER BY recipient, occasion, mail_id
    ON CONFLICT (recipient, occasion) WHERE state = 'waiting' AND NOT is_closed
        DO UPDATE SET next_try = least(m.next_try, EXCLUDED.next_try)
    RETURNING m.mail_id, m.recipient, m.occasion
)
INSERT INTO mail_about (mail_id, about)
SELECT made.mail_id, wanted.about FROM wanted JOIN made USING (recipient, occasion) ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own words
ONCE = f"""
INSERT INTO mail (mail_id, municipality, recipient, occasion, made_at, next_try)
SELECT mail_id, municipality, recipient, occasion, made_at, next_try FROM {COLUMNS} ORDER BY recipient, mail_id ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own words
RECIPIENTS = """
SELECT who.person FROM (
    SELECT seen.person FROM task t
    CROSS JOIN LATERAL unnest(array_append(array_append(t.shared_with, t.holder), t.escalated_to)) AS seen (person)
    WHERE t.municipality = $1 AND seen.person IS NOT NULL AND t.about_person IS DISTINCT FROM seen.person
      AND (t.state = 'open' AND t.due <= $3 OR t.state = 'planned' AND t.opens <= $3)
    UNION SELECT recipient FROM coming WHERE municipality = $1 AND day BETWEEN $2 AND $3
) AS who
WHERE NOT EXISTS (SELECT FROM mail_choice c WHERE c.person = who.person AND NOT c.digest)
ORDER BY who.person
"""
CLAIM = """
UPDATE mail m SET is_closed = true
FROM (SELECT mail_id FROM mail WHERE state = 'waiting' AND next_try <= $1 ORDER BY next_try, mail_id LIMIT $2) due
WHERE m.mail_id = due.mail_id
RETURNING m.mail_id, m.municipality, m.recipient, m.occasion, m.made_at, m.tries
"""


@dataclass(frozen=True, slots=True)
class Mail:
    """One that is to go out now. `about`: tasks or mentorings; of a digest, and of what a mail may not name, none."""

    mail_id: UUID
    municipality: str
    recipient: UUID
    occasion: Occasion
    made_at: datetime
    tries: int
    about: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose: the language of mails, and whether there is a digest."""

    language: str = "da"
    digest: bool = True


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """The mails that were decided just now, each once."""
    found = [_wanted(change, r.fact, r.body, r.known_at) for change in changed for r in change.recorded if isinstance(r.body, MailWanted)]
    await put(conn, [mail for mail in found if mail[3] != Occasion.FOLLOW_UP])
    await put_once(conn, [mail for mail in found if mail[3] == Occasion.FOLLOW_UP])


def _wanted(change: Changed, fact: UUID, body: MailWanted, made_at: datetime) -> Wanted:
    """Its id is that of recipient and occasion, so that a repetition has the same `Message-ID`."""
    mail_id = named(fact, f"{body.recipient}/{body.occasion}".encode())
    if body.occasion is Occasion.FOLLOW_UP:
        mail_id = daily_id(body.recipient, Occasion.FOLLOW_UP, day_of(body.not_before))
    return mail_id, change.subject.municipality, body.recipient, body.occasion.value, change.subject.id, made_at, body.not_before


def daily_id(recipient: UUID, occasion: Occasion, day: date) -> UUID:
    """The id of the one mail of this occasion on a day."""
    return named(recipient, f"{occasion}/{day}".encode())


async def put(conn: Connection, mails: Sequence[Wanted]) -> None:
    """Mails that tell of something; what waits for the same person and occasion is told in one."""
    if mails:
        await conn.execute(GATHER, *_columns(mails))


async def put_once(conn: Connection, mails: Sequence[Wanted]) -> None:
    """Mails of which there is one a day at most; one that waits still stands for the next."""
    if mails:
        await conn.execute(ONCE, *_columns(mails))


async def begin_digest(conn: Connection, municipality: str, day: date, moment: datetime, card: str) -> bool:
    """Whether the digest of this day is ours to make: it was not made before."""
    done = await conn.execute(
        "INSERT INTO digest (municipality, day, made_at, mails, card) VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING",
        municipality,
        day,
        moment,
        card,
    )
    return bool(done.split()[-1] == "1")


async def recipients(conn: Connection, municipality: str, today: date, until: date) -> list[UUID]:
    """Whoever has something to do by then, or is told of somebody who comes or goes, and did not say no to digests.

    HR's mailbox is among them where people come and go whom nobody leads.
    """
    return [row["person"] for row in await conn.fetch(RECIPIENTS, municipality, today, until)]


async def has_queue(conn: Connection, municipality: str) -> bool:
    """Whether anything lies in HR's queue."""
    found: bool = await conn.fetchval(
        "SELECT EXISTS (SELECT FROM task WHERE municipality = $1 AND in_hr_queue AND state = 'open')", municipality
    )
    return found


async def count_digest(conn: Connection, municipality: str, day: date, mails: int) -> None:
    """So many mails the digest of a day has."""
    await conn.execute("UPDATE digest SET mails = $3 WHERE municipality = $1 AND day = $2", municipality, day, mails)


async def last_digests(conn: Connection, today: date) -> dict[str, date]:
    """The day of the last digest of each municipality; what was made before the clock of a local stack was set back does not count."""
    rows = await conn.fetch("SELECT municipality, max(day) AS day FROM digest WHERE day <= $1 GROUP BY 1", today)
    return {row["municipality"]: row["day"] for row in rows}


async def waiting_cards(conn: Connection) -> list[tuple[str, date]]:
    """The cards of counts that are not posted yet; of each municipality the latest one."""
    rows = await conn.fetch("SELECT municipality, max(day) AS day FROM digest WHERE card = 'waiting' GROUP BY 1 ORDER BY 1")
    return [(row["municipality"], row["day"]) for row in rows]


async def settle_card(conn: Connection, municipality: str, day: date, state: str) -> None:
    """The card of a day, and what waited before it, was posted or could not be."""
    await conn.execute("UPDATE digest SET card = $3 WHERE municipality = $1 AND day <= $2 AND card = 'waiting'", municipality, day, state)


async def card_counts(conn: Connection, municipality: str, today: date, sunday: date) -> Mapping[str, int]:
    """How many tasks are open, late, due this week and with HR: counts of everybody's, about nobody."""
    row = await conn.fetchrow(
        "SELECT count(*) AS open, count(*) FILTER (WHERE closes < $2) AS late,"
        " count(*) FILTER (WHERE due <= $3 AND closes >= $2) AS this_week, count(*) FILTER (WHERE in_hr_queue) AS with_hr"
        " FROM task WHERE municipality = $1 AND state = 'open'",
        municipality,
        today,
        sunday,
    )
    return dict(row or {})


async def take_sender(conn: Connection) -> bool:
    """Whether this session is now the only sender; it stays so until the session ends (`database.session`)."""
    return await become_the_only_one(conn, SENDER_LOCK)


async def claim(conn: Connection, moment: datetime, limit: int) -> list[Mail]:
    """The longest waiting mails whose time has come, those a stopped sender had taken too; nothing more is told in them.

    What they are about is read afterwards: who was adding to one is waited for.
    """
    rows = await conn.fetch(CLAIM, moment, limit)
    told: dict[UUID, list[UUID]] = {}
    for row in await conn.fetch(
        "SELECT mail_id, about FROM mail_about WHERE mail_id = ANY($1::uuid[]) ORDER BY about", [r[0] for r in rows]
    ):
        told.setdefault(row["mail_id"], []).append(row["about"])
    return [Mail(r[0], r[1], r[2], Occasion(r[3]), r[4], r[5], tuple(told.get(r[0], ()))) for r in rows]


async def settle(conn: Connection, mail_id: UUID, state: str, moment: datetime, why: str | None = None) -> None:
    """It was sent, or never will be."""
    await conn.execute(
        "UPDATE mail SET state = $2, settled_at = $3, why = $4 WHERE mail_id = $1 AND state = 'waiting'", mail_id, state, moment, why
    )


async def try_again(conn: Connection, mail_id: UUID, at: datetime, why: str) -> None:
    """It did not go out for now."""
    await conn.execute("UPDATE mail SET tries = tries + 1, next_try = $2, why = $3 WHERE mail_id = $1", mail_id, at, why)


async def settle_bounced(conn: Connection, mail_id: UUID, moment: datetime, why: str) -> tuple[str, UUID] | None:
    """It came back, at once or days later: municipality and recipient; none where it is unknown or known to have come back."""
    row = await conn.fetchrow(
        "UPDATE mail SET state = 'bounced', settled_at = $2, why = $3 WHERE mail_id = $1 AND state <> 'bounced'"
        " RETURNING municipality, recipient",
        mail_id,
        moment,
        why,
    )
    return (row["municipality"], row["recipient"]) if row else None


async def held_by(conn: Connection, person: UUID) -> list[UUID]:
    """The open tasks that somebody holds."""
    rows = await conn.fetch("SELECT task_id FROM task WHERE holder = $1 AND state = 'open' ORDER BY task_id", person)
    return [row["task_id"] for row in rows]


async def choices(conn: Connection, persons: Iterable[UUID]) -> Mapping[UUID, Choice]:
    """What people chose, where they did."""
    rows = await conn.fetch("SELECT person, language, digest FROM mail_choice WHERE person = ANY($1::uuid[])", list(persons))
    return {row["person"]: Choice(row["language"], row["digest"]) for row in rows}


async def choose(conn: Connection, person: UUID, municipality: str, choice: Choice, moment: datetime) -> None:
    """Somebody chose."""
    await conn.execute(
        "INSERT INTO mail_choice (person, municipality, language, digest, changed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person)"
        " DO UPDATE SET language = EXCLUDED.language, digest = EXCLUDED.digest, changed_at = EXCLUDED.changed_at",
        person,
        municipality,
        choice.language,
        choice.digest,
        moment,
    )


async def forget_old(conn: Connection, moment: datetime) -> None:
    """Let go of what went out long ago."""
    await conn.execute("DELETE FROM mail WHERE state <> 'waiting' AND settled_at < $1", moment - KEPT)


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
