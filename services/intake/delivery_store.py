"""Every SQL statement about what people are told of a delivery: who brought it, how it was read, what it said, what became of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.chassis.service import Connection

BRING = """
update delivery set way_in = $2, brought_as = $3, brought_by = $4, mapping = $5, corrects = $6, corrects_file = $7, corrects_lines = $8
where id = $1 and brought_as = ''
"""
TURN_DOWN = "update delivery set turned_down = $2, turned_down_fields = $3 where id = $1 and not done"
KEEP_MAPPING = "insert into mapping_used (digest, body) values ($1, $2) on conflict do nothing"
MAPPING = "select body from delivery join mapping_used on mapping_used.digest = delivery.mapping where id = $1"
COUNT_SAID = """
insert into delivery_said (delivery, type, count) select $1, * from unnest($2::text[], $3::int[])
on conflict (delivery, type) do update set count = delivery_said.count + excluded.count
"""
COUNT_NOTES = """
insert into delivery_note (delivery, word, count) select $1, * from unnest($2::text[], $3::int[])
on conflict (delivery, word) do update set count = delivery_note.count + excluded.count
"""
NOTES = "select word, count from delivery_note where delivery = $1 order by word"
KEEP_FILES = """
insert into delivery_file (delivery, place, sealed)
select $1, place - 1, sealed from unnest($2::bytea[]) with ordinality as t (sealed, place) on conflict do nothing
"""
FILES = "select sealed, count(*) over () as files from delivery_file where delivery = $1 order by place limit $2"
SAID = "select type, count from delivery_said where delivery = $1 order by type"
SHOW = """
select id, municipality, feed, digest, received_at, made_at, first_load, done, seen, refused, way_in, brought_as, brought_by,
       corrects, corrects_file,
       turned_down, turned_down_fields, erased_before, again, again_at,
       (select count(*) from refused_row where delivery = id and settled_by is null) as open,
       hold.ending, hold.employed, hold.percent, hold.decided, hold.decided_as, hold.decided_by, hold.decided_at, hold.why
