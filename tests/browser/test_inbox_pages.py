"""The inbox in a real browser: sound for everybody, on a phone too, and one key press from the page that does it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.notification.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit import keyboard
from tests.kit.browser import WindowAt
from tests.kit.builders import an_id
from tests.kit.inbox import change_hands, fill

pytestmark = [pytest.mark.browser, pytest.mark.stack]
WIDTHS = pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])


@pytest.fixture
async def inbox(settings: Settings) -> AsyncIterator[str]:
    """The address of a filled inbox."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    told = settings.model_copy(update={"secret": "a secret of the tests, long enough", "assets": kit.assets()})
    with kit.served(mount([build_web(told)])) as address:
        yield address


async def signed_in(window: kit.Window, name: str, path: str) -> Page:
    page = await window.page(path)
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(window.base + path)
    return page


@WIDTHS
@pytest.mark.parametrize(
    ("name", "path", "picture"),
    [("Anne Holm", "/tasks", "inbox"), ("Carla Dam", "/tasks/team", "team"), ("HR", "/tasks", "queue"), ("Gry Friis", "/tasks", "empty")],
)
async def test_the_inbox_is_sound(inbox: str, window_at: WindowAt, width: int, name: str, path: str, picture: str) -> None:
    window = await window_at(inbox, width)
    page = await signed_in(window, name, path)

    await window.picture(page, f"{picture}-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


@WIDTHS
async def test_what_is_chosen_handed_on_and_told_of_one_task_is_sound(
    inbox: str, settings: Settings, window_at: WindowAt, width: int
) -> None:
    async with open_runtime(SERVICE, settings) as runtime:
        await change_hands(runtime)
    window = await window_at(inbox, width)
    paths = {
        "chosen": "/tasks/team?late=yes",
        "history": f"/tasks/{an_id('late')}",
        "deputies": "/tasks/deputies",
        "none": "/tasks?name=nobody",
    }

    for name, path in paths.items():
        page = await signed_in(await window_at(inbox, width), "Carla Dam", path)
        await window.picture(page, f"{name}-{width}")
        assert await kit.axe(page) == [], path
        assert not await kit.spills(page), path
    for person, name in (("Anne Holm", "went"), ("Dan Berg", "came")):
        page = await signed_in(await window_at(inbox, width), person, "/tasks")
        await window.picture(page, f"{name}-{width}")
        assert await kit.axe(page) == [], name
        assert not await kit.spills(page), name


async def test_what_to_see_is_chosen_with_the_keyboard_alone(inbox: str, window_at: WindowAt) -> None:
    page = await keyboard.signed_in(await window_at(inbox, kit.WIDE), "Anne Holm")

    await keyboard.press(page, "Vælg, hvad du vil se")
    await keyboard.write(page, "name", "krogh")
    await keyboard.tick(page, "late")
    await keyboard.press(page, "Vis")

    await expect(page.get_by_role("status")).to_have_text("1 af 6 opgaver passer til det, du har valgt.")
    await keyboard.go(page, "Historik", "Historik: Fastholdelsessamtale")


async def test_from_one_heading_to_the_next_without_passing_the_rows(inbox: str, window_at: WindowAt) -> None:
    page = await keyboard.signed_in(await window_at(inbox, kit.WIDE), "Anne Holm")

    await keyboard.press(page, "Frist senere")

    await expect(page.locator("#later")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Tænk stillingen igennem før opslag", exact=True)).to_be_focused()


async def test_the_first_task_is_reached_with_the_keyboard_alone(inbox: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(inbox, kit.WIDE), "Anne Holm", "/tasks")

    await page.locator("#main-content").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Se alle opgaver i dine enheder")).to_be_focused()
    for stop in ("Vælg, hvad du vil se", "Over fristen", "Denne uge", "Frist senere", "Begynder inden for"):
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_contain_text(stop)
    await page.keyboard.press("Tab")

    await expect(page.get_by_role("link", name="Fastholdelsessamtale", exact=True)).to_be_focused()
