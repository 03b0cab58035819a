"""The pages of follow-up talks on a real PostgreSQL: who sees which talk, and what a leader may record in two clicks."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.onboarding.app import SERVICE, build_web
from tests.kit.builders import an_id
from tests.kit.first_year import SECRET, WEDNESDAY, fill, newcomers, send, signed_in, told
from tests.kit.page_client import PageClient, hidden_fields, text_of
from tests.kit.records import read_everything, set_day, take
from tests.kit.story import revision


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


@pytest.fixture
async def leader(runtime: Runtime, settings: Settings) -> AsyncIterator[PageClient]:
    async with signed_in(build_web(settings.model_copy(update={"secret": SECRET})), an_id("leader")) as client:
        yield client


async def page_of(runtime: Runtime, person: str, kind: str = "talk-2-weeks") -> str:
    fact: UUID = await runtime.pool.fetchval("select fact from step where person_key = $1 and kind = $2", an_id(person), kind)
    return f"/onboarding/talks/{fact}"


async def plan_of(runtime: Runtime, person: str) -> str:
    plan: UUID = await runtime.pool.fetchval("select plan_id from plan where person_key = $1", an_id(person))
    return f"/onboarding/plans/{plan}"


async def test_the_leader_sees_who_is_to_be_talked_with_and_until_when(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get("/onboarding")).text)

    assert "I det første år (2)" in page
    assert "Bo Lund Hjemmepleje Nord mandag 16. februar" in page
    assert "Opfølgningssamtale efter de første uger Senest fredag 13. marts" in page
    away = text_of((await leader.get(await plan_of(runtime, "away"))).text)
    assert "Opfølgningssamtale efter de første uger Skal være med onsdag 25. februar til fredag 13. marts" in away
    assert "På pause under orlov" in away


async def test_nobody_sees_other_units_or_a_talk_about_themselves(runtime: Runtime, leader: PageClient) -> None:
    page = text_of((await leader.get("/onboarding")).text)

    assert "Freja Ø" not in page
    assert "Anne Holm Hjemmepleje Nord" not in page
    for person in ("other", "leader"):
        assert (await leader.get(await page_of(runtime, person))).status_code == 404
        assert (await leader.get(await plan_of(runtime, person))).status_code == 404


BACK = '<a href="/tasks">Tilbage til dine opgaver</a>'


async def test_a_talk_is_recorded_by_opening_its_page_and_one_click(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")

    status, page = await send(leader, path, path, held_on=str(WEDNESDAY), by_role="nearest-leader", themes=["tasks", "colleagues"])

    assert status == 303
    assert "Det er noteret, at samtalen er holdt." in page
    assert "Introduktion: Bo Lund" in page
    assert BACK in page, "who came from the inbox goes on there"
    assert BACK not in (await leader.get(await plan_of(runtime, "new"))).text
    assert "Holdt til tiden 4. mar." in text_of(page)
    assert "Samtalen blev holdt onsdag 4. marts." in (await leader.get(path)).text
    said = await runtime.pool.fetch("SELECT headers FROM outbox WHERE headers LIKE '%intro-milestone-done%'")
    assert len(said) == 1


async def test_the_same_form_sent_twice_is_one_record(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")
    fields = {**hidden_fields((await leader.get(path)).text, path), "held_on": str(WEDNESDAY), "by_role": "hr"}

    answers = [await leader.post(path, data=fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert await runtime.pool.fetchval("select count(*) from step where state = 'done'") == 1


async def test_a_wrong_day_is_explained_on_the_same_page(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")

    status, page = await send(leader, path, path, held_on=str(WEDNESDAY + timedelta(days=1)), by_role="nearest-leader")
    assert (status, "Datoen ligger ude i fremtiden." in page, 'id="held_on-error"' in page) == (409, True, True)

    status, page = await send(leader, path, path, held_on="", by_role="nearest-leader")
    assert (status, "Skal udfyldes" in page) == (422, True)


async def test_a_declined_talk_is_recorded_too(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")

    status, page = await send(leader, path, f"{path}/declined", declined_on=str(WEDNESDAY))

    assert status == 303
    assert "Nærmeste leder Takket nej 4. mar." in text_of(page)


async def test_a_talk_is_moved_to_a_working_day_of_its_window(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")

    for day, why in (
        ("2026-03-03", "Den nye dag er allerede gået."),
        ("2026-03-07", "Den nye dag er ikke en arbejdsdag."),
        ("2026-03-16", "Den nye dag ligger uden for tidsrummet."),
    ):
        status, page = await send(leader, path, f"{path}/moved", moved_to=day)
        assert (status, why in page, 'id="moved_to-error"' in page) == (409, True, True)

    status, page = await send(leader, path, f"{path}/moved", moved_to="2026-03-12")
    assert (status, "Det er noteret, at dagen er flyttet." in page) == (303, True)
    assert "Helst torsdag 12. marts" in text_of(page)


async def test_what_was_learnt_stays_here_and_what_was_wondered_about_is_an_observation(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")
    fields = {"held_on": str(WEDNESDAY), "by_role": "nearest-leader", "observations": ["technology"], "words": "Nøglerne manglede."}
    sent = {**hidden_fields((await leader.get(path)).text, path), **fields}

    for _ in range(2):
        assert (await leader.post(path, data=sent)).status_code == 303

    assert text_of((await leader.get(path)).text).count("Nøglerne manglede.") == 1
    assert "Nøglerne manglede." in (await leader.get(await plan_of(runtime, "new"))).text
    assert await runtime.pool.fetchval("SELECT count(*) FROM outbox WHERE body LIKE '%Nøglerne%'") == 0
    assert "Teknologi Hjemmepleje Nord onsdag 4. marts" in text_of((await leader.get("/onboarding/observations")).text)


async def test_a_refused_decline_shows_the_page_again(runtime: Runtime, leader: PageClient) -> None:
    path = await page_of(runtime, "new")

    status, page = await send(leader, path, f"{path}/declined", declined_on="2026-02-01")

    assert (status, "Datoen ligger før den første dag." in page) == (409, True)


async def test_a_late_talk_a_missed_one_and_one_ahead_are_told_apart(runtime: Runtime, leader: PageClient) -> None:
    await set_day(runtime, WEDNESDAY + timedelta(days=14))
    await read_everything(runtime)
    await Wake(runtime).once()
    late = text_of((await leader.get("/onboarding")).text)
    assert "Over fristen Skulle være holdt senest fredag 13. marts" in late
    assert re.search(r"\d+ er over fristen\.", late)

    await set_day(runtime, WEDNESDAY + timedelta(days=30))
    await read_everything(runtime)
    await Wake(runtime).once()
    path = await page_of(runtime, "new")
    assert "Nærmeste leder Ikke holdt" in text_of((await leader.get(await plan_of(runtime, "new"))).text)
    assert "Fristen er overskredet." in (await leader.get(path)).text


async def test_a_hire_that_never_was_leaves_no_row(runtime: Runtime) -> None:
    hire = told(newcomers()["hire of new"], "hire of new")

    await take(runtime, [revision(hire.body, hire.known_at, fact=hire.fact, number=2, stands=False)])

    assert await runtime.pool.fetchval("select count(*) from step where person_key = $1", an_id("new")) == 0
