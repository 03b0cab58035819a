"""The door of every route: who may come in, and how much they may bring."""

from typing import Any

from starlette.datastructures import URL, URLPath
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from services.chassis.web.answers import for_machines, problem
from services.chassis.web.guards import MOST_BYTES, SEAT, limited
from services.chassis.web.site import Seat


class Door(BaseRoute):
    """A route of a site behind its door: signed in unless public, no more bytes than the site takes."""

    def __init__(self, route: BaseRoute, seat: Seat, *, public: bool) -> None:
        """Stand before `route`."""
        self.route = route
        self.seat = seat
        self.public = public

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the route matches, with the seat noted."""
        match, child = self.route.matches(scope)
        return match, {**child, SEAT: self.seat}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """As the route says."""
        return self.route.url_path_for(name, **path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in who may come in."""
        request = HTTPConnection(scope)
        if not self.public and await self.seat.host.identity.who(request) is None:
            await _turned_away(request)(scope, receive, send)
            return
        most = self.seat.site.most_bytes if self.seat.site else MOST_BYTES
        await self.route.handle(scope, limited(scope, receive, most), send)


def _turned_away(request: HTTPConnection) -> Response:
    if for_machines(request):
        return problem(401, "web-sign-in-needed", "Sign in")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = URL("/sign-in").include_query_params(next=wanted) if request.scope["method"] in {"GET", "HEAD"} else URL("/sign-in")
    return RedirectResponse(str(target), 303)
