"""The pages of vacancies on a real PostgreSQL: from a registered end over what comes before an ad to who got the post."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from contracts.recruitment import PositionFilled
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.recruitment.app import SERVICE, build_web
from tests.kit.builders import an_id, end_registered, hired
from tests.kit.first_year import SECRET, WEDNESDAY, fill, newcomers, send, signed_in, told
from tests.kit.page_client import PageClient, hidden_fields, text_of
from tests.kit.records import take
from tests.kit.story import revision
from tests.kit.trouble import all_read, unread

REVIEW = {"reviewed_on": str(WEDNESDAY), "tasks_checked": "true", "competences_checked": "true", "outcome": "refill-same"}
MORE_HOURS = {"offered_on": str(WEDNESDAY), "asked": "3", "accepted": "1", "hours_gained": "7,5"}


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


@pytest.fixture
async def leader(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("leader")) as client:
        yield client


@pytest.fixture
async def path(runtime: Runtime) -> str:
    vacancy: UUID = await runtime.pool.fetchval("select vacancy_id from vacancy")
    return f"/recruitment/vacancies/{vacancy}"


async def newcomer_is_hired(runtime: Runtime, person: str = "new colleague", unit: str = "ward") -> UUID:
    hire = told(hired(date(2026, 6, 1), unit=unit, person=person), f"hire of {person}")
    await take(runtime, [hire])
    return hire.fact


async def test_the_leader_sees_the_vacancy_and_what_is_left_to_do(leader: PageClient, path: str) -> None:
    page = text_of((await leader.get("/recruitment")).text)

    assert "Gør dette før opslag (1)" in page
    assert "Sygeplejerske Hjemmepleje Nord mandag 1. juni Ledig" in page
    assert "Tænk stillingen igennem (for sent) Tilbyd deltidsansatte flere timer (for sent)" in page
    shown = text_of((await leader.get(path)).text)
    assert "Arbejdstid 32,0 timer om ugen" in shown
    assert "Stillingen kan slås op, når det ovenfor er gemt." in shown


async def test_a_vacancy_is_shown_as_uncertain_while_an_event_about_who_leaves_is_unread(
    runtime: Runtime, leader: PageClient, path: str
) -> None:
    await unread(runtime, subject=an_id("other"))
    assert "Usikker" not in text_of((await leader.get("/recruitment")).text)
    await unread(runtime, subject=an_id("leaver"))

    assert "Sygeplejerske Usikker Hjemmepleje Nord" in text_of((await leader.get("/recruitment")).text)
    assert "En oplysning om den, der fratræder, eller den, der er ansat, kunne ikke læses." in text_of((await leader.get(path)).text)
    english = text_of((await leader.get(path, headers={"accept-language": "en"})).text)
    assert "Uncertain An event about the one who leaves or the one who was hired could not be read." in english

    await all_read(runtime)
    assert "Usikker" not in text_of((await leader.get("/recruitment")).text) + text_of((await leader.get(path)).text)


async def test_a_hire_with_an_unread_event_is_uncertain_where_it_is_chosen_and_so_is_the_post_it_fills(
    runtime: Runtime, leader: PageClient, path: str
) -> None:
    hire = await newcomer_is_hired(runtime)
    await unread(runtime, subject=an_id("new colleague"))

    shown = text_of((await leader.get(path)).text)
    assert "fra mandag 1. juni (Usikker)" in shown
    assert "En oplysning om" not in shown, "the vacancy itself rests on another"
    _, page = await send(leader, path, f"{path}/filled", hired_fact=str(hire), accepted_on=str(WEDNESDAY))
    assert "En oplysning om den, der fratræder, eller den, der er ansat, kunne ikke læses." in text_of(page)


async def test_a_vacancy_of_another_unit_is_not_found(runtime: Runtime, leader: PageClient) -> None:
    await take(runtime, [told(end_registered(date(2026, 4, 30), unit="kitchen", person="other"), "end of other")])
    other = await runtime.pool.fetchval("select vacancy_id from vacancy where unit_id = $1", an_id("kitchen"))

    assert (await leader.get(f"/recruitment/vacancies/{other}")).status_code == 404
    assert "Gør dette før opslag (1)" in text_of((await leader.get("/recruitment")).text)


async def test_an_ad_comes_after_the_review_and_the_offer_of_more_hours(runtime: Runtime, leader: PageClient, path: str) -> None:
    status, page = await send(leader, path, f"{path}/review", **REVIEW)
    assert (status, "Resultat: Besættes som før." in page) == (303, True)
    status, page = await send(leader, path, f"{path}/more-hours", **MORE_HOURS)
    assert (status, "3 er spurgt, 1 sagde ja, i alt 7,50 timer mere om ugen." in page) == (303, True)

    status, page = await send(leader, path, f"{path}/ad", published_on=str(WEDNESDAY))

    assert (status, "Stillingen blev slået op onsdag 4. marts." in page) == (303, True)
    assert await runtime.pool.fetchval("select status from vacancy") == "advertised"


async def test_what_a_rule_refuses_is_explained_on_the_same_page(leader: PageClient, path: str) -> None:
    status, page = await send(leader, path, f"{path}/review", **{**REVIEW, "tasks_checked": ""})
    assert (status, "Både opgaver og kompetencer skal være overvejet" in page) == (409, True)

    status, page = await send(leader, path, f"{path}/more-hours", **{**MORE_HOURS, "asked": "mange"})
    assert (status, "Skriv et helt tal" in page) == (422, True)


async def test_the_leader_names_the_hire_that_filled_the_post(runtime: Runtime, leader: PageClient, path: str) -> None:
    assert "kan du pege på vedkommende her" in (await leader.get(path)).text
    hire = await newcomer_is_hired(runtime)

    status, page = await send(leader, path, f"{path}/filled", hired_fact=str(hire), accepted_on=str(WEDNESDAY), alignment_noted="true")

    assert (status, "Det er noteret, hvem der fik stillingen." in page) == (303, True)
    said = await runtime.pool.fetchval("SELECT count(*) FROM outbox WHERE headers LIKE $1", f"%{PositionFilled.wire}%")
    assert said == 1
    assert "Afsluttet det seneste år (1)" in text_of((await leader.get("/recruitment")).text)


async def test_a_hire_the_leader_may_not_see_or_that_fills_another_post_is_refused(runtime: Runtime, leader: PageClient, path: str) -> None:
    await newcomer_is_hired(runtime)
    elsewhere = await newcomer_is_hired(runtime, "elsewhere", "kitchen")

    status, _ = await send(leader, path, f"{path}/filled", hired_fact=str(elsewhere), accepted_on=str(WEDNESDAY))

    assert status == 404


async def test_a_vacancy_that_is_over_takes_no_other_hire(runtime: Runtime, leader: PageClient, path: str) -> None:
    hires = [await newcomer_is_hired(runtime, person) for person in ("new colleague", "second colleague")]
    before = (await leader.get(path)).text
    assert before.count('name="hired_fact"') == 2
    await send(leader, path, f"{path}/filled", hired_fact=str(hires[0]), accepted_on=str(WEDNESDAY))

    fields = {**hidden_fields(before, f"{path}/filled"), "hired_fact": str(hires[1]), "accepted_on": str(WEDNESDAY)}
    answer = await leader.post(f"{path}/filled", data=fields)

    assert (answer.status_code, "Stillingen er besat." in answer.text) == (409, True)


async def test_a_post_may_be_given_up_after_the_review(runtime: Runtime, leader: PageClient, path: str) -> None:
    await send(leader, path, f"{path}/review", **REVIEW)

    page = await leader.get(path)
    assert 'value="not-refilled"' in page.text
    status, shown = await send(leader, path, f"{path}/review", reviewed_on=str(WEDNESDAY), outcome="not-refilled")

    assert (status, "Genbesættes ikke" in shown) == (303, True)
    assert await runtime.pool.fetchval("select status from vacancy") == "given-up"


async def test_a_withdrawn_end_takes_the_vacancy_off_the_page(runtime: Runtime, leader: PageClient, path: str) -> None:
    end = told(newcomers()["end of leaver"], "end of leaver")

    await take(runtime, [revision(end.body, end.known_at, fact=end.fact, number=2, stands=False)])

    assert (await leader.get(path)).status_code == 404
    assert "Der er ingen andre ledige stillinger i dine enheder." in (await leader.get("/recruitment")).text
