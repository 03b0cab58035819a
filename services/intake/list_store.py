"""The SQL statements of the list of deliveries: what is chosen, a page at a time, from any place in it to the older or the newer ones."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from services.chassis.ids import uuid_or_none
from services.chassis.service import Connection
from services.intake.delivery_store import SHOW, Shown, shown_of

FEEDS = "select distinct feed from delivery where municipality = $1 order by feed"
OLDER = "(received_at, id) < ($4, $5)", "order by received_at desc, id desc"
NEWER = "(received_at, id) > ($4, $5)", "order by received_at, id"
NEWEST = "$4::timestamptz is null and $5::uuid is null", OLDER[1]


class Look(StrEnum):
    """Which deliveries HR looks for."""

    WAITING = "waiting"
    REFUSED = "refused"
    OPEN = "open"


CHOSEN = {
    None: "true",
    Look.WAITING: "hold.delivery is not null and hold.decided is null and not done and turned_down is null",
    Look.REFUSED: "not done and (turned_down is not null or hold.decided = 'dropped')",
    Look.OPEN: "exists (select from refused_row where delivery = id and settled_by is null)",
}
PAGES = {
    (look, way): f"{SHOW} where municipality = $1 and ($2 = '' or feed = $2) and {chosen} and {way[0]} {way[1]} limit $3"
    for look, chosen in CHOSEN.items()
    for way in (NEWEST, OLDER, NEWER)
}


class Place(NamedTuple):
    """A place in the list: the delivery beside it, which need not be there any more."""

    at: datetime
    id: UUID

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Beside this one."""
        return cls(shown.received_at, shown.id)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """As `str` writes it; none where it is no place."""
        at, _, number = text.partition("_")
        found = uuid_or_none(number)
        try:
            moment = datetime.fromisoformat(at).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return None if found is None else cls(moment, found)

    def __str__(self) -> str:
        """For an address."""
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which feed (empty: of all), and what is looked for."""

    feed: str = ""
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some deliveries, the latest first; where there are others, the places to go on from."""

    deliveries: list[Shown]
    newer: Place | None = None
    older: Place | None = None


async def page(
    conn: Connection, municipality: str, choice: Choice, limit: int, *, older_than: Place | None = None, newer_than: Place | None = None
) -> Page:
    """The deliveries of a municipality that are chosen: the latest, or those on one side of a place; what comes meanwhile moves none."""
    way = NEWER if newer_than else OLDER if older_than else NEWEST
    place = newer_than or older_than or (None, None)
    rows = await conn.fetch(PAGES[choice.look, way], municipality, choice.feed, limit + 1, *place)
    if newer_than and len(rows) <= limit:  # there are no more: the first page, and a full one
        return await page(conn, municipality, choice, limit)
    found = [shown_of(dict(row)) for row in rows[:limit]]
    if newer_than:
        found.reverse()
        return Page(found, Place.of(found[0]), Place.of(found[-1]))
    older = Place.of(found[-1]) if len(rows) > limit else None
    return Page(found, (Place.of(found[0]) if found else older_than) if older_than else None, older)


async def feeds(conn: Connection, municipality: str) -> list[str]:
    """The feeds that brought anything, by name."""
    return [row["feed"] for row in await conn.fetch(FEEDS, municipality)]
