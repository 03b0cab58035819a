"""Sites as they are served: one alone, two on a port, one whose database is away."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import asyncpg
import pytest
from starlette.routing import Route

from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.web import Site, mount
from tests.kit.builders import an_id
from tests.kit.example import FOLDER, SERVICE, Kept, StoryRunning, organisation, routes, settings, site, story_opens, whoever
from tests.kit.page_client import PageClient, opened

LIST = "/tasks/list"


class AnsweringPool:
    async def fetchval(self, _query: str) -> bool:
        return True


async def test_a_site_alone_is_served_as_one_of_one(tmp_path: Path) -> None:
    @asynccontextmanager
    async def opens(_service: Service, _settings: Settings) -> AsyncIterator[StoryRunning]:
        yield StoryRunning(organisation(), cast("asyncpg.Pool", AnsweringPool()))

    alone = Site(SERVICE, settings(tmp_path), routes(Kept()), folder=FOLDER, opens=opens)
    with pytest.raises(RuntimeError, match="is not open"):
        _ = alone.running
    async with opened(alone), PageClient(alone) as hr:
        assert (await hr.get("/ready")).json() == {"ready": True, "services": {"example": True}}
        page = await hr.get("/sign-in")
        persona = re.search(r'name="person" value="([^"]+)">\s*<span class="persona-name">HR', page.text)
        assert persona
        await hr.sign_in(persona[1])
        assert (await hr.get("/api/units")).json() == {"units": 3}
        assert (await hr.get("/")).headers["location"] == "/tasks"


async def test_two_sites_share_a_port_and_a_session_each_with_its_own_texts(tmp_path: Path) -> None:
    told = settings(tmp_path)
    second = Site(Service("second", (), hears_names=True), told, (Route("/onboarding", whoever),), folder=tmp_path, opens=story_opens)
    app = mount([site(told), second])
    async with opened(app), PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))

        assert (await anne.get(LIST)).status_code == 200
        assert (await anne.get("/onboarding")).text == "second Anne Holm"


async def test_a_site_whose_database_is_away_does_not_start(tmp_path: Path) -> None:
    @asynccontextmanager
    async def opens(_service: Service, _settings: Settings) -> AsyncIterator[StoryRunning]:
        await away()
        yield StoryRunning(organisation())

    async def away() -> None:
        raise OSError("no database here")

    with pytest.raises(OSError, match="no database here"):
        async with opened(Site(SERVICE, settings(tmp_path), (), folder=FOLDER, opens=opens)):
            pass
