"""Records no code can read, kept whole with the reason until they are settled: read after all, outrun or dropped."""

import base64
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.hr import PersonNamed
from services.chassis.envelope import Record
from services.chassis.remains import Invalid
from services.chassis.service import Connection

Headers = list[tuple[str, bytes | None]]
LINE = (
    'id, topic, partition, "offset", type, municipality, subject, fact, epoch, revision, reason, attempts, died_at,'
    " settled, settled_at, settled_by, why"
)


CONTENT = 'SELECT topic, partition, "offset", key, body, headers FROM dead_letter WHERE id = $1 AND settled IS NULL'
HELD_CONTENT = f"{CONTENT} FOR UPDATE"


class Settled(StrEnum):
    """What became of a letter."""

    READ = "read"
    OUTRUN = "outrun"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter without its content: where it lay, what its intact headers told, why nobody could read it, how it ended."""

    id: int
    topic: str
    partition: int
    offset: int
    type: str | None
    municipality: str | None
    subject: UUID | None
    fact: UUID | None
    epoch: int | None
    revision: int | None
    reason: str
    attempts: int
    died_at: datetime
    settled: str | None
    settled_at: datetime | None
    settled_by: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """The raw record of an open letter, as the bus gave it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


async def bury(conn: Connection, dead: Sequence[tuple[Record, Invalid]], moment: datetime) -> None:
    """Keep the records no code can read, whole, with the reason."""
    if not dead:
        return
    await conn.executemany(
        'INSERT INTO dead_letter (topic, partition, "offset", key, headers, body, fact, epoch, revision, subject, type, municipality,'
        " reason, died_at, headers_md5) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, md5($5))"
        " ON CONFLICT DO NOTHING",
        [
            (
                *(r.topic, r.partition, r.offset, r.key, headers_text(r.headers), r.value),
                *(why.fact, why.epoch, why.number, why.subject, why.type, why.municipality, why.reason, moment),
            )
            for r, why in dead
        ],
    )


async def any_open(conn: Connection) -> bool:
    """Whether there is any letter that something heard could settle."""
    found: bool = await conn.fetchval("SELECT EXISTS (SELECT 1 FROM dead_letter WHERE settled IS NULL)")
    return found


async def outrun(conn: Connection, told: Iterable[tuple[UUID, int, int]], moment: datetime) -> None:
    """These revisions (fact, epoch, number) were read: a letter of the same fact that is no higher has nothing left to say."""
    facts, epochs, numbers = [], [], []
    for fact, epoch, number in told:
        facts.append(fact)
        epochs.append(epoch)
        numbers.append(number)
    await conn.execute(
        "UPDATE dead_letter l SET settled = 'outrun', settled_at = $4, key = NULL, headers = NULL, body = NULL"
        " FROM unnest($1::uuid[], $2::int[], $3::int[]) t(fact, epoch, revision)"
        " WHERE l.settled IS NULL AND l.fact = t.fact AND (l.epoch, l.revision) <= (t.epoch, t.revision)",
        facts,
        epochs,
        numbers,
        moment,
    )


async def outrun_by_reference(conn: Connection, facts: Collection[UUID], moment: datetime) -> None:
    """The same for letters of these facts that were buried after the reference or the names had read a higher revision."""
    await conn.execute(
        "UPDATE dead_letter l SET settled = 'outrun', settled_at = $1, key = NULL, headers = NULL, body = NULL"
        " WHERE l.settled IS NULL AND l.fact = ANY($2::uuid[]) AND (EXISTS (SELECT 1 FROM reference r WHERE r.fact = l.fact"
        " AND (r.epoch, r.revision) >= (l.epoch, l.revision)) OR EXISTS (SELECT 1 FROM directory d WHERE d.person = l.subject"
        " AND l.topic = 'hr.directory.v1' AND (d.epoch, d.revision) >= (l.epoch, l.revision)))",
        moment,
        list(facts),
    )


async def erase_letters(conn: Connection, persons: Sequence[UUID], moment: datetime) -> None:
    """A tombstone erases a name everywhere: also in the records of the directory that nobody could read, and no redrive brings it back."""
    await conn.execute(
        "UPDATE dead_letter SET settled = 'outrun', settled_at = $1, key = NULL, headers = NULL, body = NULL"
        " WHERE settled IS NULL AND topic = $2 AND subject = ANY($3::uuid[])",
        moment,
        PersonNamed.topic,
        list(persons),
    )


