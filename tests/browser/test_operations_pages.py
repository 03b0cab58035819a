"""The operators' pages in a real Chromium: sound on a screen and on a phone, and usable by keyboard."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.onboarding.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.first_year import SECRET
from tests.kit.trouble import troubled

pytestmark = pytest.mark.browser


@pytest.fixture
async def base(settings: Settings) -> AsyncIterator[str]:
    async with open_runtime(SERVICE, settings) as runtime:
        await troubled(runtime)
    serving = kit.served(mount([build_web(settings.model_copy(update={"secret": SECRET, "assets": kit.assets()}))]))
    yield await asyncio.to_thread(serving.__enter__)
    await asyncio.to_thread(serving.__exit__, None, None, None)


@pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])
async def test_the_pages_are_sound_and_a_letter_is_given_up_by_keyboard(base: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(base, width)
    page = await window.page("/operations/dead-letters")
    await page.get_by_role("button", name="HR").click()
    await page.wait_for_url(f"{base}/operations/dead-letters")
    await window.picture(page, f"dead-letters-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.get_by_role("link", name="kl.").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ulæst hændelse")
    for summary in await page.locator("main summary").all():
        await summary.focus()
        await page.keyboard.press("Enter")
    await window.picture(page, f"dead-letter-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.get_by_role("button", name="Opgiv").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await window.picture(page, f"dead-letter-wrong-{width}")
    assert await kit.axe(page) == []
    await page.get_by_label("Begrundelse").fill("en prøve")
    await page.get_by_role("button", name="Opgiv").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Hændelsen er opgivet.")
    await window.picture(page, f"dead-letters-after-{width}")
