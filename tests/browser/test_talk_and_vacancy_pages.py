"""The pages of talks and vacancies in a real Chromium: sound on a screen and on a phone, and usable by keyboard."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.web import Site, mount
from services.onboarding import app as onboarding
from services.recruitment import app as recruitment
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.first_year import SECRET, fill

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])


async def address(settings: Settings, service: Service, build: Callable[[Settings], Site]) -> AsyncIterator[str]:
    async with open_runtime(service, settings) as runtime:
        await fill(runtime)
    serving = kit.served(mount([build(settings.model_copy(update={"secret": SECRET, "assets": kit.assets()}))]))
    yield await asyncio.to_thread(serving.__enter__)
    await asyncio.to_thread(serving.__exit__, None, None, None)


@pytest.fixture
async def talks(settings: Settings) -> AsyncIterator[str]:
    async for base in address(settings, onboarding.SERVICE, onboarding.build_web):
        yield base


@pytest.fixture
async def vacancies(settings: Settings) -> AsyncIterator[str]:
    async for base in address(settings, recruitment.SERVICE, recruitment.build_web):
        yield base


async def signed_in(window: kit.Window, path: str) -> Page:
    page = await window.page(path)
    await page.get_by_role("button", name="Anne Holm").click()
    await page.wait_for_url(window.base + path)
    return page


async def sound(window: kit.Window, page: Page, name: str, width: int) -> None:
    await window.picture(page, f"{name}-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


@WIDTHS
async def test_the_pages_of_talks_are_sound_and_a_talk_is_recorded_by_keyboard(talks: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(talks, width)
    page = await signed_in(window, "/onboarding")
    await sound(window, page, "newcomers", width)

    await page.get_by_role("link", name="Opfølgningssamtale efter de første uger").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Bo Lund")
    await sound(window, page, "talk", width)

    await page.get_by_role("button", name="Samtalen er holdt").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er holdt.")


@WIDTHS
async def test_the_pages_of_vacancies_are_sound_and_say_what_is_missing(vacancies: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(vacancies, width)
    page = await signed_in(window, "/recruitment")
    await sound(window, page, "vacancies", width)

    await page.get_by_role("link", name="Sygeplejerske").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Sygeplejerske")
    await sound(window, page, "vacancy", width)

    await page.get_by_role("button", name="Gem resultatet").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await sound(window, page, "vacancy-wrong", width)
