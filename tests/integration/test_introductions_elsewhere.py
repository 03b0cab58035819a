"""The pages of introductions for who does not lead the newcomer: a mentor, and who hands over in the unit that was left."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from contracts.hr.organisation import UnitRole
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.onboarding.app import SERVICE, build_web
from tests.kit import ward
from tests.kit.builders import an_id, role_assigned, unit_changed
from tests.kit.first_year import WEDNESDAY, send, signed_in, told
from tests.kit.page_client import text_of
from tests.kit.records import set_day, take


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    return ward.of_own_rules(settings, tmp_path / "rules")


@pytest.fixture
async def runtime(own: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, own) as opened:
        await ward.fill(opened)
        yield opened


@pytest.fixture
def site(own: Settings) -> Site:
    return build_web(own)


async def plan_of(runtime: Runtime, person: str) -> str:
    plan: UUID = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id(person))
    return f"/onboarding/plans/{plan}"


async def test_a_mentor_who_leads_nobody_finds_whom_to_stand_by(runtime: Runtime, site: Site) -> None:
    page = f"{await plan_of(runtime, 'new')}/mentors"
    elsewhere = (unit_changed("school", "area"), role_assigned("school", "cook", UnitRole.TR))  # who can sign in, and is asked for nothing
    await take(runtime, [told(event) for event in elsewhere])
    async with signed_in(site, an_id("cook")) as cook, signed_in(site, an_id("leader")) as leader:
        assert (await cook.get("/onboarding")).headers["location"] == "/onboarding/mine"
        mentor = {"mentor": str(an_id("cook")), "kind": "professional", "named_on": str(WEDNESDAY)}
        assert (await send(leader, f"{page}?q=juul", f"{page}?q=juul", **mentor))[0] == 303

        shown = text_of((await cook.get("/onboarding")).text)
        assert "Bo Lund Hjemmepleje Nord Faglig mentor onsdag 4. marts til mandag 15. februar 2027 Anne Holm" in shown
        assert "trin er åbne" not in shown, "who leads nobody has nothing open"
        assert (await cook.get(await plan_of(runtime, "new"))).status_code == 404

        await set_day(runtime, date(2027, 2, 16))
        assert (await cook.get("/onboarding")).headers["location"] == "/onboarding/mine", "it is over"


async def test_who_hands_over_is_led_back_to_the_list_and_not_to_a_plan_of_another_unit(runtime: Runtime, site: Site) -> None:
    fact: UUID = await runtime.pool.fetchval("SELECT fact FROM step WHERE name = 'hand-over'")
    path = f"/onboarding/steps/{fact}"
    async with signed_in(site, an_id("chef")) as releasing:
        assert "/onboarding/plans/" not in (await releasing.get(path)).text

        status, page = await send(releasing, path, f"{path}/done", done_on=str(WEDNESDAY))

    assert (status, "Det er noteret, at trinet er gjort." in page) == (303, True)
