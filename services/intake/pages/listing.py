"""The list of deliveries: the latest first, a page at a time, of one source or with something to be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.intake import feed_silence_store, hold_store, list_store
from services.intake.list_store import Choice, Look, Place
from services.intake.pages.texts import LIST, Texts, desk_of_hr

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it can be understood; what cannot be is not asked for."""

    choice: Choice
    older_than: Place | None
    newer_than: Place | None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read the part of an address after the `?`."""
        look, feed = query.get("state", ""), query.get("feed", "")[:80].replace("\0", "")
        choice = Choice(feed, Look(look) if look in set(Look) else None)
        return cls(choice, Place.read(query.get("older_than", "")), Place.read(query.get("newer_than", "")))

    def address(self, **place: Place | None) -> str:
        """The address of the same choice, at a place."""
        told = {"feed": self.choice.feed, "state": self.choice.look or "", **{name: str(each) for name, each in place.items()}}
        chosen = {name: value for name, value in told.items() if value}
        return f"{LIST}?{urlencode(chosen)}" if chosen else LIST


async def deliveries(request: Request) -> Response:
    """Some deliveries of the municipality, and how many wait for a decision, and which feeds fell silent."""
    desk = await desk_of_hr(request)
    texts, asked = Texts(desk), Asked.of(request.query_params)
    code, sides = desk.viewer.municipality, {"older_than": asked.older_than, "newer_than": asked.newer_than}
    async with desk.runtime.pool.acquire() as conn:
        found = await list_store.page(conn, code, asked.choice, A_PAGE, **sides)
        feeds = await list_store.feeds(conn, code)
        waiting = await hold_store.waiting(conn, code)
        silent = [row for row in await feed_silence_store.rows(conn) if row.municipality == code and row.asked_on]
    return desk.render(
        "deliveries.html",
        texts=texts,
        deliveries=[(shown, await texts.who(shown.brought)) for shown in found.deliveries],
        choice=asked.choice,
        feeds=feeds,
        looks=[(look.value, desk.text(f"intake-look-{look}")) for look in Look],
        newer=asked.address(newer_than=found.newer) if found.newer else None,
        older=asked.address(older_than=found.older) if found.older else None,
        waiting=waiting,
        silent=silent,
    )


ROUTES = (Route(LIST, deliveries),)
