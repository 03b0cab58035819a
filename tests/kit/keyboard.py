"""Somebody who has no mouse: Tab, Enter, Space, arrows and letters, and at each stop the focus can be seen."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.kit import browser as kit

MOST_KEYS = 120
FOCUS = """() => {
  const seen = getComputedStyle(document.activeElement);
  return {text: (document.activeElement.innerText || '').trim(), id: document.activeElement.id,
          visible: seen.outlineStyle !== 'none' && parseFloat(seen.outlineWidth) > 0,
          ours: document.activeElement.matches(':focus')};
}"""
"""Not ours: the browser's own calendar button inside a date field, and the browser's frame beyond the last stop."""
SOON = 20_000


async def signed_in(window: kit.Window, name: str, path: str = "/tasks") -> Page:
    """Somebody has picked themself, by keyboard."""
    page = await window.page(path)
    await press(page, name)
    await page.wait_for_url(window.base + path)
    return page


async def tab_to(page: Page, text: str) -> None:
    """Tab until the focus is on what begins with the text, or on the field of that id; at each stop the focus can be seen."""
    for _ in range(MOST_KEYS):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUS)
        assert focus["visible"] or not focus["ours"], f"nobody sees that the focus is on {focus['text'] or focus['id']}"
        if focus["text"].startswith(text) or focus["id"] == text:
            return
    pytest.fail(f"Tab never reaches {text}")


async def press(page: Page, text: str) -> None:
    """Press what begins with the text."""
    await tab_to(page, text)
    await page.keyboard.press("Enter")


async def go(page: Page, text: str, heading: str) -> None:
    """Follow what begins with the text to the page of that heading."""
    await press(page, text)
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)


async def record(page: Page, text: str, notice: str) -> None:
    """Press the button and be told that it is noted."""
    await press(page, text)
    await expect(page.get_by_role("status")).to_contain_text(notice)


async def tick(page: Page, field: str, down: int = 0) -> None:
    """Tick a box, or the option of a group so many below its first."""
    await tab_to(page, field)
    await page.keyboard.press("Space")
    for _ in range(down):
        await page.keyboard.press("ArrowDown")


async def write(page: Page, field: str, text: str) -> None:
    """Write into a field; what a field holds is selected when Tab comes to it."""
    await tab_to(page, field)
    await page.keyboard.type(text)


async def until(page: Page, name: str, *, shown: bool = True) -> None:
    """Reload until a link is there, or gone: what one service says another shows a moment later."""
    link = page.get_by_role("link", name=name).first
    for _ in range(SOON // 500):
        if await link.is_visible() is shown:
            return
        await page.wait_for_timeout(500)
        await page.reload()
    pytest.fail(f"{name} {'never came' if shown else 'stays'}")


async def sound(page: Page, path: str, pictures: Path | None = None, name: str = "") -> None:
    """Axe finds nothing, nobody scrolls sideways, no script: wide and narrow; a picture of each where one is wanted."""
    assert await page.locator("script, [onclick], [style]").count() == 0, path
    before = page.viewport_size
    for width in (kit.WIDE, kit.NARROW):
        await page.set_viewport_size({"width": width, "height": 900})
        if pictures is not None:
            await page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
        assert await kit.axe(page) == [], f"{path} at {width}"
        assert not await kit.spills(page), f"{path} at {width}"
    if before is not None:
        await page.set_viewport_size(before)
