"""Somebody who is signed in at the pages of intake, whatever is asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from services.chassis.settings import Settings
from services.chassis.web import mount
from services.chassis.web.identity import Known, SessionIdentity
from services.intake.app import build_web
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.page_client import PageClient, opened

SECRET = "a secret of the tests, long enough"


class SignedIn(SessionIdentity):
    """Somebody of a municipality who signed in."""

    def __init__(self, *, hr: bool, municipality: str) -> None:
        self._known = Known(an_id("somebody in hr"), municipality, hr)

    async def who(self, request: HTTPConnection) -> Known | None:  # noqa: ARG002 - the same for every request
        return self._known


def desk_of(settings: Settings, *, hr: bool = True, municipality: str = MUNICIPALITY, assets: Path | None = None) -> ASGIApp:
    """The pages as this person sees them."""
    site = build_web(settings.model_copy(update={"secret": SECRET, "assets": assets}))
    return mount([site], identity=SignedIn(hr=hr, municipality=municipality))


@asynccontextmanager
async def at_the_desk(settings: Settings, *, hr: bool = True, municipality: str = MUNICIPALITY) -> AsyncIterator[PageClient]:
    """A person at the pages."""
    async with opened(desk_of(settings, hr=hr, municipality=municipality)) as app, PageClient(app) as client:
        yield client
