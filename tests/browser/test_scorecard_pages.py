"""The scorecard in a real browser: sound for everybody, on a phone too, every table one key press away."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.reporting.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.scorecard import fill

pytestmark = [pytest.mark.browser, pytest.mark.stack]
WIDTHS = pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])


@pytest.fixture
async def scorecard(settings: Settings) -> AsyncIterator[str]:
    """The address of a filled scorecard."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    told = settings.model_copy(update={"secret": "a secret of the tests, long enough", "assets": kit.assets()})
    with kit.served(mount([build_web(told)])) as address:
        yield address


async def signed_in(window: kit.Window, path: str) -> Page:
    page = await window.page(path)
    await page.get_by_role("button", name="HR").click()
    await page.wait_for_url(window.base + path)
    return page


@WIDTHS
@pytest.mark.parametrize(
    ("path", "picture"),
    [
        ("/scorecard", "scorecard"),
        ("/scorecard/headcount", "headcount"),
        ("/scorecard/turnover-cohort-12m", "cohort"),
        ("/scorecard/leavers-by-kind", "reasons"),
    ],
)
async def test_the_figures_are_sound(scorecard: str, window_at: WindowAt, width: int, path: str, picture: str) -> None:
    window = await window_at(scorecard, width)
    page = await signed_in(window, path)

    await window.picture(page, f"{picture}-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


async def test_a_table_is_opened_with_the_keyboard(scorecard: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(scorecard, kit.WIDE), "/scorecard")
    summary = page.get_by_text("Tabel: Antal ansatte", exact=True)

    await summary.focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("cell", name="57").first).to_be_visible()
