"""A newcomer's own page and the leader's page of the link in a real Chromium: sound on a phone first, on paper too, by keyboard alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.web import mount
from services.onboarding.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.builders import an_id
from tests.kit.first_year import SECRET, fill
from tests.kit.keyboard import press, record, signed_in, tab_to, tick
from tests.kit.records import read_everything, set_day

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [kit.NARROW, kit.WIDE])
LINK = "#address"


@dataclass(frozen=True)
class Served:
    """The address of the site, and the newcomer's plan."""

    address: str
    plan: UUID

    @property
    def page(self) -> str:
        """The leader's page of the link."""
        return f"/onboarding/plans/{self.plan}/link"


async def filled(runtime: Runtime, day: date) -> UUID:
    await fill(runtime)
    await set_day(runtime, day)
    await read_everything(runtime)
    await Wake(runtime).once()
    found: UUID = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("new"))
    return found


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[Served]:
    """It is 4 May 2026, the third month of the newcomer."""
    async with open_runtime(SERVICE, settings) as runtime:
        plan = await filled(runtime, date(2026, 5, 4))
    serving = kit.served(mount([build_web(settings.model_copy(update={"secret": SECRET, "assets": kit.assets()}))]))
    yield Served(await asyncio.to_thread(serving.__enter__), plan)
    await asyncio.to_thread(serving.__exit__, None, None, None)


async def sound(window: kit.Window, page: Page, name: str, width: int) -> None:
    assert await page.locator("script, [onclick], [style]").count() == 0
    await window.picture(page, f"{name}-{width}")
    assert await kit.axe(page) == [], name
    assert not await kit.spills(page), name


async def link_of(site: Served, window_at: WindowAt, width: int = kit.WIDE) -> str:
    page = await signed_in(await window_at(site.address, width), "Anne Holm", site.page)
    await page.get_by_role("button", name="Lav et link").click()
    return await page.locator(LINK).inner_text()


@WIDTHS
async def test_the_leader_makes_a_link_prints_it_and_takes_it_back(site: Served, window_at: WindowAt, width: int) -> None:
    window = await window_at(site.address, width)
    page = await signed_in(window, "Anne Holm", site.page)
    await sound(window, page, "link-none", width)

    await press(page, "Lav et link")
    await expect(page.locator(LINK)).to_be_visible()
    await sound(window, page, "link-shown", width)
    await page.emulate_media(media="print")
    await expect(page.get_by_text("Adressen er kun til dig.")).to_be_visible()
    await expect(page.get_by_role("button", name="Lav et nyt link")).to_be_hidden()
    await window.picture(page, f"link-paper-{width}")
    await page.emulate_media(media="screen")

    await record(page, "Tag linket tilbage", "Linket er taget tilbage og virker ikke mere.")


@WIDTHS
async def test_the_newcomers_page_is_sound_and_a_theme_is_told_by_keyboard(site: Served, window_at: WindowAt, width: int) -> None:
    link = await link_of(site, window_at)
    window = await window_at("", width)
    page = await window.page(link)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Din start på jobbet")
    await sound(window, page, "own", width)
    await page.emulate_media(media="print")
    await window.picture(page, f"own-paper-{width}")
    await page.emulate_media(media="screen")

    await press(page, "Fortæl, hvad du undrer dig over")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Undrer du dig over noget?")
    await sound(window, page, "own-wonder", width)
    await press(page, "Send til min leder")
    await expect(page.get_by_role("alert")).to_be_visible()
    await sound(window, page, "own-wonder-wrong", width)
    await tick(page, "themes-2")
    await record(page, "Send til min leder", "Tak. Din leder får emnet at se.")
    await expect(page.get_by_text("Kultur")).to_be_visible()


@WIDTHS
async def test_the_survey_is_answered_by_keyboard(site: Served, window_at: WindowAt, width: int) -> None:
    link = await link_of(site, window_at)
    window = await window_at("", width)
    page = await window.page(link)

    await press(page, "Svar nu")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Hvordan var din start?")
    await sound(window, page, "own-survey", width)
    await press(page, "Send mine svar")
    await expect(page.get_by_role("alert")).to_be_visible()
    await sound(window, page, "own-survey-wrong", width)
    for question in ("well-received", "recommends"):
        await tab_to(page, f"{question}-1")
        await page.keyboard.press("Space")
    await record(page, "Send mine svar", "Tak for dine svar.")
    await expect(page.get_by_role("link", name="Svar nu")).to_have_count(0)


@WIDTHS
async def test_a_link_that_opens_nothing_says_so_in_both_languages(site: Served, window_at: WindowAt, width: int) -> None:
    window = await window_at(site.address, width)
    page = await window.page("/intro/aaaa-bbbb")
    await sound(window, page, "own-closed", width)

    await press(page, "English")
    await expect(page.get_by_role("heading", level=1)).to_have_text("The link does not work")


async def test_the_page_does_not_tell_other_pages_where_somebody_came_from(site: Served, window_at: WindowAt) -> None:
    """The secret is in the address, so no request that the page makes may carry it as a referrer."""
    link = await link_of(site, window_at)
    window = await window_at("", kit.WIDE)
    page = await window.context.new_page()
    told: list[str] = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    await page.goto(link)
    await page.get_by_role("link", name="Fortæl, hvad du undrer dig over").click()
    await page.get_by_role("button", name="Send til min leder").click()
    await expect(page.get_by_role("alert")).to_be_visible()

    assert len(told) > 3
    assert not any(link.rpartition("/")[2] in referrer for referrer in told)
