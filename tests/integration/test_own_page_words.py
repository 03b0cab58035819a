"""What a newcomer's own page says before the first day: with whom things are, and who knows where to come."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.onboarding.app import SERVICE
from tests.kit import ward
from tests.kit.builders import an_id
from tests.kit.first_year import fill
from tests.kit.own_page import Town, address_on, town
from tests.kit.page_client import PageClient, text_of

BEFORE = date(2026, 2, 11)
"""The first day is 16 February."""
ASKED = "Din leder siger, hvor og hvornår du skal møde den første dag. Har du ikke hørt det, så spørg."


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime, BEFORE)
        async with town(runtime, settings) as found:
            yield found


async def test_the_leader_is_not_the_company_of_a_mentor_to_come(here: Town) -> None:
    page = text_of((await here.newcomer.get(await here.link_for())).text)

    mentors = re.search(r"Du får en mentor (.*?) Du får en eller to", page)
    assert mentors
    assert mentors[1] == "inden fredag 13. februar"


async def test_both_representatives_are_told_apart(here: Town) -> None:
    page = text_of((await here.newcomer.get(await here.link_for())).text)

    assert "Hils på jeres AMR" in page
    assert "Hils på jeres TR" in page


async def test_who_has_not_begun_is_told_who_knows_where_to_come_and_the_paper_has_a_line_for_it(here: Town) -> None:
    made = await here.make_link()
    before = text_of((await here.newcomer.get(address_on(made))).text)
    await here.reaches(date(2026, 2, 17))
    after = text_of((await here.newcomer.get(address_on(made))).text)

    assert "Den første dag møder du her (sted og klokkeslæt): ____" in text_of(made)
    assert (ASKED in before, ASKED in after) == (True, False)


async def test_the_page_of_the_link_leads_back_to_the_plan(here: Town) -> None:
    page = (await here.leader.get(await here.page_of_link())).text

    assert f'<a href="/onboarding/plans/{await here.plan_of()}" class="back-link">' in page


@pytest.mark.parametrize(
    ("person", "unit", "day"), [("mover", "Hjemmepleje Nord", "mandag 2. marts"), ("chef", "Køkkenet på Søvej", "mandag 2. februar")]
)
async def test_who_works_here_already_is_not_welcomed_to_the_municipality(
    settings: Settings, tmp_path: Path, person: str, unit: str, day: str
) -> None:
    own = ward.of_own_rules(settings, tmp_path / "rules")
    async with open_runtime(SERVICE, own) as runtime:
        await ward.fill(runtime)
        async with town(runtime, own) as here, PageClient(here.app) as chief:
            await chief.sign_in(an_id("chief"))
            paper = await here.make_link(person, chief)
            page = (await here.newcomer.get(address_on(paper))).text

    assert [text for text in (page, paper) if "Velkommen" in text] == []
    assert f"Her er planen for din start i {unit}. Du ser, hvad der skal ske" in text_of(page)
    assert f"Her er planen for din start i {unit}. Du begynder {day}." in text_of(paper)
