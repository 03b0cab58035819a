"""One request at a service: who asks, what day it is, what was typed, how it is answered."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.chassis.calendar import day_of
from services.chassis.reference import Snapshot
from services.chassis.tables import letters
from services.chassis.web import forms
from services.chassis.web.catalogue import language_of
from services.chassis.web.identity import own_path
from services.chassis.web.rendering import Shown, render
from services.chassis.web.seams import Running
from services.chassis.web.site import Host, Site, seat_of
from services.chassis.web.viewer import Viewer, viewer_of

M = TypeVar("M", bound=forms.Form)
NOTICES = "notices"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a page works. Made once per request by `await Desk.of(request)`."""

    request: Request
    site: Site
    host: Host
    today: date
    language: str
    asking: Viewer | None
    held: Snapshot | None
    name: str | None

    @classmethod
    async def of(cls, request: Request) -> "Desk":
        """The desk of this request; on a public route without a viewer where nobody signed in."""
        made: Desk | None = getattr(request.state, "desk", None)
        if made is not None:
            return made
        seat = seat_of(request)
        site = seat.site or seat.host.front
        known = await seat.host.identity.who(request)
        viewer, snapshot, name = None, None, None
        if known is None:
            today = day_of(await site.running.now())
        else:
            asked = site.running.now(), site.running.snapshot(known.municipality), seat.host.name(known.person)
            moment, snapshot, name = await asyncio.gather(*asked)
            today = day_of(moment)
            viewer = viewer_of(snapshot.organisation(), known.person, known.municipality, today, hr=known.hr)
        desk = cls(request, site, seat.host, today, language_of(request), viewer, snapshot, name)
        request.state.desk = desk
        return desk

    @property
    def runtime(self) -> Running:
        """The running service: its pool, its asks, names."""
        return self.site.running

    @property
    def viewer(self) -> Viewer:
        """Who asks. Raises `HTTPException` 401 on a public page that nobody signed in to."""
        if self.asking is None:
            raise HTTPException(401)
        return self.asking

    @property
    def snapshot(self) -> Snapshot:
        """Organisation, calendars and rules of the viewer's municipality. Raises as `viewer`."""
        if self.held is None:
            raise HTTPException(401)
        return self.held

    @property
    def address(self) -> str:
        """Where our pages are, for links that are carried elsewhere: as `FORBLIV_ADDRESS` says, else as the asker reaches them."""
        return self.site.settings.address or str(self.request.base_url).rstrip("/")

    def text(self, message: str, /, **places: object) -> str:
        """A text of the catalogue in the language of the viewer."""
        return self.site.catalogue.text(self.language, message, **places)

    def unit_name(self, unit: UUID) -> str:
        """The name a unit has today; empty where it is no more."""
        found = self.snapshot.organisation().unit(unit, self.today)
        return found.name if found else ""

    async def doubtful(self, subjects: Collection[UUID], told_by: str | None = None) -> frozenset[UUID]:
        """Of which of these subjects, or of whom of the kind `told_by` told them, an event could not be read: what is shown may be old."""
        async with self.runtime.pool.acquire() as conn:
            return await letters.doubtful(conn, subjects, told_by)

    async def form(self, model: type[M], page: forms.Endpoint | None = None) -> M:
        """What a POST sent, checked. Wrong: `Invalid`, and the page is shown again (none given: the GET page of the same path)."""
        return await forms.read(self.request, model, page)

    def render(self, template: str, /, **values: Any) -> Response:
        """A page. Its status is 200, or that of the refusal it is shown again for."""
        shown = Shown(
            request=self.request,
            language=self.language,
            today=self.today,
            viewer=self.asking,
            viewer_name=self.name,
            municipality=self.held.rules.name if self.held else None,
            notices=tuple(self.request.session.pop(NOTICES, ())),
        )
        status = getattr(self.request.state, "status", 200)
        return HTMLResponse(render(self.site, self.host, shown, template, values), status)

    def redirect(self, path: str, notice: str | None = None) -> Response:
        """Go to a path of ours after a POST (303), where the notice (a message id) is shown once.

        Its text is kept, not its id: the page that shows it may be another service's, which has other texts.
        """
        if notice is not None:
            self.request.session[NOTICES] = [*self.request.session.get(NOTICES, ()), self.text(notice)]
        return RedirectResponse(own_path(path), 303)
