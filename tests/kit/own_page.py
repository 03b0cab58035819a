"""A newcomer who holds a link, the leader who gave it, and the days on which surveys are answered."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.types import ASGIApp

from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.web import mount
from services.onboarding import counting
from services.onboarding.app import build_web
from tests.kit.builders import an_id, hired
from tests.kit.first_year import SECRET, told
from tests.kit.page_client import PageClient, hidden_fields, opened
from tests.kit.records import read_everything, set_day, take

FIRST_DAY = date(2026, 2, 16)
IN_MONTH_3 = date(2026, 5, 4)
AFTER_THE_QUARTER = date(2026, 7, 1)
MANY = tuple(f"new {number}" for number in range(1, 8))


@dataclass(frozen=True)
class Town:
    """The pages of onboarding with everybody who comes to them."""

    runtime: Runtime
    app: ASGIApp
    leader: PageClient
    newcomer: PageClient

    async def plan_of(self, person: str = "new") -> UUID:
        """The plan of somebody's hire."""
        found: UUID = await self.runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id(person))
        return found

    async def page_of_link(self, person: str = "new") -> str:
        """The leader's page of the link."""
        return f"/onboarding/plans/{await self.plan_of(person)}/link"

    async def link_for(self, person: str = "new", leader: PageClient | None = None) -> str:
        """The leader makes a link; where it leads."""
        return address_on(await self.make_link(person, leader))

    async def make_link(self, person: str = "new", leader: PageClient | None = None) -> str:
        """The page on which the leader sees the link that was just made."""
        page, client = await self.page_of_link(person), leader or self.leader
        made = await client.post(page, data=hidden_fields((await client.get(page)).text, page))
        assert made.status_code == 200
        return made.text

    async def reaches(self, day: date) -> None:
        """It is another day, everything is read, and whoever is due is woken."""
        await set_day(self.runtime, day)
        await read_everything(self.runtime)
        await Wake(self.runtime).once()

    async def counts(self, day: date) -> None:
        """It is another day, and what is over is counted."""
        await self.reaches(day)
        await counting.look(self.runtime)


def address_on(page: str) -> str:
    """Where the link that a page shows leads."""
    found = re.search(r'id="address"[^>]*>http://[^/]+(/[^<]+)<', page)
    assert found is not None
    return found[1]


@asynccontextmanager
async def town(runtime: Runtime, settings: Settings) -> AsyncIterator[Town]:
    """Everybody at one site. `runtime` is filled."""
    site = build_web(settings.model_copy(update={"secret": SECRET, "rules": runtime.settings.rules}))
    async with opened(mount([site])) as app, PageClient(app) as leader, PageClient(app) as newcomer:
        assert (await leader.sign_in(an_id("leader"))).status_code == 303
        yield Town(runtime, app, leader, newcomer)


async def hire_many(runtime: Runtime, persons: tuple[str, ...] = MANY, unit: str = "ward", first: date = FIRST_DAY) -> None:
    """So many newcomers of one unit."""
    await take(runtime, [told(hired(first, unit=unit, person=person), f"hire of {person}", date(2026, 1, 5)) for person in persons])
