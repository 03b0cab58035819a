"""The whole site on a real stack: by keyboard alone from the sign-in to what is recorded, sound at every width."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from playwright.async_api import Page, expect

from deploy.local.clockwork import read_clock
from deploy.local.paths import ROOT
from deploy.local.play.deliver import deliver, evening, settle
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.small_town import ANNE, BO, DISMISSED, LEAVER, MUNICIPALITY, NAMES, NEWCOMER, TODAY, write_town
from tests.kit.whole import reach_day, whole_stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]
MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"
MOST_KEYS = 60
FOCUS = """() => {
  const seen = getComputedStyle(document.activeElement);
  return {text: (document.activeElement.innerText || '').trim(), id: document.activeElement.id,
          visible: seen.outlineStyle !== 'none' && parseFloat(seen.outlineWidth) > 0,
          ours: document.activeElement.matches(':focus')};
}"""
"""Not ours: the browser's own calendar button inside a date field, and the browser's frame beyond the last stop."""
SOON = 20_000


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own: clocks go forward only, and the demo on the shared one begins on the day of the go-live."""
    with whole_stack(tmp_path_factory.mktemp("site")) as stack:
        yield stack


@pytest.fixture(scope="module")
def town(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The whole stack, with a small municipality on a Friday in January and nobody else to sign in as."""
    assert run_async(read_clock(whole)) < evening(TODAY), "the clock goes forward only: this story is played first"
    reach_day(whole, TODAY)
    deliver(whole, write_town(tmp_path_factory.mktemp("town")), MAPPING, MUNICIPALITY)
    settle(whole)
    return whole


async def signed_in(window: kit.Window, name: str, path: str = "/tasks") -> Page:
    """Somebody has picked themself, by keyboard."""
    page = await window.page(path)
    await press(page, name)
    await page.wait_for_url(window.base + path)
    return page


async def tab_to(page: Page, text: str) -> None:
    """Tab until the focus is on what begins with the text; at each stop the focus can be seen."""
    for _ in range(MOST_KEYS):
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUS)
        assert focus["visible"] or not focus["ours"], f"nobody sees that the focus is on {focus['text'] or focus['id']}"
        if focus["text"].startswith(text) or focus["id"] == text:
            return
    pytest.fail(f"Tab never reaches {text}")


async def press(page: Page, text: str) -> None:
    """Press what begins with the text, by keyboard."""
    await tab_to(page, text)
    await page.keyboard.press("Enter")


async def until_shown(page: Page, name: str) -> None:
    """Reload until a link is there: what one service says another shows a moment later."""
    link = page.get_by_role("link", name=name, exact=True).first
    for _ in range(SOON // 500):
        if await link.is_visible():
            return
        await page.wait_for_timeout(500)
        await page.reload()
    pytest.fail(f"{name} never came")


async def test_a_leader_records_a_talk_by_keyboard_alone(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE])

    await press(page, "Opfølgningssamtale efter de første uger")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Samtale efter de første uger: {NAMES[NEWCOMER]}")
    await press(page, "Samtalen er holdt")

    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er holdt.")
    await page.goto(f"{town.web}/tasks")
    for _ in range(SOON // 500):
        if await page.get_by_role("link", name="Opfølgningssamtale efter de første uger").count() == 0:
            return
        await page.wait_for_timeout(500)
        await page.reload()
    pytest.fail("the task stays")


async def test_a_leader_offers_an_exit_talk_on_a_phone_by_keyboard_alone(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.NARROW), NAMES[ANNE])

    await press(page, "Menu")
    await press(page, "Fratrædelser")
    await page.wait_for_url("**/retention")
    await press(page, "Fratrædelsessamtale med nærmeste leder")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Fratrædelsessamtale: {NAMES[DISMISSED]}")
    await press(page, "Samtalen er tilbudt")

    await expect(page.get_by_role("status")).to_contain_text("Det er noteret, at samtalen er tilbudt.")


async def test_a_leader_reads_the_scorecard_and_its_tables_by_keyboard_alone(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE])

    await press(page, "Scorecard")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Scorecard for Fjordvang")
    await until_shown(page, "Antal ansatte")
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


async def test_every_page_is_sound_at_every_width_and_has_no_script(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), "HR")
    lists = ("/tasks", "/tasks/team", "/onboarding", "/retention", "/recruitment", "/scorecard", "/intake/deliveries")
    found = [link for path in lists[2:] for link in await found_on(page, town.web + path)]
    assert {link.split("/")[1] for link in found} == {"onboarding", "retention", "recruitment", "intake"}
    figures = ("/scorecard/headcount", "/scorecard/leavers-by-kind")

    for path in (*lists, *found, *figures, "/nothing"):
        await page.goto(town.web + path)
        await sound(page, path)


async def test_a_page_that_is_shown_again_with_what_is_wrong_is_sound(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE], "/recruitment")
    await press(page, "Sygeplejerske")
    await page.wait_for_url("**/recruitment/vacancies/*")

    await press(page, "Gem resultatet")

    await expect(page.locator("#faults")).to_be_focused()
    await expect(page.locator("#offered_on")).to_have_value(TODAY.isoformat())
    await sound(page, "/wrong")


async def sound(page: Page, path: str) -> None:
    """Axe finds nothing, nobody scrolls sideways, no script: wide and narrow."""
    assert await page.locator("script, [onclick], [style]").count() == 0, path
    for width in (kit.WIDE, kit.NARROW):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await kit.axe(page) == [], f"{path} at {width}"
        assert not await kit.spills(page), f"{path} at {width}"
