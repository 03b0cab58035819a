"""The pages about mail in a real browser: what somebody chooses, with or without signing in, and whom mail does not reach."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.chassis.settings import Settings
from services.chassis.web import mount
from services.notification.app import build_web
from services.notification.mail.choices import address_of_choices
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.keyboard import go, press, record, signed_in, sound, tab_to
from tests.kit.mailing import THURSDAY, fill_with_addresses, goes_on, mail_of, mailing, morning, send_all
from tests.kit.post import ADDRESS, receiving

pytestmark = [pytest.mark.browser, pytest.mark.stack]
TITLE, UNDELIVERED = "Din mail fra Forbliv", "Mail, der ikke kom frem"
SAVED = "Dit valg er gemt."


@dataclass(frozen=True)
class Mailed:
    """Where the pages are, and the address in the digest of the ward's leader."""

    address: str
    link: str


@pytest.fixture
async def mailed(settings: Settings, tmp_path: Path) -> AsyncIterator[Mailed]:
    """The digest went out; two of those who should have got theirs did not."""
    async with receiving() as post, mailing(settings.model_copy(update={"rules": tmp_path / "rules"}), post) as runtime:
        await fill_with_addresses(runtime)
        post.refuses[mail_of("leader")] = "550 5.1.1 No such user"
        await runtime.pool.execute("UPDATE directory SET mail = NULL WHERE person = $1", an_id("chief"))
        await goes_on(runtime, morning(THURSDAY))
        await send_all(runtime)
        told = runtime.settings.model_copy(update={"assets": kit.assets()})
        link = address_of_choices(told, MUNICIPALITY, an_id("leader")).removeprefix(ADDRESS)
    with kit.served(mount([build_web(told)])) as address:
        yield Mailed(address, link)


async def chosen(page: Page) -> tuple[bool, bool]:
    """Whether the digest is wanted, and in Danish."""
    digest, danish = page.get_by_label("Send mig opsamlingen"), page.get_by_label("Dansk")
    return await digest.is_checked(), await danish.is_checked()


async def test_the_page_behind_the_link_of_a_mail_is_sound(mailed: Mailed, window_at: WindowAt) -> None:
    window = await window_at(mailed.address, kit.WIDE)
    page = await window.page(mailed.link)
    await sound(page, mailed.link, window.pictures, "mail-choices-link")

    await record(page, "Gem", SAVED)

    await sound(page, mailed.link, window.pictures, "mail-choices-saved")


async def test_by_the_link_of_a_mail_one_chooses_without_signing_in_and_by_keyboard_alone(mailed: Mailed, window_at: WindowAt) -> None:
    page = await (await window_at(mailed.address, kit.NARROW)).page(mailed.link)
    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    await expect(page.get_by_text("Den kommer mandag og torsdag kl. 07.30, når der er noget at fortælle.")).to_be_visible()
    assert await chosen(page) == (True, True)

    await tab_to(page, "digest-1")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "language-1")
    await page.keyboard.press("ArrowDown")
    await record(page, "Gem", SAVED)

    assert await chosen(page) == (False, False)
    await page.reload()
    assert await chosen(page) == (False, False)


async def test_who_is_signed_in_finds_the_same_choice_from_the_inbox_by_keyboard_alone(mailed: Mailed, window_at: WindowAt) -> None:
    window = await window_at(mailed.address, kit.WIDE)
    page = await signed_in(window, "Anne Holm")
    await go(page, TITLE, TITLE)
    await sound(page, "/mail/choices", window.pictures, "mail-choices-own")

    await tab_to(page, "digest-1")
    await page.keyboard.press("ArrowDown")
    await record(page, "Gem", SAVED)
    assert await chosen(page) == (False, True)

    await go(page, "Dine opgaver", "Dine opgaver")
    by_link = await window.page(mailed.link)
    assert await chosen(by_link) == (False, True)


async def test_a_link_that_is_none_says_where_to_look(mailed: Mailed, window_at: WindowAt) -> None:
    window = await window_at(mailed.address, kit.WIDE)
    page = await window.page(f"{mailed.link}x")

    await expect(page.get_by_text("Linket gælder ikke.")).to_be_visible()
    await sound(page, "a link that is none", window.pictures, "mail-choices-none")


async def test_hr_sees_whom_mail_does_not_reach(mailed: Mailed, window_at: WindowAt) -> None:
    window = await window_at(mailed.address, kit.WIDE)
    page = await signed_in(window, "HR")
    await go(page, UNDELIVERED, UNDELIVERED)

    await expect(page.get_by_role("row")).to_have_count(3)
    await sound(page, "/mail", window.pictures, "mail-undelivered")
    await press(page, "HR's kø")
    await expect(page.get_by_role("heading", level=1)).to_have_text("HR's kø")


async def test_where_all_mail_arrived_hr_reads_that(settings: Settings, tmp_path: Path, window_at: WindowAt) -> None:
    async with receiving() as post, mailing(settings.model_copy(update={"rules": tmp_path / "rules"}), post) as runtime:
        await fill_with_addresses(runtime)
        told = runtime.settings.model_copy(update={"assets": kit.assets()})
    with kit.served(mount([build_web(told)])) as address:
        window = await window_at(address, kit.WIDE)
        page = await signed_in(window, "HR", "/mail")

        await expect(page.get_by_text("Al mail er kommet frem.")).to_be_visible()
        await sound(page, "/mail", window.pictures, "mail-all-arrived")
