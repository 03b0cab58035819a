"""The page of one step or talk says what to do, by when, and what comes first."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.web.local_sign_in import hr_persona
from services.onboarding.app import SERVICE, build_web
from tests.kit import ward
from tests.kit.builders import MUNICIPALITY, an_id, hired
from tests.kit.first_year import signed_in, told
from tests.kit.page_client import PageClient, text_of
from tests.kit.records import take

OWN_TEXT = 'text = { da = "Bestil nøgler hos servicekontoret.", en = "Order keys at the service office." }'


@pytest.fixture
async def runtime(settings: Settings, tmp_path: Path) -> AsyncIterator[Runtime]:
    """The ward, whose own step has a text."""
    own = ward.of_own_rules(settings, tmp_path / "rules")
    rules = own.rules / f"{MUNICIPALITY}.toml"
    rules.write_text(rules.read_text("utf-8").replace("keys = { ", f"keys = {{ {OWN_TEXT}, "), "utf-8")
    async with open_runtime(SERVICE, own) as opened:
        await ward.fill(opened)
        yield opened


@pytest.fixture
async def leader(runtime: Runtime) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(runtime.settings), an_id("leader")) as client:
        yield client


@pytest.fixture
async def hr(runtime: Runtime) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(runtime.settings), hr_persona(MUNICIPALITY)) as client:
        yield client


async def path_of(runtime: Runtime, person: str, name: str) -> str:
    """The page of a step of somebody, by its name in the rules."""
    which = "person_key = $1 AND name = $2"
    fact: UUID = await runtime.pool.fetchval(f"SELECT fact FROM step WHERE {which}", an_id(person), name)
    is_talk: bool = await runtime.pool.fetchval(f"SELECT how = 'talk' FROM step WHERE {which}", an_id(person), name)
    return f"/onboarding/{'talks' if is_talk else 'steps'}/{fact}"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("first-day", "Tag imod medarbejderen, vis rundt, præsentér kollegerne, og gennemgå planen for de første uger."),
        ("talk-2-weeks", "Tal om, hvordan de første uger er gået, hvad der undrer, og hvad der er brug for."),
        ("keys", "Bestil nøgler hos servicekontoret."),
        ("medicine", "Sørg for, at medarbejderen får tid til e-læringen."),
    ],
)
async def test_a_step_says_what_to_do(runtime: Runtime, leader: PageClient, name: str, what: str) -> None:
    assert what in text_of((await leader.get(await path_of(runtime, "new", name))).text)


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ("", "Udpeg en faglig og en social mentor før den første dag, eller et fast team."),
        ("[onboarding.templates.first-year.steps]\nmentors-named.mentors = 'any'", "Vælg en mentor før den første dag"),
    ],
)
async def test_where_one_mentor_is_enough_nobody_is_told_to_name_two(settings: Settings, tmp_path: Path, rules: str, what: str) -> None:
    """S0: a professional and a social one; S3 (Norddjurs): a mentor."""
    own = ward.of_own_rules(settings, tmp_path / "rules")
    (own.rules / f"{MUNICIPALITY}.toml").write_text(f"{ward.RULES}\n{rules}", "utf-8")
    async with open_runtime(SERVICE, own) as runtime:
        await ward.fill(runtime)
        plan: UUID = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("new"))
        async with signed_in(build_web(own), an_id("leader")) as client:
            pages = [
                await client.get(path) for path in (await path_of(runtime, "new", "mentors-named"), f"/onboarding/plans/{plan}/mentors")
            ]

    assert [what in text_of(page.text) for page in pages] == [True, True]
    assert ["Udpeg en faglig og en social" in text_of(page.text) for page in pages] == [not rules, not rules]
    assert "de to mentorer" not in pages[1].text


async def test_an_own_step_without_a_text_says_no_more_than_its_title(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get(await path_of(runtime, "new", "buddy"))).text)

    assert "Rundtur med mentor: Bo Lund Enhed" in page


async def test_the_own_text_speaks_english_too(runtime: Runtime, leader: PageClient) -> None:
    page = await leader.get(await path_of(runtime, "new", "keys"), headers={"accept-language": "en"})

    assert "Order keys at the service office." in text_of(page.text)


@pytest.mark.parametrize(
    ("person", "step", "since"),
    [
        ("new", "talk-2-weeks", "Første arbejdsdag mandag 16. februar"),
        ("back", "reintroduction-plan", "Tilbage den onsdag 1. april"),
        ("mover", "talk-2-weeks", "Nyt job fra mandag 2. marts"),
        ("chef", "leader-onboarding", "Leder fra mandag 2. februar"),
        ("term", "fixed-term-end", "Ansat fra mandag 12. januar"),
    ],
)
async def test_a_day_is_called_what_it_is_and_who_is_back_is_not_new(
    runtime: Runtime, hr: PageClient, person: str, step: str, since: str
) -> None:
    page = await path_of(runtime, person, step)
    plan: UUID = await runtime.pool.fetchval("SELECT plan_id FROM step WHERE fact = $1", UUID(page.rpartition("/")[2]))

    shown = [text_of((await hr.get(page)).text)]
    if person != "term":
        shown.append(text_of((await hr.get(f"/onboarding/plans/{plan}")).text))
    for text in shown:
        assert since in text
        assert "ny medarbejder" not in text
        assert "nye medarbejder" not in text.replace("Introduktion af nye medarbejdere", "")
        assert ("Første arbejdsdag" in text) is (person == "new")


async def test_a_term_that_ends_says_when(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get(await path_of(runtime, "term", "fixed-term-end"))).text)

    assert "Ansat fra mandag 12. januar Udløber fredag 24. april" in page
    assert "Udløber" not in text_of((await leader.get(await path_of(runtime, "term", "first-day"))).text)


async def test_a_trial_that_ends_says_when(runtime: Runtime, leader: PageClient) -> None:
    trial = hired(date(2026, 2, 16), unit="ward", person="trial", trial_until=date(2026, 5, 15))
    await take(runtime, [told(trial, "hire of trial", date(2026, 2, 9))])

    page = text_of((await leader.get(await path_of(runtime, "trial", "trial-end"))).text)

    assert "Udløber fredag 15. maj" in page


@pytest.mark.parametrize(
    ("step", "window"),
    [
        ("first-week", "Tidsrum mandag 23. februar Hvem gør det"),
        ("talk-2-weeks", "Tidsrum onsdag 25. februar til fredag 13. marts Helst mandag 2. marts Status"),
        ("talk-3-months", "Tidsrum onsdag 1. april til fredag 15. maj Status"),
    ],
)
async def test_a_step_of_one_day_names_it_once_and_the_preferred_day_is_told_where_it_is_another(
    runtime: Runtime, leader: PageClient, step: str, window: str
) -> None:
    assert window in text_of((await leader.get(await path_of(runtime, "new", step))).text)
