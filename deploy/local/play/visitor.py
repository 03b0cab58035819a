"""Somebody at the pages: signs in, opens a page, sends its form as a browser without script would."""

import asyncio
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from http import HTTPStatus
from uuid import UUID

import httpx

from deploy.local.failures import StackFailed

AT_ONCE = 6
_TIMEOUT_SECONDS = 60.0
_KEPT_SECONDS = 2.0
"""Shorter than the server keeps an idle connection, so that none is used while it is being closed."""


class _Forms(HTMLParser):
    """The forms of a page with their hidden fields, by action."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, and a hidden field of the form it stands in."""
        told = dict(attrs)
        if tag == "form":
            self.found.append((told.get("action") or "", {}))
        elif tag == "input" and told.get("type") == "hidden" and self.found:
            self.found[-1][1][told.get("name") or ""] = told.get("value") or ""


def hidden_fields(page: str, action: str) -> dict[str, str] | None:
    """The hidden fields of the form that is sent to `action`; none where the page does not offer it."""
    forms = _Forms()
    forms.feed(page)
    for found, fields in forms.found:
        if found == action and "csrf" in fields:
            return fields
    return None


class Visitor:
    """One signed-in person with a session of their own."""

    def __init__(self, web: str) -> None:
        """Nobody is signed in yet."""
        limits = httpx.Limits(keepalive_expiry=_KEPT_SECONDS)
        self._http = httpx.AsyncClient(base_url=web, timeout=_TIMEOUT_SECONDS, limits=limits, headers={"accept-language": "da"})

    async def sign_in(self, person: UUID, municipality: str) -> None:
        """Pick a persona. Raises `StackFailed` where it cannot be picked."""
        page = await self._http.get("/sign-in")
        fields = hidden_fields(page.text, _own_action(page.text)) or {}
        answer = await self._http.post("/sign-in", data={**fields, "person": str(person), "municipality": municipality})
        if answer.status_code != HTTPStatus.SEE_OTHER:
            message = f"signing in answers {answer.status_code}"
            raise StackFailed(message)

    async def send(self, page: str, fields: Mapping[str, str | Sequence[str]], action: str = "") -> bool:
        """Open `page` and send its form for `action`; whether it was offered and accepted. Raises `StackFailed` for a fault of ours."""
        opened = _sound(await self._http.get(page))
        hidden = hidden_fields(opened.text, action)
        if hidden is None:
            return False
        answer = _sound(await self._http.post(action or page, data={**hidden, **fields}))
        return answer.status_code == HTTPStatus.SEE_OTHER

    async def read(self, path: str) -> httpx.Response:
        """What a page or the API answers."""
        return await self._http.get(path)

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()


def _sound(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        message = f"{answer.request.url.path} answers {answer.status_code}"
        raise StackFailed(message)
    return answer


def _own_action(page: str) -> str:
    forms = _Forms()
    forms.feed(page)
    return next((action for action, fields in forms.found if "csrf" in fields), "")


class Visitors:
    """A session per person, so many requests at once at most."""

    def __init__(self, web: str, municipality: str, hr: UUID) -> None:
        """`hr` is the persona that takes what has no holder."""
        self._web, self._municipality, self._hr = web, municipality, hr
        self._known: dict[UUID, Visitor] = {}
        self._doors: dict[UUID, asyncio.Lock] = {}
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def as_person(self, person: UUID | None) -> Visitor:
        """The session of this person, of HR for nobody."""
        who = person or self._hr
        async with self._doors.setdefault(who, asyncio.Lock()):
            if who not in self._known:
                visitor = Visitor(self._web)
                await visitor.sign_in(who, self._municipality)
                self._known[who] = visitor
        return self._known[who]

    async def send(self, person: UUID | None, page: str, fields: Mapping[str, str | Sequence[str]], action: str = "") -> bool:
        """As `Visitor.send`, by this person."""
        async with self._turn:
            return await (await self.as_person(person)).send(page, fields, action)

    async def close(self) -> None:
        """All leave."""
        for visitor in list(self._known.values()):
            await visitor.close()