async def letters(conn: Connection, municipality: str | None = None, *, settled: bool = False, limit: int | None = None) -> list[Letter]:
    """The letters of all municipalities or of one, oldest first; with `settled` also those that are done with."""
    rows = await conn.fetch(
        f"SELECT {LINE} FROM dead_letter WHERE ($1::text IS NULL OR municipality = $1) AND (settled IS NULL OR $2) ORDER BY id LIMIT $3",  # noqa: S608 - the columns stand here
        municipality,
        settled,
        limit,
    )
    return [Letter(*row) for row in rows]


async def how_many(conn: Connection, *, settled: bool = False) -> int:
    """How many letters there are, of all municipalities; with `settled` also those that are done with."""
    found: int = await conn.fetchval("SELECT count(*) FROM dead_letter WHERE settled IS NULL OR $1", settled)
    return found


async def open_numbers(conn: Connection) -> list[int]:
    """The numbers of all open letters, oldest first."""
    return [row["id"] for row in await conn.fetch("SELECT id FROM dead_letter WHERE settled IS NULL ORDER BY id")]


async def latest_settled(conn: Connection, municipality: str, limit: int) -> list[Letter]:
    """The letters of a municipality that were settled last."""
    rows = await conn.fetch(
        f"SELECT {LINE} FROM dead_letter WHERE municipality = $1 AND settled IS NOT NULL ORDER BY settled_at DESC, id LIMIT $2",  # noqa: S608 - the columns stand here
        municipality,
        limit,
    )
    return [Letter(*row) for row in rows]


async def letter(conn: Connection, number: int, municipality: str | None = None) -> Letter | None:
    """One letter; with a municipality only if it is that one's."""
    row = await conn.fetchrow(
        f"SELECT {LINE} FROM dead_letter WHERE id = $1 AND ($2::text IS NULL OR municipality = $2)",  # noqa: S608 - the columns stand here
        number,
        municipality,
    )
    return Letter(*row) if row else None


async def nameless(conn: Connection) -> int:
    """How many open letters tell no municipality."""
    found: int = await conn.fetchval("SELECT count(*) FROM dead_letter WHERE settled IS NULL AND municipality IS NULL")
    return found


async def content(conn: Connection, number: int, *, hold: bool = False) -> Content | None:
    """The raw record of an open letter; with `hold` locked for this transaction. None where it is settled or was never there."""
    row = await conn.fetchrow(HELD_CONTENT if hold else CONTENT, number)
    if row is None:
        return None
    return Content(row["topic"], row["partition"], row["offset"], row["key"], row["body"], headers_of(row["headers"]))


async def still_unread(conn: Connection, number: int, reason: str) -> bool:
    """It was tried once more, in vain. Whether it was open."""
    done = await conn.execute(
        "UPDATE dead_letter SET attempts = attempts + 1, reason = $2 WHERE id = $1 AND settled IS NULL", number, reason
    )
    return done != "UPDATE 0"


async def settle(conn: Connection, number: int, how: Settled, moment: datetime, by: str, why: str | None = None) -> bool:
    """The letter is done with: a line stays, its content goes. Whether it was open."""
    done = await conn.execute(
        "UPDATE dead_letter SET settled = $2, settled_at = $3, settled_by = $4, why = $5, key = NULL, headers = NULL, body = NULL"
        " WHERE id = $1 AND settled IS NULL",
        number,
        how,
        moment,
        by,
        why,
    )
    return done != "UPDATE 0"


async def doubtful(conn: Connection, subjects: Collection[UUID], told_by: str | None = None) -> frozenset[UUID]:
    """Which of these subjects have an open letter under their key or of their fact: what was said about them nobody could read.

    `told_by`: the kind of subject that tells them what they know, where that is not the bus; a letter about one that did counts as well.
    """
    rows = await conn.fetch(
        "SELECT u.id FROM unnest($1::uuid[]) u(id)"
        " WHERE EXISTS (SELECT 1 FROM dead_letter l WHERE l.settled IS NULL AND (l.subject = u.id OR l.fact = u.id))"
        " OR u.id IN (SELECT s.to_id FROM dead_letter l JOIN statement s ON s.kind = $2 AND s.id = l.subject"
        " WHERE l.settled IS NULL AND s.to_id IS NOT NULL)",
        list(subjects),
        told_by,
    )
    return frozenset(row["id"] for row in rows)


def headers_text(headers: Iterable[tuple[str, bytes | None]]) -> str:
    """Raw headers, whatever bytes they hold, as JSON: name and base64 (or null)."""
    return json.dumps([[name, None if value is None else base64.b64encode(value).decode()] for name, value in headers])


def headers_of(text: str) -> Headers:
    """The reverse of `headers_text`."""
    return [(name, None if value is None else base64.b64decode(value)) for name, value in json.loads(text)]
