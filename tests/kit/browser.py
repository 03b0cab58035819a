"""A real Chromium at the pages: what it shows, what axe finds, what it looks like."""

import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page

from deploy.local.assets import assets_directory
from deploy.local.assets import axe_script as axe_file
from deploy.local.browser import find_browser

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
WIDE, NARROW = 1280, 390
_AXE = "async (tags) => (await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})).violations"
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")


def found(what: str, place: str | Path | None) -> str:
    """The place of a tool; without it the test is skipped by name, on CI it fails (`make test` sets all of them up)."""
    if place and Path(place).exists():
        return str(place)
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing; set-up installs it")
    pytest.skip(f"{what} is not installed")


def chromium() -> str:
    """The Chromium that set-up found or installed."""
    return found("Chromium", find_browser())


def axe_script() -> str:
    """The text of axe-core."""
    return Path(found("axe-core", axe_file())).read_text("utf-8")


def assets() -> Path:
    """The folder of the design system."""
    found("the design system", assets_directory() / "dkfds")
    return assets_directory()


async def axe(page: Page) -> list[str]:
    """What axe finds wrong (WCAG 2.1 A and AA, best practice): a line each, with where it is. The page's policy stays in force."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe_script())
    findings = await page.evaluate(_AXE, list(_RULES))
    return [f"{found['id']}: {found['help']} at {', '.join(n['target'][0] for n in found['nodes'])}" for found in findings]


async def spills(page: Page) -> bool:
    """Whether the page is wider than its window, so that people must scroll sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@dataclass(frozen=True)
class Window:
    """One person's browser: a context of its own at a base address."""

    context: BrowserContext
    base: str
    pictures: Path

    async def page(self, path: str) -> Page:
        """A new tab at a path."""
        page = await self.context.new_page()
        await page.goto(self.base + path)
        return page

    async def picture(self, page: Page, name: str) -> Path:
        """The whole page as a PNG."""
        place = self.pictures / f"{name}.png"
        await page.screenshot(path=place, full_page=True)
        return place


async def window(browser: Browser, base: str, pictures: Path, width: int = WIDE) -> Window:
    """A browser window of this width, in Danish; no page of ours needs script, and script of its own is an error seen in the console."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, locale="da-DK", timezone_id="Europe/Copenhagen")
    return Window(context, base, pictures)


WindowAt = Callable[[str, int], Awaitable[Window]]
"""Opens a window at the address of a site, of some width."""


@contextmanager
def served(app: object, **options: Any) -> Iterator[str]:
    """An ASGI app on a free loopback port for as long as it is needed, with these options of the server; gives its address."""
    told = {"host": "127.0.0.1", "port": 0, "log_level": "warning", **options}
    server = uvicorn.Server(uvicorn.Config(app, **told))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                pytest.fail("the pages did not start")
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
