"""Surveys on a real PostgreSQL: counted once when a period is over, and said in no smaller number than hides one person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest

from contracts.onboarding.counts import IntroSurvey
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.tables import erasures
from services.onboarding import counting
from services.onboarding.app import SERVICE
from services.onboarding.store import surveys
from services.onboarding.store.surveys import Round, Taken
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.first_year import fill, newcomers, told
from tests.kit.own_page import AFTER_THE_QUARTER, MANY, Town, hire_many, town
from tests.kit.records import set_day, take
from tests.kit.story import revision
from tests.kit.surveys import Q2, Q3, answers, asked, offer_of, said, tallies


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Town]:
    """It is a day in May on which newcomers of February are asked; counting has begun."""
    async with asked(settings) as found:
        yield found


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


async def test_who_is_erased_leaves_the_sum_and_nothing_that_leads_to_them(here: Town) -> None:
    await hire_many(here.runtime)
    link = await here.link_for(MANY[0])
    await answers(here.runtime, *MANY)
    before = await tallies(here.runtime)
    subject = Subject("person", an_id(MANY[0]), MUNICIPALITY)
    async with here.runtime.pool.acquire() as conn, conn.transaction():
        await erasures.erase(conn, subject)
        await conn.execute("DELETE FROM plan WHERE person_key = $1", subject.id)
    assert (await here.newcomer.get(link)).status_code == 404

    await counting.look(here.runtime)

    for table in ("personal_link", "survey_answered"):
        assert await here.runtime.pool.fetchval(f"SELECT count(*) FROM {table} WHERE person_key = $1", subject.id) == 0
    assert await tallies(here.runtime) == before
    await here.counts(AFTER_THE_QUARTER)
    assert [(asked, answered) for _, _, asked, answered, _ in await said(here.runtime)] == [(10, 7)]


async def test_a_hire_that_never_was_was_not_asked(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    hire = told(newcomers()["hire of new"], "hire of new")
    await take(here.runtime, [revision(hire.body, hire.known_at, fact=hire.fact, number=2, stands=False)])

    await here.counts(AFTER_THE_QUARTER)

    assert [(asked, answered) for _, _, asked, answered, _ in await said(here.runtime)] == [(9, 7)]


async def test_what_was_counted_is_derived_again_as_it_was(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    await here.counts(AFTER_THE_QUARTER)
    before = await said(here.runtime)

    await here.runtime.pool.execute("UPDATE subject SET derived_with = 0, wake_at = '2020-01-01' WHERE kind = 'survey'")
    async with open_runtime(SERVICE, here.runtime.settings) as again:
        await Town(again, here.app, here.leader, here.newcomer).counts(date(2026, 7, 2))

    assert await said(here.runtime) == before
    assert await here.runtime.pool.fetchval("SELECT count(*) FROM subject WHERE kind = 'survey' AND broken IS NOT NULL") == 0


async def test_the_worker_counts_until_it_is_told_to_stop(here: Town) -> None:
    await hire_many(here.runtime)
    await answers(here.runtime, *MANY)
    await here.reaches(AFTER_THE_QUARTER)
    (loop,) = SERVICE.loops

    counts = asyncio.create_task(loop(here.runtime))
    while not await said(here.runtime):
        assert not counts.done()
        await asyncio.sleep(0.02)
    counts.cancel()

    with pytest.raises(asyncio.CancelledError):
        await counts
