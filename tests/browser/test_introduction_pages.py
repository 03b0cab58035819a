"""The leader's and HR's pages of introductions in a real Chromium: sound on a screen and on a phone, the main paths by keyboard alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.onboarding.app import SERVICE, build_web
from tests.kit import browser as kit
from tests.kit import ward
from tests.kit.browser import WindowAt
from tests.kit.keyboard import go, press, record, signed_in, sound, tab_to, tick, write

pytestmark = pytest.mark.browser
ANNE, TALK = "Anne Holm", "Opfølgningssamtale efter de første uger"


@pytest.fixture
async def base(settings: Settings, tmp_path: Path) -> AsyncIterator[str]:
    own = ward.of_own_rules(settings, tmp_path / "rules")
    async with open_runtime(SERVICE, own) as runtime:
        await ward.fill(runtime)
    serving = kit.served(mount([build_web(own.model_copy(update={"assets": kit.assets()}))]))
    yield await asyncio.to_thread(serving.__enter__)
    await asyncio.to_thread(serving.__exit__, None, None, None)


async def fill(page: Page, field: str, day: str) -> None:
    """Tab to a field of a day and write it there, in whatever order the browser's parts of a day are."""
    await tab_to(page, field)
    await page.locator(f"#{field}").fill(day)


async def test_a_leader_names_mentors_approves_the_plan_and_records_a_talk_by_keyboard_alone(
    base: str, window_at: WindowAt, pictures: Path
) -> None:
    page = await signed_in(await window_at(base, kit.WIDE), ANNE, "/onboarding")
    await sound(page, "/onboarding", pictures, "intro-overview")
    await go(page, "Bo Lund", "Introduktion: Bo Lund")
    await sound(page, "the plan", pictures, "intro-plan")

    await go(page, "Vælg mentorer", "Mentorer for Bo Lund")
    await sound(page, "mentors", pictures, "intro-mentors")
    await write(page, "q", "gitte")
    await press(page, "Søg")
    await expect(page.get_by_text("2 kolleger fundet")).to_be_visible()
    await tick(page, "mentor-1")
    await sound(page, "mentors found", pictures, "intro-mentors-found")
    await record(page, "Udpeg som mentor", "Mentoren er udpeget.")
    await expect(page.get_by_role("row", name="Faglig mentor Gitte Berg")).to_contain_text("1 ny")

    await go(page, "Til planen", "Introduktion: Bo Lund")
    await tick(page, "newcomer_took_part")
    await record(page, "Godkend planen", "Det er noteret, at planen er godkendt.")
    await go(page, TALK, f"{TALK}: Bo Lund")
    await sound(page, "the talk", pictures, "intro-talk")
    await tick(page, "themes-1")
    await tick(page, "observations-7")
    await write(page, "words", "Vagtplanen skal forklares på dag et.")
    await record(page, "Samtalen er holdt", "Det er noteret, at samtalen er holdt.")
    await sound(page, "the plan after", pictures, "intro-plan-after")
    await expect(page.get_by_text("Vagtplanen skal forklares på dag et.")).to_be_visible()


async def test_a_plan_is_changed_by_keyboard_and_what_cannot_be_is_said_at_the_field(
    base: str, window_at: WindowAt, pictures: Path
) -> None:
    page = await signed_in(await window_at(base, kit.WIDE), ANNE, "/onboarding")
    await go(page, "Bo Lund", "Introduktion: Bo Lund")
    await go(page, "Ret planen", "Ret planen: Bo Lund")
    await sound(page, "edit", pictures, "intro-edit")

    await tab_to(page, "moved")
    await page.keyboard.type("Opfølgningssamtale efter de")
    await fill(page, "moved_to", "2026-03-15")
    await press(page, "Flyt trinet")

    await expect(page.locator("#faults")).to_be_focused()
    await expect(page.locator("#moved_to-error")).to_contain_text("uden for tidsrummet")
    await sound(page, "edit, wrong", pictures, "intro-edit-wrong")
    await fill(page, "moved_to", "2026-03-12")
    await record(page, "Flyt trinet", "Det er noteret, at dagen er flyttet.")


