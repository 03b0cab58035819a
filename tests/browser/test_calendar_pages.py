"""The page *My calendar* in a real browser: sound for everybody, on a phone too, and done by keyboard alone."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.notification.app import SERVICE, build_web
from services.notification.calendar.pages import PAGE
from tests.kit import browser as kit
from tests.kit import ics
from tests.kit.browser import WindowAt
from tests.kit.inbox import fill
from tests.kit.keyboard import press, record, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.stack]


@pytest.fixture
async def site(settings: Settings) -> AsyncIterator[str]:
    """The address of a filled inbox."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    told = settings.model_copy(update={"secret": "a secret of the tests, long enough", "assets": kit.assets()})
    with kit.served(mount([build_web(told)])) as address:
        yield address


async def fetched(address: str) -> httpx.Response:
    return await asyncio.to_thread(httpx.get, address)


@pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])
@pytest.mark.parametrize("name", ["Anne Holm", "HR"])
async def test_the_page_is_sound_before_and_after_an_address_is_made(site: str, window_at: WindowAt, width: int, name: str) -> None:
    window = await window_at(site, width)
    page = await signed_in(window, name, PAGE)

    for state in ("none", "shown", "held"):
        if state == "shown":
            await page.get_by_role("button", name="Lav min adresse").click()
            await expect(page.get_by_label("Adresse til din kalender")).to_be_visible()
        if state == "held":
            await page.goto(window.base + PAGE)
        assert await page.locator("script, [onclick], [style]").count() == 0
        await window.picture(page, f"calendar-{name.split(maxsplit=1)[0].lower()}-{state}-{width}")
        assert await kit.axe(page) == [], state
        assert not await kit.spills(page), state


async def test_an_address_is_made_copied_renewed_and_turned_off_by_keyboard_alone(site: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(site, kit.WIDE), "Anne Holm", PAGE)

    await press(page, "Lav min adresse")
    shown = page.get_by_label("Adresse til din kalender")
    await expect(shown).to_be_focused()
    await page.keyboard.press("Control+A")
    first = await page.evaluate(
        "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
    )
    assert len(ics.by_uid((await fetched(first)).content)) == 6

    await press(page, "Lav en ny adresse")
    await expect(shown).to_be_focused()
    second = await shown.input_value()
    assert ((await fetched(first)).status_code, (await fetched(second)).status_code) == (404, 200)

    await record(page, "Slå adressen fra", "Adressen er slået fra og virker ikke mere.")
    assert (await fetched(second)).status_code == 404


async def test_an_address_that_was_shown_is_not_shown_again(site: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(site, kit.WIDE), "Anne Holm", PAGE)
    await page.get_by_role("button", name="Lav min adresse").click()
    address = await page.get_by_label("Adresse til din kalender").input_value()

    await page.reload()

    await expect(page.get_by_text("Vi gemmer den ikke og kan ikke vise den igen.")).to_be_visible()
    assert address not in await page.content()
    assert (await fetched(address)).status_code == 200
