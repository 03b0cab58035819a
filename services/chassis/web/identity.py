"""Who somebody is: a seam, so that an identity provider takes the place of the local sign-in without a change elsewhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import HTTPConnection, Request
from starlette.routing import BaseRoute

_PERSON, _MUNICIPALITY, _HR, _LANGUAGE = "person", "municipality", "hr", "language"


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose identity is proved. What they lead is looked up in the organisation, never kept."""

    person: UUID
    municipality: str
    hr: bool = False


class Identity(Protocol):
    """A way to prove who one is."""

    def routes(self) -> Sequence[BaseRoute]:
        """Its own pages, all of them public; they write the session with `sign_in`."""
        ...

    async def who(self, request: HTTPConnection) -> Known | None:
        """Who asks; none: nobody signed in."""
        ...


class SessionIdentity:
    """Reads who signed in from the signed session; alone it has no page and lets nobody in."""

    def routes(self) -> Sequence[BaseRoute]:
        """None: how to get in is said by those who inherit."""
        return ()

    async def who(self, request: HTTPConnection) -> Known | None:
        """Whom the session names."""
        if _PERSON not in request.session:
            return None
        return Known(UUID(request.session[_PERSON]), request.session[_MUNICIPALITY], request.session[_HR])


def sign_in(request: Request, known: Known) -> None:
    """Begin a new session for this person; only the language outlives the old one."""
    language = request.session.get(_LANGUAGE)
    request.session.clear()
    request.session.update({_PERSON: str(known.person), _MUNICIPALITY: known.municipality, _HR: known.hr})
    if language:
        request.session[_LANGUAGE] = language


def sign_out(request: Request) -> None:
    """End the session."""
    request.session.clear()


E = TypeVar("E", bound=Callable[..., Any])


def public(endpoint: E) -> E:
    """Mark an endpoint that people may call without signing in; every other one asks for it."""
    endpoint.public = True  # type: ignore[attr-defined]  # read by the site alone
    return endpoint


def is_public(route: BaseRoute) -> bool:
    """Whether the route leads to a public endpoint."""
    return bool(getattr(getattr(route, "endpoint", None), "public", False))


def own_path(wanted: str) -> str:
    """The path to go on to if it is one of ours, else the front page: nobody is led away to another host."""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if ours and wanted.isprintable() else "/"
