"""Surveys on a real PostgreSQL: answered once, by whom they are for and while they are open, and kept without a person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest

from contracts.base import HolderRole
from contracts.onboarding.counts import IntroSurvey
from contracts.onboarding.mentor import MentorKind
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.onboarding.app import SERVICE
from services.onboarding.domain.asks import Mentor, name_mentor
from services.onboarding.store import surveys
from services.onboarding.store.surveys import Round, Taken
from tests.kit.builders import MUNICIPALITY, an_id, hired
from tests.kit.first_year import WEDNESDAY, fill, newcomers, told
from tests.kit.own_page import Town, town
from tests.kit.page_client import hidden_fields, text_of
from tests.kit.records import take
from tests.kit.story import revision
from tests.kit.surveys import Q2, WITHIN, answers, asked, offer_of, tallies


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    """It is a day in May on which newcomers of February are asked; counting has begun."""
    async with asked(settings) as found:
        yield found


async def test_a_newcomer_is_invited_answers_once_and_is_thanked(here: Town) -> None:
    link = await here.link_for()
    path = f"{link}/survey/new-hire"
    assert "Hvordan var din start?" in (await here.newcomer.get(link)).text
    page = await here.newcomer.get(path)
    assert "de bliver først vist, når mindst 5 har svaret" in page.text

    sent = await here.newcomer.post(path, data={**hidden_fields(page.text), **WITHIN})

    assert (sent.status_code, sent.headers["location"]) == (303, link)
    after = (await here.newcomer.get(link)).text
    assert "Tak for dine svar." in after
    assert "Hvordan var din start?" not in after
    assert "dine svar er lagt sammen med andres" in (await here.newcomer.get(path)).text
    ward = an_id("ward")
    assert await tallies(here.runtime) == [(Q2, ward, "", 1, 1), (Q2, ward, "help-at-hand", 4, 1), (Q2, ward, "well-received", 5, 1)]


async def test_the_same_form_sent_twice_is_one_answer_and_another_form_is_refused(here: Town) -> None:
    path = f"{await here.link_for()}/survey/new-hire"
    first, second = [hidden_fields((await here.newcomer.get(path)).text) for _ in range(2)]

    statuses = [(await here.newcomer.post(path, data={**form, **WITHIN})).status_code for form in (first, first, second)]
    again = await here.newcomer.post(path, data={**second, **WITHIN})

    assert statuses == [303, 303, 409]
    assert "man kan kun svare én gang" in again.text
    assert (await tallies(here.runtime))[0] == (Q2, an_id("ward"), "", 1, 1)


async def test_two_who_send_at_once_are_one_answer(here: Town) -> None:
    offer = await offer_of(here.runtime, "new")

    async def one() -> Taken:
        async with here.runtime.pool.acquire() as conn, conn.transaction():
            return await surveys.answer(conn, offer, Round(MUNICIPALITY, offer.survey, Q2), {"well-received": 3}, uuid4())

    assert sorted(await asyncio.gather(one(), one(), one())) == [Taken.ADDED, Taken.TWICE, Taken.TWICE]
    assert (await tallies(here.runtime))[1] == (Q2, an_id("ward"), "well-received", 3, 1)


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 409, "Svar på mindst ét spørgsmål."),
        ({"well-received": 0}, 409, "Svar på mindst ét spørgsmål."),
        ({"well-received": 6}, 422, "Jeg følte mig velkommen"),
        ({"salary": 5}, 422, ""),
    ],
    ids=str,
)
async def test_an_answer_that_is_none_is_refused_and_the_right_to_answer_stays(
    here: Town, fields: dict[str, int], status: int, words: str
) -> None:
    path = f"{await here.link_for()}/survey/new-hire"

    wrong = await here.newcomer.fill(path, **fields)

    assert (wrong.status_code, words in text_of(wrong.text)) == (status, True)
    assert await tallies(here.runtime) == []
    assert (await here.newcomer.fill(path, **WITHIN)).status_code == 303


@pytest.mark.parametrize(
    ("day", "status"), [(date(2026, 4, 30), 404), (date(2026, 5, 1), 200), (date(2026, 6, 16), 200), (date(2026, 6, 17), 404)]
)
async def test_a_survey_is_there_from_its_first_to_its_last_day(settings: Settings, day: date, status: int) -> None:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with town(runtime, settings) as here:
            link = await here.link_for()
            await here.reaches(day)
            assert (await here.newcomer.get(f"{link}/survey/new-hire")).status_code == status
            assert (await here.newcomer.get(f"{link}/survey/mentor-programme")).status_code == 404


async def test_nothing_that_is_kept_or_said_of_an_answer_names_who_gave_it(here: Town) -> None:
    path = f"{await here.link_for()}/survey/new-hire"
    history = await here.runtime.pool.fetch("SELECT * FROM history ORDER BY 1, 2")
    tail = await here.runtime.pool.fetch("SELECT id, tail FROM subject ORDER BY 1")

    await here.newcomer.fill(path, **WITHIN)

    columns = await here.runtime.pool.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'survey_tally'"
    )
    assert {row["column_name"] for row in columns} == {"municipality", "survey", "period", "unit_id", "question", "total", "n"}
    times = await here.runtime.pool.fetch(
        "SELECT table_name FROM information_schema.columns WHERE table_name LIKE 'survey_%' AND data_type LIKE 'timestamp%'"
    )
    assert list(times) == []
    assert await here.runtime.pool.fetch("SELECT * FROM history ORDER BY 1, 2") == history
    assert await here.runtime.pool.fetch("SELECT id, tail FROM subject ORDER BY 1") == tail


async def test_a_start_that_is_moved_asks_again_those_who_have_not_answered(here: Town) -> None:
    await answers(here.runtime, "new")
    for person in ("new", "away"):
        hire = told(newcomers()[f"hire of {person}"], f"hire of {person}")
        later = hired(date(2026, 5, 4), unit="ward", person=person)
        await take(here.runtime, [revision(later, hire.known_at, fact=hire.fact, number=2)])
    await here.reaches(date(2026, 8, 3))

    assert await answers(here.runtime, "new", "away") == [Taken.TWICE, Taken.ADDED]


async def test_that_somebody_answered_is_forgotten_after_a_year(here: Town) -> None:
    await answers(here.runtime, "new")
    await here.counts(date(2027, 6, 16))
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM survey_answered") == 1
    await here.counts(date(2027, 6, 17))
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM survey_answered") == 0


async def test_a_link_is_gone_when_it_opens_nothing_any_more(here: Town) -> None:
    await here.link_for()
    await here.counts(date(2026, 9, 11))
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM personal_link") == 1
    await here.counts(date(2026, 9, 12))
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM personal_link") == 0


async def test_a_mentor_is_asked_when_the_programme_ends_at_the_page_of_their_own(here: Town) -> None:
    plan = await here.plan_of()
    decide = name_mentor(plan, MentorKind.SOCIAL, Mentor(an_id("leader")), WEDNESDAY, HolderRole.NEAREST_LEADER)
    await here.runtime.ask(Subject("person", an_id("new"), MUNICIPALITY), uuid4(), decide)
    await here.reaches(date(2027, 2, 1))
    await here.leader.sign_in(an_id("leader"))  # a session lasts one working day

    page = (await here.leader.get("/onboarding/mine")).text
    path = f"/onboarding/mine/survey/{plan}/mentor-programme"
    assert path in page
    assert 'href="/onboarding/mine"' in (await here.leader.get("/onboarding")).text
    assert (await here.leader.fill(path, **{"mentor-time": 2, "mentor-again": 5})).status_code == 303
    assert (await here.leader.get(f"/onboarding/mine/survey/{plan}/new-hire")).status_code == 404
    done = await here.runtime.pool.fetch("SELECT survey, person_key FROM survey_answered")
    assert [tuple(row) for row in done] == [(IntroSurvey.MENTOR_PROGRAMME.value, an_id("leader"))]
