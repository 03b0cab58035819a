"""The look every page has, on the example site: reachable by keyboard, readable by a screen reader, on a phone too."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.builders import an_id
from tests.kit.example import Kept, mount, settings, site

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [kit.WIDE, kit.NARROW])


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    told = settings(tmp_path_factory.mktemp("rules"), assets=kit.assets())
    with kit.served(mount([site(told, Kept())])) as address:
        yield address


async def signed_in(window: kit.Window, name: str = "Anne Holm", path: str = "/tasks/list") -> Page:
    page = await window.page(path)
    await page.get_by_role("button", name=name).click()
    await page.wait_for_url(window.base + path)
    return page


async def sound(window: kit.Window, page: Page, name: str, width: int) -> None:
    await window.picture(page, f"{name}-{width}")
    assert await kit.axe(page) == []
    assert not await kit.spills(page)


@WIDTHS
async def test_the_sign_in_is_sound(example: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(example, width)

    await sound(window, await window.page("/sign-in"), "sign-in", width)


@WIDTHS
async def test_a_list_is_sound(example: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(example, width)

    await sound(window, await signed_in(window, "Carla Dam"), "list", width)


@WIDTHS
async def test_a_form_with_what_is_wrong_is_sound_and_begins_with_it(example: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(example, width)
    page = await signed_in(window, path=f"/tasks/talks/{an_id('fjordvang')}")
    await sound(window, page, "form", width)

    await page.get_by_role("textbox", name="Minutter").fill("300")
    await page.get_by_role("button", name="Gem samtalen").click()

    await expect(page.locator("#faults")).to_be_focused()
    await expect(page).to_have_title("Fejl: Opfølgende samtale – Forbliv")
    await expect(page.get_by_role("textbox", name="Minutter")).to_have_value("300")
    await sound(window, page, "form-wrong", width)


@WIDTHS
async def test_an_error_page_is_sound(example: str, window_at: WindowAt, width: int) -> None:
    window = await window_at(example, width)
    page = await signed_in(window)
    await page.goto(f"{example}/tasks/talks/{an_id('skovly')}")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Siden findes ikke")
    await sound(window, page, "not-found", width)


async def test_a_talk_is_recorded_with_the_keyboard_alone(example: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(example, kit.WIDE))
    keys = page.keyboard

    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Gå til sidens indhold")).to_be_focused()
    await keys.press("Enter")
    await keys.press("Tab")
    await expect(page.get_by_role("link", name="Fjordvang")).to_be_focused()
    await keys.press("Enter")
    await page.get_by_label("Dato for samtalen").focus()
    await tab_to(page, "way-1")
    await keys.press("Space")
    await tab_to_button(page, "Gem samtalen")
    await keys.press("Enter")

    await expect(page.get_by_role("status")).to_contain_text("Samtalen er gemt.")


async def test_the_menu_of_a_phone_opens_without_script(example: str, window_at: WindowAt) -> None:
    window = await window_at(example, kit.NARROW)
    page = await signed_in(window)
    tasks = page.get_by_role("link", name="Opgaver")
    await expect(tasks).to_be_hidden()

    await page.locator("summary", has_text="Menu").click()

    await expect(tasks).to_be_visible()
    await sound(window, page, "menu", kit.NARROW)


async def test_axe_and_the_width_are_really_looked_at(example: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(example, kit.NARROW))

    await page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('input'), {size: 200}))")

    assert [finding.split(":")[0] for finding in await kit.axe(page)] == ["label"]
    assert await kit.spills(page)


async def test_script_in_a_page_is_never_run(example: str, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(example, kit.WIDE))

    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")

    assert await page.evaluate("window.ran") is None


async def tab_to(page: Page, element: str) -> None:
    for _ in range(10):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == element:
            return
    pytest.fail(f"Tab never reaches {element}")


async def tab_to_button(page: Page, text: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == text:
            return
    pytest.fail(f"Tab never reaches {text}")
