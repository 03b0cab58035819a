"""The pages of those who leave in a real Chromium: sound on a screen and on a phone, and usable by keyboard."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.retention.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.first_year import SECRET
from tests.kit.leavers import fill

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])


@pytest.fixture
async def leavers(settings: Settings) -> AsyncIterator[str]:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    serving = kit.served(mount([build_web(settings.model_copy(update={"secret": SECRET, "assets": kit.assets()}))]))
    yield await asyncio.to_thread(serving.__enter__)
    await asyncio.to_thread(serving.__exit__, None, None, None)


async def signed_in(window: kit.Window) -> Page:
    page = await window.page("/retention")
    await page.get_by_role("button", name="Anne Holm").click()
    await page.wait_for_url(window.base + "/retention")
    return page


async def sound(window: kit.Window, page: Page, name: str, width: int) -> None:
    await window.picture(page, f"{name}-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


@WIDTHS
async def test_a_retention_talk_is_recorded_by_keyboard_on_pages_that_are_sound(leavers: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(leavers, width)
    page = await signed_in(window)
    await sound(window, page, "leavers", width)

    await page.get_by_role("link", name="Fastholdelsessamtale").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Fastholdelsessamtale: Emil Skov-Mortensen")
    await sound(window, page, "retention-talk", width)
    await page.get_by_label("Det er ikke afgjort").focus()
    await page.keyboard.press("Space")
    await page.get_by_role("button", name="Samtalen er holdt").focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er holdt.")
    await sound(window, page, "leaving", width)


@WIDTHS
async def test_an_exit_talk_is_offered_and_what_is_wrong_with_its_answers_is_said(leavers: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(leavers, width)
    page = await signed_in(window)
    await page.get_by_role("link", name="Fratrædelsessamtale med nærmeste leder").click()
    await sound(window, page, "exit-talk", width)
    await page.get_by_role("button", name="Samtalen er tilbudt").click()
    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er tilbudt.")

    await page.get_by_label("Løn", exact=True).check()
    await page.get_by_label("Familie").check()
    await page.get_by_role("button", name="Samtalen er holdt").click()
    await expect(page.get_by_role("alert")).to_contain_text("Vælg den vigtigste af de grunde, du har sat kryds ved.")
    await sound(window, page, "exit-talk-wrong", width)

    await page.get_by_label("Hvilken grund er den vigtigste?").select_option("pay")
    await page.get_by_role("button", name="Samtalen er holdt").click()
    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er holdt.")
    await page.get_by_role("link", name="Fratrædelsessamtale med nærmeste leder").click()
    await sound(window, page, "exit-talk-held", width)


async def test_one_click_says_that_it_was_not_the_employees_wish(leavers: str, window_at: WindowAt) -> None:
    window = await window_at(leavers, kit.WIDE)
    page = await signed_in(window)
    await page.get_by_role("link", name="Emil Skov-Mortensen").click()

    await page.get_by_role("button", name="Ikke eget ønske").click()

    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at det ikke er medarbejderens eget ønske.")
    await sound(window, page, "not-own-wish", kit.WIDE)
