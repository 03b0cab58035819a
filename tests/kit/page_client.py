"""A person at the pages without a browser: follows no redirect by itself, sends forms as a browser would."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from uuid import UUID

import httpx
from starlette.types import ASGIApp, Message, Scope


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str | None, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.forms.append((told.get("action"), {}))
        if tag == "input" and told.get("type") == "hidden" and self.forms:
            self.forms[-1][1][told["name"] or ""] = told.get("value") or ""


def hidden_fields(page: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of the first form with this action (none: of the page's own form)."""
    parser = _Hidden()
    parser.feed(page)
    return next(fields for found, fields in parser.forms if found == action)


class PageClient(httpx.AsyncClient):
    """Signs in, reads and sends."""

    def __init__(self, app: ASGIApp, *, client: str = "127.0.0.1", base_url: str = "http://localhost", language: str = "da") -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(client, 50000))
        super().__init__(transport=transport, base_url=base_url, headers={"accept-language": language})

    async def sign_in(self, person: UUID | str, municipality: str = "730") -> httpx.Response:
        """Pick a persona."""
        page = await self.get("/sign-in")
        fields = hidden_fields(page.text) | {"person": str(person), "municipality": municipality}
        return await self.post("/sign-in", data=fields)

    async def fill(self, path: str, **fields: object) -> httpx.Response:
        """Open the page of a path and send its form with these fields."""
        page = await self.get(path)
        return await self.post(path, data={**hidden_fields(page.text), **fields})


def text_of(page: str) -> str:
    """What a page says, without its marks, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


@asynccontextmanager
async def opened(app: ASGIApp) -> AsyncIterator[ASGIApp]:
    """The app with its lifespan run, as a server runs it."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    heard: asyncio.Queue[Message] = asyncio.Queue()
    scope: Scope = {"type": "lifespan", "asgi": {"version": "3.0"}}

    async def live() -> None:
        await app(scope, told.get, heard.put)

    life = asyncio.create_task(live())
    await told.put({"type": "lifespan.startup"})
    if (await heard.get())["type"] != "lifespan.startup.complete":
        await life
    try:
        yield app
    finally:
        await told.put({"type": "lifespan.shutdown"})
        await life
