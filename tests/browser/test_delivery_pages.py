"""HR's pages of deliveries in a real Chromium: sound on a screen and on a phone, rows sent back and a decision made by keyboard."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Reading
from tests.integration.test_deliveries import OPERATOR, take
from tests.integration.test_delivery_list import MANY
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.hr_desk import desk_of
from tests.kit.staff_file import MAPPING, row, staff, written

pytestmark = pytest.mark.browser


@pytest.fixture
async def base(settings: Settings, tmp_path: Path) -> AsyncIterator[str]:
    """Forty are employed; two rows were refused; a file that would end twenty waits."""
    async with open_runtime(SERVICE, settings) as runtime:
        await take(runtime, written(tmp_path, [*staff(range(40)), row(41, degree="much"), row(42, first="2026-02-30")]))
        leaving = dict.fromkeys(range(20), "2026-04-30")
        await take(runtime, written(tmp_path, staff(range(40), leaving, "2026-03-02"), "20260302"))
    serving = kit.served(desk_of(settings, assets=kit.assets()))
    yield await asyncio.to_thread(serving.__enter__)
    await asyncio.to_thread(serving.__exit__, None, None, None)


@pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])
async def test_a_held_delivery_is_let_go_and_rows_are_sent_back_by_keyboard(
    base: str, window_at: WindowAt, tmp_path: Path, width: int
) -> None:
    window = await window_at(base, width)
    page = await window.page("/intake/deliveries")
    await window.picture(page, f"deliveries-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.get_by_role("row").filter(has_text="Venter").get_by_role("link").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Den ville afslutte 20 af 40 ansættelser")
    await window.picture(page, f"delivery-held-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)
    await page.get_by_role("button", name="Gem afgørelsen").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").first).to_be_visible()
    await window.picture(page, f"delivery-held-wrong-{width}")
    assert await kit.axe(page) == []
    await page.get_by_label("Luk ind").focus()
    await page.keyboard.press("Space")
    await page.get_by_label("Begrundelse").fill("skolen er lukket")
    await page.get_by_role("button", name="Gem afgørelsen").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Leverancen er lukket ind")

    await send_rows_back(window, page, tmp_path / "rows.csv", width)


def put_right(sheet: Path) -> None:
    """One of the two rows."""
    sheet.write_bytes(sheet.read_bytes().replace(b"much", b"'0.5").replace(b"'2026-02-30", b"'2026-02-31"))


async def send_rows_back(window: kit.Window, page: Page, sheet: Path, width: int) -> None:
    await page.goto(f"{window.base}/intake/deliveries")
    await page.get_by_role("row").last.get_by_role("link").focus()  # the first delivery
    await page.keyboard.press("Enter")
    await window.picture(page, f"delivery-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)
    async with page.expect_download() as fetching:
        await page.get_by_role("button", name="Hent rækker fra").focus()
        await page.keyboard.press("Enter")
    await (await fetching.value).save_as(sheet)
    put_right(sheet)
    await page.get_by_label("Det rettede ark").set_input_files(sheet)
    await page.get_by_role("button", name="Send rettede rækker").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Rækkerne er modtaget.")
    await window.picture(page, f"delivery-corrected-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


@pytest.fixture
async def long_list(settings: Settings, base: str) -> str:
    """Sixty more from two sources, and a file that could not be read."""
    mapping = Mapping.parse(MAPPING)
    async with open_runtime(SERVICE, settings) as runtime:
        await runtime.pool.execute(MANY, 1, 60)
        unread = Delivering(runtime, mapping, Reading("730", "staff", ""), Bringing(OPERATOR))
        await unread.turn_down(DeliveryRefused("bad-encoding", file="staff.csv"))
    return base


@pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])
async def test_the_list_is_gone_through_and_chosen_from_by_keyboard(long_list: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(long_list, width)
    page = await window.page("/intake/deliveries")
    await window.picture(page, f"deliveries-many-{width}")
    await page.get_by_role("link", name="Ældre").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Nyere")).to_be_visible()
    await window.picture(page, f"deliveries-older-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.get_by_text("Vælg, hvad der vises").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Kilde").select_option("staff")
    await page.get_by_label("Tilstand").select_option("Ikke modtaget eller afvist")
    await page.get_by_role("button", name="Vis").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("table")).to_contain_text("Filens tegn kan ikke læses")
    await expect(page.get_by_label("Kilde")).to_have_value("staff")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await window.picture(page, f"deliveries-chosen-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)
    await page.get_by_role("row").get_by_role("link").focus()
    await page.keyboard.press("Enter")
    await window.picture(page, f"delivery-unread-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)
