"""The whole site on a real stack: its lists and figures by keyboard alone, sound at every width."""

from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.local.stack import Stack
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.keyboard import go, press, signed_in, sound, until
from tests.kit.small_town import ANNE, BO, LEAVER, NAMES, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PICTURED = "/intake"
"""Its pages have no browser test of their own."""


async def test_a_leader_reads_the_scorecard_and_its_tables_by_keyboard_alone(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE])

    await go(page, "Scorecard", "Scorecard for Fjordvang")
    await until(page, "Antal ansatte")
    await press(page, "Tabel: Antal ansatte")

    await expect(page.get_by_role("table").first).to_be_visible()


async def test_a_case_of_another_unit_is_not_there(town: Stack, window_at: WindowAt) -> None:
    hers = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE], "/retention")
    case = await hers.get_by_role("link", name=NAMES[LEAVER]).get_attribute("href")
    his = await signed_in(await window_at(town.web, kit.WIDE), NAMES[BO], "/retention")

    answer = await his.goto(f"{town.web}{case}")

    assert answer is not None
    assert answer.status == HTTPStatus.NOT_FOUND
    assert NAMES[LEAVER] not in await his.content()


async def found_on(page: Page, path: str) -> list[str]:
    """The first page of each kind a list leads to."""
    await page.goto(path)
    links = await page.locator("main a[href]").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    kinds = {link.rsplit("/", 1)[0]: link for link in reversed(links) if link.count("/") > 2}
    return sorted(kinds.values())


async def test_every_page_is_sound_at_every_width_and_has_no_script(town: Stack, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), "HR")
    lists = ("/tasks", "/tasks/team", "/onboarding", "/retention", "/recruitment", "/scorecard", "/intake/deliveries")
    found = [link for path in lists[2:] for link in await found_on(page, town.web + path)]
    assert {link.split("/")[1] for link in found} == {"onboarding", "retention", "recruitment", "intake"}
    figures = ("/scorecard/headcount", "/scorecard/leavers-by-kind")
    language = ("/contracts", "/contracts/hr.hired.v1")

    for path in (*lists, *found, *figures, *language, "/nothing"):
        await page.goto(town.web + path)
        pictured = (pictures, "deliveries" if path in lists else "delivery") if path.startswith(PICTURED) else ()
        await sound(page, path, *pictured)


async def test_a_page_that_is_shown_again_with_what_is_wrong_is_sound(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE], "/recruitment")
    await go(page, "Sygeplejerske", "Ledig stilling: Sygeplejerske")

    await press(page, "Gem resultatet")

    await expect(page.locator("#faults")).to_be_focused()
    await expect(page.locator("#offered_on")).to_have_value(TODAY.isoformat())
    await sound(page, "/wrong")
