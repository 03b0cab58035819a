"""Fixtures of the browser tests: one Chromium, a window for each test, pictures in a folder that outlives it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.kit import browser as kit

WindowAt = Callable[[str, int], Awaitable[kit.Window]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The real Chromium of the system; skipped by name where there is none."""
    place = kit.chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=place, args=list(kit.ARGS))
        yield started
        await started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: FORBLIV_PICTURES, else a folder of this run."""
    told = os.environ.get("FORBLIV_PICTURES")
    place = Path(told) if told else tmp_path_factory.mktemp("pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
async def window_at(browser: Browser, pictures: Path) -> AsyncIterator[WindowAt]:
    """A window of some width at the address of a site; closed after the test."""
    opened: list[kit.Window] = []

    async def at(base: str, width: int) -> kit.Window:
        opened.append(await kit.window(browser, base, pictures, width))
        return opened[-1]

    yield at
    for one in opened:
        await one.context.close()