from delivery left join hold on hold.delivery = id
"""
LATEST = f"""{SHOW} where municipality = $1
order by (hold.delivery is not null and decided is null and not done and turned_down is null) desc, received_at desc, id limit $2
"""
ONE = f"{SHOW} where municipality = $1 and id = $2"
ANYWHERE = f"{SHOW} where id = $1"
EVERYWHERE = f"{SHOW} order by received_at desc, id limit $1"
CORRECTIONS = "select id, received_at from delivery where corrects = $1 order by received_at, id"


class Bringer(StrEnum):
    """As what somebody brings a delivery."""

    OPERATOR = "operator"
    SOURCE = "source"
    HR = "hr"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Brought:
    """Who did something: an operator's login name, a source's name, or the person key of somebody in HR."""

    role: Bringer
    by: str


UNKNOWN = Brought(Bringer.UNKNOWN, "")


class State(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    RELEASED = "released"
    DROPPED = "dropped"
    DONE = "done"
    UNDER_WAY = "under-way"
    TURNED_DOWN = "turned-down"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a delivery was held back, and what was decided of it. `percent`: the limit it went over."""

    ending: int
    employed: int
    percent: Decimal
    decided: str | None = None
    by: Brought = UNKNOWN
    at: datetime | None = None
    why: str | None = None

    @property
    def share(self) -> Decimal:
        """How many percent it would end."""
        return Decimal(100 * self.ending) / (self.employed or 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery for people: counts, no content. `open`: refused rows that were not put right."""

    id: UUID
    municipality: str
    feed: str
    digest: str
    received_at: datetime
    made_at: datetime | None
    first_load: bool
    done: bool
    seen: int
    refused: int
    open: int
    way_in: str
    brought: Brought
    corrects: UUID | None
    corrects_file: str | None
    hold: Hold | None
    turned_down: str | None
    turned_down_fields: Mapping[str, str]
    erased_before: int
    """Rows about somebody who was erased, which were passed over."""
    again: int
    again_at: datetime | None
    """How often the same came again, and when it last did."""

    @property
    def taken(self) -> int:
        """How many of its rows were taken."""
        return self.seen - self.refused - self.erased_before

    @property
    def is_read(self) -> bool:
        """Whether its rows were counted: one that cannot be read is turned down before that."""
        return self.seen > 0 or self.turned_down is None

    @property
    def state(self) -> State:
        """What became of it."""
        if self.done:
            return State.DONE
        if self.turned_down is not None and (self.hold is None or self.hold.decided != State.DROPPED):
            return State.TURNED_DOWN
        if self.hold is None:
            return State.UNDER_WAY
        return State(self.hold.decided) if self.hold.decided else State.WAITING


@dataclass(frozen=True, slots=True)
class Correcting:
    """What a delivery puts right: rows of another one, of one of its files (none: of all), on these lines (none: all)."""

    delivery: UUID
    file_ref: str | None = None
    lines: frozenset[int] | None = None


async def bring(
    conn: Connection, delivery: UUID, way_in: str, brought: Brought, mapping: tuple[str, str] | None = None, of: Correcting | None = None
) -> None:
    """Note who brought a delivery and how it is read (digest and content of its mapping); who brings it again is not noted."""
    if mapping is not None:
        await conn.execute(KEEP_MAPPING, *mapping)
    lines = sorted(of.lines) if of and of.lines is not None else None
    corrects = (of.delivery, of.file_ref, lines) if of else (None, None, None)
    await conn.execute(BRING, delivery, way_in, brought.role.value, brought.by, mapping and mapping[0], *corrects)


async def turn_down(conn: Connection, delivery: UUID, reason: str | None, fields: Mapping[str, str]) -> None:
    """Note why a delivery was refused whole; none: it is not."""
    await conn.execute(TURN_DOWN, delivery, reason, json.dumps(fields))


async def mapping_of(conn: Connection, delivery: UUID) -> str | None:
    """The content of the mapping a delivery was read with."""
    found: str | None = await conn.fetchval(MAPPING, delivery)
    return found


async def count_said(conn: Connection, delivery: UUID, said: Mapping[str, int]) -> None:
    """Add what a transaction of the delivery said."""
    if said:
        await conn.execute(COUNT_SAID, delivery, list(said), list(said.values()))


async def said(conn: Connection, delivery: UUID) -> dict[str, int]:
    """What a delivery said, by event type."""
    return {row["type"]: row["count"] for row in await conn.fetch(SAID, delivery)}


async def count_notes(conn: Connection, delivery: UUID, notes: Mapping[str, int]) -> None:
    """Add what a transaction of the delivery found worth knowing, by word."""
    if notes:
        await conn.execute(COUNT_NOTES, delivery, list(notes), list(notes.values()))


async def notes(conn: Connection, delivery: UUID) -> dict[str, int]:
    """What is worth knowing of a delivery, by word."""
    return {row["word"]: row["count"] for row in await conn.fetch(NOTES, delivery)}


async def keep_files(conn: Connection, delivery: UUID, names: Sequence[bytes]) -> None:
    """The names of the files of a delivery, encrypted; where it came before, those it had then."""
    await conn.execute(KEEP_FILES, delivery, names)


async def files(conn: Connection, delivery: UUID, limit: int) -> tuple[list[bytes], int]:
    """The names of its first files, encrypted, and how many files it has."""
    rows = await conn.fetch(FILES, delivery, limit)
    return [row["sealed"] for row in rows], rows[0]["files"] if rows else 0


async def latest(conn: Connection, municipality: str, limit: int = 50) -> list[Shown]:
    """The deliveries of a municipality: those that wait, then the latest."""
    return [shown_of(dict(row)) for row in await conn.fetch(LATEST, municipality, limit)]


async def one(conn: Connection, municipality: str, delivery: UUID) -> Shown | None:
    """One delivery of a municipality."""
    row = await conn.fetchrow(ONE, municipality, delivery)
    return shown_of(dict(row)) if row else None


async def anywhere(conn: Connection, delivery: UUID) -> Shown | None:
    """One delivery, for the operator."""
    row = await conn.fetchrow(ANYWHERE, delivery)
    return shown_of(dict(row)) if row else None


async def everywhere(conn: Connection, limit: int) -> list[Shown]:
    """The latest deliveries of all municipalities, for the operator."""
    return [shown_of(dict(row)) for row in await conn.fetch(EVERYWHERE, limit)]


async def corrections(conn: Connection, delivery: UUID) -> list[tuple[UUID, datetime]]:
    """The deliveries that put rows of this one right."""
    return [(row["id"], row["received_at"]) for row in await conn.fetch(CORRECTIONS, delivery)]


def shown_of(row: Mapping[str, Any]) -> Shown:
    """A row of `SHOW`."""
    told = dict(row)
    held = {name: told.pop(name) for name in ("ending", "employed", "percent", "decided", "why")}
    by, at = _brought(told.pop("decided_as"), told.pop("decided_by")), told.pop("decided_at")
    told["turned_down_fields"] = json.loads(told["turned_down_fields"] or "{}")
    brought = _brought(told.pop("brought_as"), told.pop("brought_by"))
    return Shown(**told, brought=brought, hold=None if held["ending"] is None else Hold(**held, by=by, at=at))


def _brought(role: str | None, by: str | None) -> Brought:
    return Brought(Bringer(role), by or "") if role else UNKNOWN
