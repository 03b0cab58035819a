"""The language of the bus in a real Chromium: open to everybody, sound on a screen and on a phone, and read by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from services.chassis.web import mount
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.language import language_site

pytestmark = pytest.mark.browser
SAID, UNSAID = "hr.hired.v1", "recruitment.application-received.v1"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with kit.served(mount([language_site(tmp_path_factory.mktemp("rules"), assets=kit.assets())])) as address:
        yield address


@pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])
async def test_the_pages_are_sound_and_an_event_is_found_by_keyboard(base: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(base, width)
    page = await window.page("/contracts")
    await window.picture(page, f"language-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    for summary in await page.locator("main summary").all():
        await summary.focus()
        await page.keyboard.press("Enter")
    await window.picture(page, f"language-open-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.get_by_role("link", name=SAID, exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(SAID)
    await window.picture(page, f"language-event-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)

    await page.goto(f"{base}/contracts/{UNSAID}")
    await expect(page.get_by_role("heading", name="Siges ikke endnu")).to_be_visible()
    await window.picture(page, f"language-unsaid-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)
