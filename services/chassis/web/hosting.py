"""All services' pages on one port: session, sign-in, language, health."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from services.chassis.settings import Profile
from services.chassis.web import operations
from services.chassis.web.answers import HANDLERS
from services.chassis.web.assets import PREFIX, Assets
from services.chassis.web.catalogue import LANGUAGES
from services.chassis.web.doors import Door
from services.chassis.web.forms import checked
from services.chassis.web.guards import SafeHeaders
from services.chassis.web.identity import Identity, SessionIdentity, is_public, own_path, sign_out
from services.chassis.web.local_sign_in import LocalSignIn
from services.chassis.web.site import Host, Seat, Site, seat_of

A_WORKING_DAY = 10 * 60 * 60
_READY_WITHIN = 2.0
_SHORTEST_SECRET = 32


def mount(sites: Sequence[Site], *, identity: Identity | None = None) -> ASGIApp:
    """All sites on one port with one session and one sign-in. Raises `ValueError` where a setting would leave a door open."""
    settings = sites[0].settings
    if len(settings.secret) < _SHORTEST_SECRET:
        raise ValueError("FORBLIV_SECRET needs 32 characters or more")
    https_only = settings.profile is not Profile.LOCAL
    host = Host(tuple(sites), identity or (SessionIdentity() if https_only else LocalSignIn(settings)), Assets(settings.assets))
    session = Middleware(
        SessionMiddleware,
        secret_key=settings.secret,
        session_cookie="forbliv",
        max_age=A_WORKING_DAY,
        same_site="lax",
        https_only=https_only,
    )
    app = Starlette(routes=list(_doors(host)), middleware=[session], exception_handlers=HANDLERS, lifespan=_lifespan(host))
    app.router.redirect_slashes = False
    return SafeHeaders(app, Seat(host, None), https_only=https_only)


def _doors(host: Host) -> Iterator[BaseRoute]:
    own = Seat(host, None)
    shared = (
        Route("/live", _live),
        Route("/ready", _ready),
        Route("/sign-out", _sign_out, methods=["POST"]),
        Route("/language", _choose_language, methods=["POST"]),
        *host.identity.routes(),
    )
    yield Mount(PREFIX, app=host.assets)
    yield from (Door(route, own, public=True) for route in shared)
    yield Door(Route("/", _front_page), own, public=False)
    yield Door(Route("/operations", _operations), own, public=False)
    yield from (Door(route, own, public=False) for route in operations.ROUTES)
    for site in host.sites:
        yield from (Door(route, Seat(host, site), public=is_public(route)) for route in site.routes)


def _lifespan(host: Host) -> Any:
    @contextlib.asynccontextmanager
    async def opened(_app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for site in host.sites:
                await stack.enter_async_context(site.open())
            yield

    return opened


async def _front_page(_request: Request) -> Response:
    return RedirectResponse("/tasks", 303)


async def _operations(_request: Request) -> Response:
    return RedirectResponse(operations.LIST, 303)


async def _live(_request: Request) -> Response:
    return PlainTextResponse("live\n")


async def _ready(request: Request) -> Response:
    sites = seat_of(request).host.sites
    answers = dict(zip((s.service.name for s in sites), await asyncio.gather(*map(_answers, sites)), strict=True))
    return JSONResponse({"ready": all(answers.values()), "services": answers}, 200 if all(answers.values()) else 503)


async def _answers(site: Site) -> bool:
    try:
        async with asyncio.timeout(_READY_WITHIN):
            return bool(await site.running.pool.fetchval("SELECT true"))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


async def _sign_out(request: Request) -> Response:
    await checked(request)
    sign_out(request)
    return RedirectResponse("/sign-in", 303)


async def _choose_language(request: Request) -> Response:
    sent = await checked(request)
    if sent.get("language") in LANGUAGES:
        request.session["language"] = sent["language"]
    return RedirectResponse(own_path(str(sent.get("next", "/"))), 303)
