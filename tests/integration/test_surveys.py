"""Surveys on a real PostgreSQL: answered once, kept without a person, and said in no smaller number than hides one."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.onboarding.counts import IntroSurvey
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.onboarding import counting
from services.onboarding.app import SERVICE
from services.onboarding.domain.survey import Offer, offers
from services.onboarding.rules import OnboardingRules
from services.onboarding.store import plans_of_person, surveys
from services.onboarding.store.surveys import Round, Taken
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.first_year import fill
from tests.kit.own_page import AFTER_THE_QUARTER, IN_MONTH_3, MANY, Town, hire_many, town
from tests.kit.page_client import hidden_fields, text_of
from tests.kit.records import set_day

Q2, Q3 = "2026-Q2", "2026-Q3"
WITHIN = {"well-received": 5, "help-at-hand": 4, "recommends": 0}


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    """It is a day in May on which newcomers of February are asked; counting has begun."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with town(runtime, settings) as found:
            await found.counts(IN_MONTH_3)
            yield found


async def offer_of(runtime: Runtime, person: str) -> Offer:
    rules = runtime.rules[MUNICIPALITY]
    async with runtime.pool.acquire() as conn:
        plans = await plans_of_person(conn, an_id(person), MUNICIPALITY)
    (found,) = offers(plans, [], rules.read(OnboardingRules).surveys, rules.calendar)
    return found


async def answers(runtime: Runtime, *persons: str, score: int = 4, form: UUID | None = None) -> list[Taken]:
    """Each of these gives one question this score."""
    found = []
    for person in persons:
        offer = await offer_of(runtime, person)
        async with runtime.pool.acquire() as conn, conn.transaction():
            at = Round(MUNICIPALITY, offer.survey, Q2)
            found.append(await surveys.answer(conn, offer, at, {"well-received": score}, form or uuid4()))
    return found


async def said(runtime: Runtime) -> list[tuple[UUID, str, int, int, dict[str, tuple[str, int]]]]:
    """What was told of surveys: unit, period, asked, answered, and the mean and number of each question."""
    bodies = [
        json.loads(row["body"]) for row in await runtime.pool.fetch("SELECT body FROM outbox WHERE topic = $1", "onboarding.counts.v1")
    ]
    return [
        (
            UUID(body["unit_id"]),
            body["period"],
            body["sent"],
            body["answered"],
            {score["question"]: (score["mean"], score["n"]) for score in body.get("scores", [])},
        )
        for body in bodies
    ]


async def tallies(runtime: Runtime) -> list[tuple[str, UUID, str, int, int]]:
    return [tuple(row) for row in await runtime.pool.fetch("SELECT period, unit_id, question, total, n FROM survey_tally ORDER BY 1, 3")]


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


async def test_a_quarter_is_told_when_it_is_over_with_all_that_were_asked(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY[:5], score=4)
    await answers(here.runtime, "new", score=5)

    await here.counts(date(2026, 6, 30))
    assert await said(here.runtime) == []
    await here.counts(AFTER_THE_QUARTER)

    # ten were asked in the ward, and six answered; the one of the kitchen, who did not, waits with the units above
    assert await said(here.runtime) == [(an_id("ward"), Q2, 10, 6, {"well-received": ("4.166667", 6)})]
    assert await tallies(here.runtime) == [(Q3, an_id("area"), "", 1, 0)]


