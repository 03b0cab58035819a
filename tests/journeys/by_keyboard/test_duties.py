"""Each duty of a leader by keyboard alone on a real stack, from the sign-in to what is noted. Played in the order of the file."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from deploy.local.stack import Stack
from tests.kit import browser as kit
from tests.kit.browser import WindowAt
from tests.kit.keyboard import go, press, record, signed_in, sound, tick, until, write
from tests.kit.small_town import ANNE, DISMISSED, LEAVER, NAMES, NEWCOMER, SUCCESSOR

pytestmark = [pytest.mark.browser, pytest.mark.stack]
FOLLOW_UP = "Opfølgningssamtale efter de første uger"
EXIT = "Fratrædelsessamtale med nærmeste leder"


async def counted(page: Page) -> tuple[list[str], list[str]]:
    """From now on: every click (also by keyboard) and every form that is sent."""
    pressed: list[str] = []
    forms: list[str] = []
    await page.expose_function("pressed", lambda: pressed.append(page.url))
    await page.add_init_script("addEventListener('click', () => window.pressed(), true)")
    page.on("request", lambda request: forms.append(request.url) if request.method == "POST" else None)
    await page.reload()
    return pressed, forms


async def test_a_follow_up_talk_is_held_with_three_presses_and_one_form_from_the_inbox(town: Stack, window_at: WindowAt) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE])
    pressed, forms = await counted(page)

    await go(page, FOLLOW_UP, f"Opfølgningssamtale efter de første uger: {NAMES[NEWCOMER]}")
    await record(page, "Samtalen er holdt", "Det er noteret, at samtalen er holdt.")

    assert 0 < len(pressed) <= 3
    assert len(forms) == 1
    await page.goto(f"{town.web}/tasks")
    await until(page, FOLLOW_UP, shown=False)


async def test_a_resignation_is_not_own_wish_then_own_wish_after_all_and_the_retention_talk_is_held(
    town: Stack, window_at: WindowAt, pictures: Path
) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE])

    await go(page, "Fastholdelsessamtale", f"Fastholdelsessamtale: {NAMES[LEAVER]}")
    await record(page, "Ikke eget ønske", "Det er noteret, at det ikke er medarbejderens eget ønske.")
    await sound(page, "not own wish", pictures, "keyboard-not-own-wish")
    await record(page, "Det er alligevel eget ønske", "Det er noteret, at det er medarbejderens eget ønske.")
    await go(page, "Fastholdelsessamtale", f"Fastholdelsessamtale: {NAMES[LEAVER]}")
    await tick(page, "outcome-1", down=2)
    await expect(page.get_by_label("Det er ikke afgjort")).to_be_checked()
    await record(page, "Samtalen er holdt", "Det er noteret, at samtalen er holdt.")
    await sound(page, "talk held", pictures, "keyboard-retention-held")

    await page.goto(f"{town.web}/tasks")
    await until(page, "Fastholdelsessamtale", shown=False)


async def test_an_exit_talk_is_declined(town: Stack, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE], "/retention")

    await go(page, NAMES[LEAVER], f"{NAMES[LEAVER]} stopper")
    await go(page, EXIT, f"Fratrædelsessamtale: {NAMES[LEAVER]}")
    await press(page, "Er I kommet længere?")
    await sound(page, "exit, further", pictures, "keyboard-exit-further")
    await record(page, "Medarbejderen vil ikke have en fratrædelsessamtale", "Det er noteret, at medarbejderen har takket nej.")


async def test_an_exit_talk_is_offered_accepted_and_held_on_a_phone(town: Stack, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(town.web, kit.NARROW), NAMES[ANNE])

    await press(page, "Menu")
    await go(page, "Fratrædelser", "Fratrædelser")
    await go(page, NAMES[DISMISSED], f"{NAMES[DISMISSED]} stopper")
    await go(page, EXIT, f"Fratrædelsessamtale: {NAMES[DISMISSED]}")
    await record(page, "Samtalen er tilbudt", "Det er noteret, at samtalen er tilbudt.")
    await record(page, "Medarbejderen vil gerne", "Det er noteret, at medarbejderen gerne vil.")
    await sound(page, "exit accepted", pictures, "keyboard-exit-accepted")
    await tick(page, "reasons-2")
    await record(page, "Samtalen er holdt", "Det er noteret, at samtalen er holdt.")
    await go(page, EXIT, f"Fratrædelsessamtale: {NAMES[DISMISSED]}")

    await expect(page.get_by_role("cell", name="Opgaver")).to_be_visible()


async def test_a_vacancy_is_reviewed_offered_advertised_and_filled(town: Stack, window_at: WindowAt, pictures: Path) -> None:
    page = await signed_in(await window_at(town.web, kit.WIDE), NAMES[ANNE], "/recruitment")

    await go(page, "Sygeplejerske", "Ledig stilling: Sygeplejerske")
    await tick(page, "tasks_checked")
    await tick(page, "competences_checked")
    await tick(page, "outcome-1")
    await record(page, "Gem resultatet", "Resultatet er gemt.")
    await write(page, "asked", "3")
    await write(page, "accepted", "1")
    await write(page, "hours_gained", "4,5")
    await record(page, "Gem tilbuddet", "Tilbuddet er gemt.")
    await expect(page.get_by_text("3 er spurgt, 1 sagde ja, i alt 4,50 timer mere om ugen.")).to_be_visible()
    await record(page, "Stillingen er slået op", "Det er noteret, at stillingen er slået op.")
    await sound(page, "vacancy advertised", pictures, "keyboard-vacancy-advertised")
    await tick(page, "hired_fact-1")
    await expect(page.get_by_label(NAMES[SUCCESSOR])).to_be_checked()
    await record(page, "Stillingen er besat", "Det er noteret, hvem der fik stillingen.")

    await expect(page.get_by_text(f"{NAMES[SUCCESSOR]} fra mandag 3. februar")).to_be_visible()
    await sound(page, "vacancy filled", pictures, "keyboard-vacancy-filled")
