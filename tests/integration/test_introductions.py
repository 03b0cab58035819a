"""The rows of introductions on a real PostgreSQL: written in bulk, read as a viewer may see them, gone when they are owed no longer."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.base import HolderRole
from contracts.onboarding.mentor import MentorKind
from contracts.words import TalkTheme
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject
from services.chassis.wake import Wake
from services.onboarding import store
from services.onboarding.app import SERVICE
from services.onboarding.domain.asks import Mentor, approve_plan, hold_talk, name_mentor, note_learning
from services.onboarding.domain.rows import PlanRow, StepRow
from services.onboarding.store.saving import TABLES
from tests.kit.builders import MUNICIPALITY, an_id, moved
from tests.kit.first_year import WEDNESDAY, fill, newcomers, told
from tests.kit.records import read_everything, set_day, take
from tests.kit.story import revision

WARD, LEADER = [an_id("ward")], an_id("leader")
BY = HolderRole.NEAREST_LEADER


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await fill(opened)
        yield opened


async def plan_of(runtime: Runtime, person: str) -> PlanRow:
    async with runtime.pool.acquire() as conn:
        return (await store.plans_of_person(conn, an_id(person), MUNICIPALITY))[0]


async def step_of(runtime: Runtime, person: str, name: str) -> StepRow:
    plan = await plan_of(runtime, person)
    async with runtime.pool.acquire() as conn:
        return next(step for step in await store.steps_of_plans(conn, [plan.plan_id]) if step.name == name)


async def ask(runtime: Runtime, person: str, decide: object, form: UUID | None = None) -> None:
    assert callable(decide)
    await runtime.ask(Subject("person", an_id(person), MUNICIPALITY), form or uuid4(), decide)


async def test_a_plan_is_read_with_its_steps_in_the_order_of_the_template(runtime: Runtime) -> None:
    plan = await plan_of(runtime, "new")
    async with runtime.pool.acquire() as conn:
        steps = await store.steps_of_plans(conn, [plan.plan_id])

    assert (plan.template, plan.occasion, plan.starts_on, plan.unit_id) == ("first-year", "hire", date(2026, 2, 16), an_id("ward"))
    assert [step.name for step in steps][:3] == ["plan-before-start", "mentors-named", "first-day"]
    assert [step.place for step in steps] == list(range(len(steps)))
    assert len([step for step in steps if step.state != "not-owed"]) == plan.steps


async def test_a_viewer_sees_own_units_and_never_their_own_plan(runtime: Runtime) -> None:
    async with runtime.pool.acquire() as conn:
        seen = await store.plans_of_units(conn, WARD, LEADER, WEDNESDAY - timedelta(days=90), 50)
        own = (await store.plans_of_person(conn, LEADER, MUNICIPALITY))[0]
        elsewhere = (await store.plans_of_person(conn, an_id("other"), MUNICIPALITY))[0]

        assert {row.person_key for row in seen} == {an_id("new"), an_id("away")}
        assert await store.plan(conn, own.plan_id, WARD, LEADER) is None
        assert await store.plan(conn, elsewhere.plan_id, WARD, LEADER) is None
        steps = await store.steps_of_plans(conn, [own.plan_id, elsewhere.plan_id])
        assert [await store.step(conn, step.fact, WARD, LEADER) for step in steps] == [None] * len(steps)


async def test_the_releasing_leader_sees_the_hand_over_and_nothing_else_of_the_plan(runtime: Runtime) -> None:
    await take(runtime, [told(moved(date(2026, 4, 1), "kitchen", "ward", person="other"), "move of other", WEDNESDAY)])
    await set_day(runtime, date(2026, 4, 1))
    await read_everything(runtime)
    await Wake(runtime).once()
    async with runtime.pool.acquire() as conn:
        plans = {row.occasion: row for row in await store.plans_of_person(conn, an_id("other"), MUNICIPALITY)}
        steps = {step.name: step.fact for step in await store.steps_of_plans(conn, [plans["internal-move"].plan_id])}

        assert await store.step(conn, steps["hand-over"], [an_id("kitchen")], an_id("chief")) is not None
        assert await store.step(conn, steps["safety-introduction"], [an_id("kitchen")], an_id("chief")) is None
        assert await store.step(conn, steps["safety-introduction"], WARD, LEADER) is not None


async def test_a_leaders_appointment_joins_the_person_and_the_organisation(runtime: Runtime) -> None:
    told_to = await runtime.pool.fetch("SELECT id FROM subject WHERE tail LIKE '%hr.leader-appointed.v1%'")

    assert {row["id"] for row in told_to} == {an_id("chief"), an_id("leader")}
    assert (await runtime.snapshot(MUNICIPALITY)).organisation().leaders(an_id("ward"), WEDNESDAY)[0].person == an_id("leader")


async def test_gaps_are_who_should_have_had_a_plan_or_mentors_and_steps_that_are_late_or_missed(runtime: Runtime) -> None:
    await set_day(runtime, date(2026, 3, 20))
    await read_everything(runtime)
    await Wake(runtime).once()

    async def found() -> store.Gaps:
        async with runtime.pool.acquire() as conn:
            return await store.gaps(conn, WARD, LEADER, date(2026, 3, 20), date(2026, 1, 1))

    before = await found()
    assert {row.person_key for row in before.without_plan} == {an_id("new"), an_id("away")}
    assert {row.person_key for row in before.without_mentors} == {an_id("new"), an_id("away")}
    assert "talk-2-weeks" in {step.name for step in before.late if step.person_key == an_id("new")}
    assert {"plan-before-start", "first-day"} <= {step.name for step in before.missed if step.person_key == an_id("new")}

    plan = await plan_of(runtime, "new")
    await ask(runtime, "new", approve_plan(plan.plan_id, date(2026, 3, 20), BY, newcomer_took_part=True))
    await ask(runtime, "new", name_mentor(plan.plan_id, MentorKind.TEAM, Mentor(team=an_id("kitchen")), date(2026, 3, 20), BY))
    await ask(runtime, "new", hold_talk((await step_of(runtime, "new", "talk-2-weeks")).fact, date(2026, 3, 20), BY))

    after = await found()
    assert {row.person_key for row in (*after.without_plan, *after.without_mentors)} == {an_id("away")}
    assert "talk-2-weeks" not in {step.name for step in after.late if step.person_key == an_id("new")}


async def test_the_load_of_a_mentor_is_how_many_newcomers_they_stand_by(runtime: Runtime) -> None:
    for person, kinds in (("new", (MentorKind.PROFESSIONAL,)), ("away", (MentorKind.SOCIAL,)), ("other", (MentorKind.SOCIAL,))):
        plan = await plan_of(runtime, person)
        mentor = Mentor(an_id("chief" if person != "other" else "leaver"))
        for kind in kinds:
            await ask(runtime, person, name_mentor(plan.plan_id, kind, mentor, WEDNESDAY, BY))

    async with runtime.pool.acquire() as conn:
        assert await store.mentor_load(conn, MUNICIPALITY, WEDNESDAY) == {an_id("chief"): 2, an_id("leaver"): 1}
        before = await store.mentor_load(conn, MUNICIPALITY, WEDNESDAY - timedelta(days=1))
        assert before == {an_id("chief"): 2, an_id("leaver"): 1}, "who is to begin counts already"
        assert await store.mentor_load(conn, MUNICIPALITY, WEDNESDAY + timedelta(days=400)) == {}
        plan = await plan_of(runtime, "new")
        assert [(m.kind, m.mentor_key) for m in await store.mentors_of_plans(conn, [plan.plan_id])] == [("professional", an_id("chief"))]


async def test_a_learning_point_is_text_of_this_service_alone_and_goes_with_its_age(runtime: Runtime) -> None:
    step, form = await step_of(runtime, "new", "first-week"), uuid4()
    await ask(runtime, "new", note_learning(step.fact, WEDNESDAY, BY), form)
    async with runtime.pool.acquire() as conn:
        await store.keep_words(conn, form, "Vagtplanen skal forklares på dag et.")
        await store.keep_words(conn, form, "noget andet")
        (kept,) = await store.learning_points(conn, [step.fact])
    assert kept.words == "Vagtplanen skal forklares på dag et."
    assert await runtime.pool.fetchval("SELECT count(*) FROM outbox WHERE body LIKE '%Vagtplanen%'") == 0
    assert await runtime.pool.fetchval("SELECT count(*) FROM subject WHERE tail LIKE '%Vagtplanen%'") == 0

    await set_day(runtime, date(2028, 3, 6))
    await read_everything(runtime)
    await Wake(runtime).once()

    assert await runtime.pool.fetchval("SELECT count(*) FROM learning_point") == 0


async def test_an_observation_is_read_by_unit(runtime: Runtime) -> None:
    step = await step_of(runtime, "new", "talk-2-weeks")
    await ask(runtime, "new", hold_talk(step.fact, WEDNESDAY, BY, (), (TalkTheme.TECHNOLOGY,)))

    async with runtime.pool.acquire() as conn:
        (found,) = await store.observations_of_units(conn, WARD, date(2026, 1, 1), 10)
        assert (found.theme, found.state) == ("technology", "open")
        assert await store.observation(conn, found.fact, [an_id("kitchen")]) is None


async def test_a_hire_that_never_was_leaves_no_row_in_any_table(runtime: Runtime) -> None:
    plan = await plan_of(runtime, "new")
    await ask(runtime, "new", name_mentor(plan.plan_id, MentorKind.TEAM, Mentor(team=an_id("kitchen")), WEDNESDAY, BY))
    await ask(runtime, "new", hold_talk((await step_of(runtime, "new", "talk-2-weeks")).fact, WEDNESDAY, BY, (), (TalkTheme.TASKS,)))
    await ask(runtime, "new", note_learning((await step_of(runtime, "new", "first-week")).fact, WEDNESDAY, BY))
    counted = {table.name: f"SELECT count(*) FROM {table.name} WHERE person_key = $1" for table in TABLES.values()}
    assert {name: bool(await runtime.pool.fetchval(sql, an_id("new"))) for name, sql in counted.items()} == dict.fromkeys(counted, True)

    hire = told(newcomers()["hire of new"], "hire of new")
    await take(runtime, [revision(hire.body, hire.known_at, fact=hire.fact, number=2, stands=False)])

    assert {name: await runtime.pool.fetchval(sql, an_id("new")) for name, sql in counted.items()} == dict.fromkeys(counted, 0)
