"""The pages of one service, and what all services' pages on one port share."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from jinja2 import Environment
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from services.chassis.runtime import open_runtime
from services.chassis.service import Service
from services.chassis.settings import Profile, Settings
from services.chassis.web.assets import Assets
from services.chassis.web.catalogue import Catalogue
from services.chassis.web.guards import MOST_BYTES, SEAT
from services.chassis.web.identity import Identity
from services.chassis.web.rendering import environment
from services.chassis.web.seams import Open, Running

SERVICES = Path(__file__).parents[2]


class Site:
    """The pages of one service. An ASGI app by itself, or one of several that `mount` puts on one port."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        routes: Sequence[BaseRoute],
        *,
        folder: Path | None = None,
        most_bytes: int = MOST_BYTES,
        opens: Open = open_runtime,
    ) -> None:
        """`folder` holds templates/ and messages/ (the service's own by default), `opens` the runtime for as long as pages are shown."""
        self.service = service
        self.settings = settings
        self.routes = tuple(routes)
        self.folder = folder or SERVICES / service.name
        self.most_bytes = most_bytes
        self._opens = opens
        self._running: Running | None = None

    @property
    def running(self) -> Running:
        """The running service. Raises `RuntimeError` before the site was opened."""
        if self._running is None:
            raise RuntimeError(f"the site of {self.service.name} is not open")
        return self._running

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Open the runtime, and close it."""
        async with self._opens(self.service, self.settings) as running:
            self._running = running
            yield
        self._running = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The texts of the chassis and the service."""
        return Catalogue((self.folder,), strict=self.settings.profile is Profile.LOCAL)

    @cached_property
    def environment(self) -> Environment:
        """The templates of the service and the chassis."""
        return environment((self.folder,))

    @cached_property
    def _app(self) -> ASGIApp:
        from services.chassis.web.hosting import mount  # noqa: PLC0415 - a site alone is hosted as one of one

        return mount((self,))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve this service alone."""
        await self._app(scope, receive, send)


@dataclass(frozen=True)
class Host:
    """What all sites on one port share."""

    sites: tuple[Site, ...]
    identity: Identity
    assets: Assets

    @property
    def front(self) -> Site:
        """The site that serves what belongs to none: the first that hears names, else the first."""
        return next((site for site in self.sites if site.service.hears_names), self.sites[0])

    async def name(self, person: UUID) -> str | None:
        """The name of who signed in, where any directory knows it."""
        return (await self.front.running.names([person])).get(person)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a request was let in: the host, and the site of its route (none: one of the host's own)."""

    host: Host
    site: Site | None


def seat_of(request: HTTPConnection) -> Seat:
    """The seat of a request that matched a route. Raises `KeyError` for one that did not."""
    seat: Seat = request.scope[SEAT]
    return seat
