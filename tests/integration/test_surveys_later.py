"""What becomes of surveys afterwards: people are erased, hires are moved or never were, links and answers are forgotten."""

from datetime import date
from uuid import uuid4

from contracts.base import HolderRole
from contracts.onboarding.counts import IntroSurvey
from contracts.onboarding.mentor import MentorKind
from services.chassis.runtime import open_runtime
from services.chassis.subject import Subject
from services.chassis.tables import erasures
from services.onboarding import counting
from services.onboarding.app import SERVICE
from services.onboarding.domain.asks import Mentor, name_mentor
from services.onboarding.store.surveys import Taken
from tests.integration.test_surveys import answers, here, said, tallies
from tests.kit.builders import MUNICIPALITY, an_id, hired
from tests.kit.first_year import WEDNESDAY, newcomers, told
from tests.kit.own_page import AFTER_THE_QUARTER, MANY, Town, hire_many
from tests.kit.records import take
from tests.kit.story import revision

__all__ = ["here"]


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


async def test_a_start_that_is_moved_asks_again_those_who_have_not_answered(here: Town) -> None:
    await answers(here.runtime, "new")
    for person in ("new", "away"):
        hire = told(newcomers()[f"hire of {person}"], f"hire of {person}")
        later = hired(date(2026, 5, 4), unit="ward", person=person)
        await take(here.runtime, [revision(later, hire.known_at, fact=hire.fact, number=2)])
    await here.reaches(date(2026, 8, 3))

    assert await answers(here.runtime, "new", "away") == [Taken.TWICE, Taken.ADDED]


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
    assert (await here.leader.fill(path, **{"mentor-time": 2, "mentor-again": 5})).status_code == 303
    assert (await here.leader.get(f"/onboarding/mine/survey/{plan}/new-hire")).status_code == 404
    done = await here.runtime.pool.fetch("SELECT survey, person_key FROM survey_answered")
    assert [tuple(row) for row in done] == [(IntroSurvey.MENTOR_PROGRAMME.value, an_id("leader"))]