async def test_a_step_is_moved_and_taken_out_on_its_own_page_and_the_plan_can_be_printed(
    base: str, window_at: WindowAt, pictures: Path
) -> None:
    page = await signed_in(await window_at(base, kit.WIDE), ANNE, "/onboarding")
    await go(page, "Signe Sol", "Introduktion: Signe Sol")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("link", name="Ret planen")).to_be_hidden()
    await page.screenshot(path=pictures / "intro-plan-printed.png", full_page=True)
    await page.emulate_media(media="screen")
    await go(page, "Udpeg mentorer", "Udpeg mentorer: Signe Sol")
    await sound(page, "the step of mentors", pictures, "intro-step-mentors")
    await go(page, "Vælg mentorer", "Mentorer for Signe Sol")
    await go(page, "Til planen", "Introduktion: Signe Sol")
    await go(page, "Rundtur med mentor", "Rundtur med mentor: Signe Sol")
    await sound(page, "a step ahead", pictures, "intro-step")
    await fill(page, "moved_to", "2026-03-20")
    await record(page, "Flyt trinet", "Det er noteret, at dagen er flyttet.")
    await go(page, "Rundtur med mentor", "Rundtur med mentor: Signe Sol")
    await record(page, "Tag trinet ud", "Trinet er taget ud af planen.")


async def test_what_newcomers_wonder_about_is_answered_by_keyboard(base: str, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(base, kit.WIDE), ANNE, "/onboarding")
    await go(page, "Bo Lund", "Introduktion: Bo Lund")
    await press(page, "Notér en undren uden for en samtale")
    await tab_to(page, "theme")
    await page.keyboard.type("Teknologi")
    await tab_to(page, "raised_in")
    await page.keyboard.type("Den første dag")
    await record(page, "Notér undren", "Det er noteret, at medarbejderen undrede sig.")

    await go(page, "Det, nye har undret sig over", "Det, nye har undret sig over")
    await sound(page, "observations", pictures, "intro-observations")
    await go(page, "Teknologi", "Undren: Teknologi")
    await sound(page, "observation", pictures, "intro-observation")
    await tick(page, "outcome-1")
    await record(page, "Gem svaret", "Svaret er gemt.")
    await sound(page, "observations, answered", pictures, "intro-observations-answered")


async def test_hr_makes_good_what_should_have_been_and_reads_what_would_happen(base: str, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(base, kit.WIDE), "HR", "/onboarding/gaps")
    await sound(page, "gaps", pictures, "intro-gaps")
    await tab_to(page, "unit")
    await page.keyboard.type("Køkkenet")
    await press(page, "Vis")
    await expect(page.get_by_role("link", name="Freja Ø").first).to_be_visible()
    await expect(page.get_by_role("link", name="Bo Lund")).to_have_count(0)
    await go(page, "Den første uge", "Den første uge: Freja Ø")
    await sound(page, "a step that was missed", pictures, "intro-step-missed")
    await record(page, "Det er gjort", "Det er noteret, at trinet er gjort.")

    await page.goto(f"{base}/onboarding/preview")
    await sound(page, "preview", pictures, "intro-preview")
    await press(page, "Vis trinene")
    await expect(page.locator("#unit-error")).to_be_visible()
    await sound(page, "preview, wrong", pictures, "intro-preview-wrong")
    await tab_to(page, "unit")
    await page.keyboard.type("Hjemmepleje")
    await tab_to(page, "profession")
    await page.keyboard.type("Sygeplejerske")
    await fill(page, "start", "2026-02-16")
    await press(page, "Vis trinene")
    await expect(page.get_by_text("Datoen for dette trin er passeret").first).to_be_visible()
    await sound(page, "preview, found", pictures, "intro-preview-found")


async def test_a_representative_finds_what_is_asked_and_does_it_by_keyboard(base: str, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(base, kit.NARROW), "Rikke Rask", "/onboarding")
    await sound(page, "what is asked of AMR", pictures, "intro-asked")
    await press(page, "Kontakt fra AMR")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Kontakt fra AMR: ")
    await sound(page, "a step of AMR", pictures, "intro-asked-step")
    await record(page, "Det er gjort", "Det er noteret, at trinet er gjort.")
