"""A newcomer's own page on a real PostgreSQL: behind a link that only the newcomer has, or behind the newcomer's own sign-in."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import httpx
import pytest

from contracts.base import HolderRole
from contracts.hr.organisation import UnitRole
from contracts.onboarding.mentor import MentorKind
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.web.secret import UNSEEN
from services.onboarding.app import SERVICE
from services.onboarding.domain.asks import Mentor, name_mentor
from services.onboarding.pages.own import AT_ONCE
from services.onboarding.store.saving import TABLES
from tests.kit.builders import MUNICIPALITY, an_id, moved, role_assigned, unit_changed
from tests.kit.first_year import WEDNESDAY, fill, newcomers, send, told
from tests.kit.own_page import Town, town
from tests.kit.page_client import PageClient, hidden_fields, text_of
from tests.kit.records import take
from tests.kit.story import revision

OURS = (
    *(table.name for table in TABLES.values()),
    "personal_link",
    "survey_answered",
    "survey_tally",
    "survey_closed",
    "outbox",
    "history",
)


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with town(runtime, settings) as found:
            yield found


async def contents(runtime: Runtime) -> dict[str, str]:
    return {name: str(await runtime.pool.fetch(f"SELECT * FROM {name} ORDER BY 1, 2, 3")) for name in (*OURS, "subject")}


def is_unseen(answer: httpx.Response) -> bool:
    return all(answer.headers[name] == value for name, value in UNSEEN.items())


async def test_the_newcomer_opens_the_link_without_signing_in_and_sees_the_own_plan(here: Town) -> None:
    link = await here.link_for()
    answer = await here.newcomer.get(link)
    page = text_of(answer.text)

    assert (answer.status_code, is_unseen(answer)) == (200, True)
    assert "Din første dag mandag 16. februar" in page
    assert "Her skal du arbejde Hjemmepleje Nord Din leder Anne Holm" in page
    assert "Snak om de første uger omkring mandag 2. marts · med Anne Holm" in page
    assert "Linket til denne side er kun til dig. Det virker til og med søndag 12. juli." in page


async def test_the_newcomer_sees_how_the_workload_grows(here: Town) -> None:
    page = text_of((await here.newcomer.get(await here.link_for())).text).replace("\xa0", " ")

    assert "Fra mandag 16. februar: 50 % Fra mandag 16. marts: 75 % Fra lørdag 16. maj: 100 %" in page


async def test_who_finds_the_link_does_not_learn_whose_it_is(here: Town) -> None:
    page = (await here.newcomer.get(await here.link_for())).text

    assert "Bo Lund" not in page
    assert str(an_id("new")) not in page
    assert str(await here.plan_of()) not in page


async def test_a_hidden_step_is_not_on_the_page(here: Town) -> None:
    link = await here.link_for()
    assert "Din første uge" in (await here.newcomer.get(link)).text

    await here.runtime.pool.execute("UPDATE step SET hidden = true WHERE name = 'first-week'")

    assert "Din første uge" not in (await here.newcomer.get(link)).text


async def test_mentors_are_named_with_what_they_are_for(here: Town) -> None:
    subject = Subject("person", an_id("new"), MUNICIPALITY)
    for kind, mentor in ((MentorKind.SOCIAL, Mentor(an_id("leaver"))), (MentorKind.TEAM, Mentor(team=an_id("kitchen")))):
        await here.runtime.ask(subject, uuid4(), name_mentor(await here.plan_of(), kind, mentor, WEDNESDAY, HolderRole.NEAREST_LEADER))

    page = text_of((await here.newcomer.get(await here.link_for())).text)

    assert "De hjælper dig Emil Skov (hjælper dig med at falde til) Køkkenet på Søvej (hele holdet hjælper)" in page


async def test_the_address_is_shown_once_and_only_its_hash_is_kept(here: Town) -> None:
    link = await here.link_for()
    secret = link.rpartition("/")[2]

    again = await here.leader.get(await here.page_of_link())
    kept = str(await contents(here.runtime))

    assert (secret in again.text, is_unseen(again)) == (False, True)
    assert "Vi gemmer det ikke og kan ikke vise det igen." in again.text
    assert secret not in kept
    assert secret.replace("-", "") not in kept


async def test_the_address_is_the_one_that_the_municipality_gave_its_pages(here: Town, settings: Settings) -> None:
    async with town(here.runtime, settings.model_copy(update={"address": "https://forbliv.example.dk"})) as proxied:
        page = await proxied.page_of_link()
        made = await proxied.leader.post(page, data=hidden_fields((await proxied.leader.get(page)).text, page))

    assert 'tabindex="0">https://forbliv.example.dk/intro/' in made.text


async def test_who_scans_a_message_for_bad_links_changes_nothing(here: Town) -> None:
    link = await here.link_for()
    before = await contents(here.runtime)

    for path in (link, f"{link}/wonder", f"{link}/survey/new-hire", await here.page_of_link()):
        for method in ("GET", "HEAD"):
            await here.newcomer.request(method, path)
            await here.leader.request(method, path)

    assert await contents(here.runtime) == before
    assert (await here.newcomer.get(link)).status_code == 200


async def test_an_address_can_be_typed_in_capitals_and_without_hyphens(here: Town) -> None:
    way, _, secret = (await here.link_for()).rpartition("/")
    assert (await here.newcomer.get(f"{way}/{secret.upper().replace('-', '')}")).status_code == 200


async def test_a_link_that_opens_nothing_tells_nothing_of_what_it_was(here: Town) -> None:
    """Never made, renewed, taken back, too old, of a hire that never was: five times the same page."""
    page = await here.page_of_link()
    never, renewed = "/intro/aaaa-bbbb-cccc-dddd-eeee-ffff-gggg-hhhh", await here.link_for()
    taken = await here.link_for()
    assert (await here.newcomer.get(taken)).status_code == 200
    await send(here.leader, page, f"{page}/drop")
    cancelled = await here.link_for("away")
    hire = told(newcomers()["hire of away"], "hire of away")
    await take(here.runtime, [revision(hire.body, hire.known_at, fact=hire.fact, number=2, stands=False)])
    old = await here.link_for()
    assert (await here.newcomer.get(old)).status_code == 200
    await here.reaches(date(2026, 7, 13))

    answers = [await here.newcomer.get(link) for link in (never, renewed, taken, cancelled, old)]
    answers += [await here.newcomer.post(f"{link}/wonder", data={}) for link in (never, old)]

    pages = [answer.text for answer in answers]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert all(is_unseen(answer) for answer in answers)
    assert len({_without_address(page, link) for page, link in zip(pages[:5], (never, renewed, taken, cancelled, old), strict=True)}) == 1
    assert "Linket virker ikke" in pages[0]


def _without_address(page: str, link: str) -> str:
    """The form of the language goes back to the address that was asked for."""
    return page.replace(link, "")


async def test_a_link_works_to_and_with_its_last_day_and_follows_a_start_that_is_moved(here: Town) -> None:
    link = await here.link_for()
    await here.reaches(date(2026, 7, 12))
    assert (await here.newcomer.get(link)).status_code == 200
    await here.reaches(date(2026, 7, 13))
    assert (await here.newcomer.get(link)).status_code == 404


async def test_the_same_form_again_makes_no_second_link(here: Town) -> None:
    page = await here.page_of_link()
    fields = hidden_fields((await here.leader.get(page)).text, page)

    first, second = [await here.leader.post(page, data=fields) for _ in range(2)]

    assert (first.status_code, second.status_code) == (200, 303)
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM personal_link") == 1


async def test_a_link_is_made_by_who_leads_the_unit_and_for_nobody_elses_plan(here: Town) -> None:
    for person in ("other", "leader"):
        page = await here.page_of_link(person)
        assert (await here.leader.get(page)).status_code == 404
        assert (await here.leader.post(page, data={})).status_code == 404
    signed_out = await here.newcomer.get(await here.page_of_link())
    assert (signed_out.status_code, signed_out.headers["location"].startswith("/sign-in")) == (303, True)


async def test_no_link_is_made_without_the_token_of_the_form(here: Town) -> None:
    page = await here.page_of_link()
    assert (await here.leader.post(page, data={"form_id": str(uuid4())})).status_code == 403


async def test_who_opens_it_again_and_again_is_asked_to_wait(here: Town) -> None:
    link = await here.link_for()
    answers = [await here.newcomer.get(link) for _ in range(AT_ONCE + 5)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await here.newcomer.get(await here.link_for("away"))).status_code == 200


async def test_who_can_sign_in_sees_the_same_page_and_no_other_persons(here: Town) -> None:
    own, other = await here.plan_of("leader"), await here.plan_of("other")
    async with PageClient(here.app) as chief:
        await chief.sign_in(an_id("chief"))
        by_link = text_of((await here.newcomer.get(await here.link_for("leader", chief))).text)
    page = text_of((await here.leader.get("/onboarding/mine")).text)

    start, end = "Velkommen til", "Fortæl, hvad du undrer dig over"
    assert "Din leder Carla Dam" in page
    assert page[page.index(start) : page.index(end)] == by_link[by_link.index(start) : by_link.index(end)]
    assert ("Dit link" in by_link, "Dit link" in page) == (True, False)
    paths = (f"/onboarding/mine/{plan}{more}" for plan in (own, other) for more in ("", "/wonder"))
    assert [(await here.leader.get(path)).status_code for path in paths] == [200, 200, 404, 404]
    assert (await here.newcomer.get("/onboarding/mine")).status_code == 303


async def test_several_plans_are_there_and_the_latest_that_goes_on_comes_first(here: Town) -> None:
    await take(here.runtime, [told(moved(date(2026, 4, 1), "kitchen", "ward", person="leader"), "move of leader", WEDNESDAY)])
    page = (await here.leader.get("/onboarding/mine")).text

    assert "Du har nyt job fra" in page
    assert "Nyt job fra mandag 16. februar" in text_of(page)


async def test_who_has_no_plan_is_told_so(here: Town) -> None:
    async with PageClient(here.app) as somebody:
        await somebody.sign_in(an_id("chief"))
        assert "Du har ikke en plan for din start lige nu." in (await somebody.get("/onboarding/mine")).text


async def test_the_menu_leads_who_leads_nobody_to_the_own_page_and_a_leader_to_the_newcomers_with_a_way_there(here: Town) -> None:
    elsewhere = (unit_changed("school", "area"), role_assigned("school", "new", UnitRole.TR))  # who can sign in, and is asked for nothing
    await take(here.runtime, [told(event, f"elsewhere {event.wire}", WEDNESDAY) for event in elsewhere])
    async with PageClient(here.app) as somebody:
        await somebody.sign_in(an_id("new"))
        answer = await somebody.get("/onboarding")
        assert (answer.status_code, answer.headers["location"]) == (303, "/onboarding/mine")
        assert "Din første dag" in (await somebody.get("/onboarding/mine")).text

    assert 'href="/onboarding/mine"' in (await here.leader.get("/onboarding")).text
    async with PageClient(here.app) as chief:
        await chief.sign_in(an_id("chief"))
        assert "/onboarding/mine" not in (await chief.get("/onboarding")).text


async def test_a_theme_becomes_an_observation_of_the_unit_that_the_leader_answers(here: Town) -> None:
    link = await here.link_for()
    sent = await here.newcomer.fill(f"{link}/wonder", themes=["technology", "rules"])
    page = (await here.newcomer.get(link)).text

    assert (sent.status_code, sent.headers["location"]) == (303, link)
    assert "Tak. Din leder får emnet at se." in page
    assert "Teknologi (4. mar.)" in text_of(page)
    raised = await here.runtime.pool.fetch("SELECT theme, unit_id, state, raised_in FROM observation ORDER BY theme")
    assert [(row["theme"], row["unit_id"], row["state"]) for row in raised] == [
        ("rules", an_id("ward"), "open"),
        ("technology", an_id("ward"), "open"),
    ]
    said = await here.runtime.pool.fetch("SELECT body, key FROM outbox WHERE headers LIKE '%onboarding.observation-due%'")
    assert len(said) == 2
    assert not any(str(an_id("new")) in row["body"] + row["key"] for row in said)


async def test_a_theme_that_waits_for_its_answer_is_not_raised_again_however_often_it_is_sent(here: Town) -> None:
    link = await here.link_for()
    path = f"{link}/wonder"
    fields = {**hidden_fields((await here.newcomer.get(path)).text), "themes": ["tasks"]}
    for _ in range(2):
        assert (await here.newcomer.post(path, data=fields)).status_code == 303
    await here.newcomer.fill(path, themes=["tasks", "culture"])

    assert await here.runtime.pool.fetchval("SELECT count(*) FROM observation") == 2


async def test_a_form_without_a_theme_or_with_a_text_is_refused_on_the_same_page(here: Town) -> None:
    link = await here.link_for()
    none = await here.newcomer.fill(f"{link}/wonder")
    text = await here.newcomer.fill(f"{link}/wonder", themes=["tasks"], text="Min kollega Ida er sur.")

    assert (none.status_code, "Vælg mindst ét emne." in none.text, is_unseen(none)) == (409, True, True)
    assert text.status_code == 422
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM observation") == 0


async def test_the_page_speaks_english_where_it_is_wanted(here: Town) -> None:
    link = await here.link_for()
    async with PageClient(here.app, language="en") as somebody:
        page = text_of((await somebody.get(link)).text)

    assert "Your first day Monday 16 February" in page
    assert "A talk about the first weeks around" in page
