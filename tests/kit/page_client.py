"""A person at the pages without a browser: follows no redirect by itself, sends forms as a browser would."""

import re
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.types import ASGIApp


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str | None, dict[str, str]]] = []

    def handle_starttag(self, tag, attrs) -> None:
        told = dict(attrs)
        if tag == "form":
            self.forms.append((told.get("action"), {}))
        if tag == "input" and told.get("type") == "hidden" and self.forms:
            self.forms[-1][1][told["name"]] = told.get("value") or ""


def hidden_fields(page: str, action: str | None = None) -> dict[str, str]:
    """The hidden fields of the first form with this action (none: of the page's own form)."""
    parser = _Hidden()
    parser.feed(page)
    return next(fields for found, fields in parser.forms if found == action)


class PageClient(httpx.AsyncClient):
    """Signs in, reads and sends."""

    def __init__(self, app: ASGIApp, **more) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=more.pop("client", ("127.0.0.1", 50000)))
        super().__init__(transport=transport, base_url=more.pop("base_url", "http://localhost"), **more)

    async def sign_in(self, person: UUID, municipality: str = "730") -> httpx.Response:
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
async def opened(app):
    """The app with its lifespan run."""
    inner = app
    while not isinstance(inner, Starlette):
        inner = inner._app
    async with inner.router.lifespan_context(inner):
        yield app