async def test_a_count_is_said_once_however_often_and_by_however_many_it_is_looked_for(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    await here.reaches(AFTER_THE_QUARTER)

    async with open_runtime(SERVICE, here.runtime.settings) as other:
        await asyncio.gather(*(counting.look(runtime) for runtime in (here.runtime, other, here.runtime, other)))
    await counting.look(here.runtime)

    assert [(answered, scores) for _, _, _, answered, scores in await said(here.runtime)] == [(7, {"well-received": ("4", 7)})]
    assert await tallies(here.runtime) == [(Q3, an_id("area"), "", 1, 0)]


async def test_fewer_than_five_are_told_with_the_units_around_them_or_wait_for_the_next_quarter(here: Town) -> None:
    await hire_many(here.runtime, MANY[:4])
    await answers(here.runtime, *MANY[:4], score=1)
    await here.counts(AFTER_THE_QUARTER)
    assert await said(here.runtime) == []

    await hire_many(here.runtime, ("late",), "kitchen", date(2026, 5, 4))
    await here.reaches(date(2026, 8, 3))
    late = await offer_of(here.runtime, "late")
    async with here.runtime.pool.acquire() as conn, conn.transaction():
        assert await surveys.answer(conn, late, Round(MUNICIPALITY, late.survey, Q3), {"well-received": 5}, uuid4()) is Taken.ADDED
    await here.counts(date(2026, 10, 1))

    ((unit, period, asked, answered, scores),) = await said(here.runtime)
    assert (unit, period, answered, scores) == (an_id("area"), Q3, 5, {"well-received": ("1.8", 5)})
    assert asked == 4 + 4 + 1  # four who answered, Bo, Dorte, Anne and Freja who did not, and the late one


async def test_a_worker_that_was_down_for_two_quarters_counts_each(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)

    await here.counts(date(2026, 12, 1))

    assert [(period, answered) for _, period, _, answered, _ in await said(here.runtime)] == [(Q2, 7)]
    until = await here.runtime.pool.fetchval("SELECT until FROM survey_closed WHERE survey = 'new-hire'")
    assert until == date(2026, 9, 30)


async def test_nothing_is_counted_before_everything_is_read(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    await set_day(here.runtime, AFTER_THE_QUARTER)

    await counting.look(here.runtime)
    assert await said(here.runtime) == []

    await here.counts(AFTER_THE_QUARTER)
    assert len(await said(here.runtime)) == 1


async def test_of_the_time_before_there_were_surveys_nothing_is_counted(settings: Settings) -> None:
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with town(runtime, settings) as here:
            await hire_many(runtime)
            await here.counts(AFTER_THE_QUARTER)
            assert await tallies(runtime) == []
            assert await said(runtime) == []


async def test_an_answer_that_comes_when_its_quarter_is_counted_is_not_taken(here: Town) -> None:
    """It cannot be said any more without a count of one; at midnight a form may still be under way."""
    await here.counts(AFTER_THE_QUARTER)
    before = await tallies(here.runtime)

    assert await answers(here.runtime, "new") == [Taken.TOO_LATE]
    assert await tallies(here.runtime) == before
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM survey_answered") == 0


async def test_who_counts_waits_for_an_answer_that_is_under_way(here: Town) -> None:
    await hire_many(here.runtime, MANY[:5])
    await answers(here.runtime, *MANY[:4])
    await here.reaches(AFTER_THE_QUARTER)
    offer = await offer_of(here.runtime, MANY[4])
    async with here.runtime.pool.acquire() as conn, conn.transaction():
        await surveys.answer(conn, offer, Round(MUNICIPALITY, offer.survey, Q2), {"well-received": 4}, uuid4())
        looking = await waiting_look(here.runtime)
    await looking

    assert [(asked, answered) for _, _, asked, answered, _ in await said(here.runtime)] == [(5 + 3, 5)]


async def waiting_look(runtime: Runtime) -> "asyncio.Task[None]":
    """A look for what is over that waits for a row of somebody else."""
    looking = asyncio.create_task(counting.look(runtime))
    while not await runtime.pool.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert not looking.done()
        await asyncio.sleep(0.02)
    return looking


async def test_who_waited_for_another_to_count_counts_nothing_again(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    await here.reaches(AFTER_THE_QUARTER)
    async with here.runtime.pool.acquire() as conn, conn.transaction():
        await surveys.closed_until(conn, MUNICIPALITY, IntroSurvey.NEW_HIRE, date(2026, 3, 31))
        looking = await waiting_look(here.runtime)
        await surveys.close(conn, MUNICIPALITY, IntroSurvey.NEW_HIRE, date(2026, 6, 30))
    await looking

    assert await said(here.runtime) == []
