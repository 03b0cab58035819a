"""The inbox on a real PostgreSQL: real duties from the wire become rows, and everybody sees what is theirs."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest

from contracts.base import CallState, HolderRole
from contracts.hr import PersonNamed
from contracts.onboarding import IntroMilestoneDone, IntroMilestonePlanned
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.web import Viewer
from services.notification import store
from services.notification.app import SERVICE
from services.notification.domain.inbox import Look, Part, inbox
from services.notification.domain.task import Stage, Task
from services.notification.domain.told import Handed
from services.notification.store import Scope, View
from tests.kit.builders import MUNICIPALITY, an_id, deputy_appointed, leader_appointed, leader_ended
from tests.kit.inbox import milestone, told, viewer
from tests.kit.records import read_everything, set_day, take
from tests.unit.notification.duties import MONDAY, call, days, leaders, tree

FAR = date(2027, 1, 1)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await set_day(opened, MONDAY)
        await take(opened, [told(event) for event in (*tree(), *leaders())])
        yield opened


async def own(runtime: Runtime, who: Viewer, until: date = FAR) -> list[Task]:
    async with runtime.pool.acquire() as conn:
        return await store.tasks_of(conn, who, until, 100)


async def team(runtime: Runtime, who: Viewer, until: date = FAR) -> list[UUID]:
    async with runtime.pool.acquire() as conn:
        return [task.task_id for task in await store.listed(conn, View(who, Scope.UNITS, MONDAY, until), Look())]


async def handed_of(runtime: Runtime, person: str, since: date = MONDAY) -> list[tuple[Task, Handed]]:
    async with runtime.pool.acquire() as conn:
        return await store.handed(conn, viewer(person), since)


async def test_a_due_milestone_is_in_the_leaders_inbox_and_in_no_other(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty")])

    (task,) = await own(runtime, viewer("leader"))
    assert (task.task_id, task.holder, task.state, task.link) == (an_id("duty"), an_id("leader"), Stage.OPEN, "/onboarding/talks/1")
    assert not await own(runtime, viewer("chief"))
    assert not await own(runtime, viewer("somebody in HR", hr=True))


async def test_the_row_is_the_value_that_was_derived(runtime: Runtime) -> None:
    shared = leader_appointed("ward", "second leader", days(-5))
    await take(runtime, [told(shared), told(milestone(wanted=call(closes=days(3))), fact="duty")])
    await set_day(runtime, days(30))
    await read_everything(runtime)
    await Wake(runtime).once()

    (task,) = await own(runtime, viewer("second leader"))

    assert task.shared_with == (an_id("second leader"),)
    assert (task.escalated_to, task.in_hr_queue) == (an_id("chief"), True)
    assert await own(runtime, viewer("chief")) == [task]
    assert await own(runtime, viewer("somebody in HR", hr=True)) == [task]


async def test_a_done_milestone_leaves_the_inbox(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty")])
    wanted = call(state=CallState.DONE, state_on=days(3))
    done = milestone(IntroMilestoneDone, wanted, done_on=days(3), in_window=True, by_role=HolderRole.NEAREST_LEADER)

    await take(runtime, [told(done, 2, "duty")])

    assert not await own(runtime, viewer("leader"))
    rows = await runtime.pool.fetch("SELECT state, holder FROM task")
    assert [tuple(row) for row in rows] == [("done", None)]


async def test_what_was_never_opened_and_falls_away_leaves_no_row(runtime: Runtime) -> None:
    planned = milestone(IntroMilestonePlanned, call(opens=days(30), state=CallState.PLANNED))
    await take(runtime, [told(planned, fact="duty")])
    assert await runtime.pool.fetchval("SELECT count(*) FROM task") == 1

    await take(runtime, [told(planned, 2, "duty", stands=False)])

    assert await runtime.pool.fetchval("SELECT count(*) FROM task") == 0


async def test_planned_tasks_are_shown_until_the_day_asked_for(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(IntroMilestonePlanned, call(opens=days(9), state=CallState.PLANNED)), fact="duty")])

    assert not await own(runtime, viewer("leader"), days(8))
    assert len(await own(runtime, viewer("leader"), days(9))) == 1


async def test_a_leader_change_on_the_bus_moves_the_open_task(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty")])

    await take(runtime, [told(leader_ended("ward", "leader", days(-1))), told(leader_appointed("ward", "new leader", MONDAY))])
    await Wake(runtime).once()

    assert not await own(runtime, viewer("leader"))
    assert [task.holder for task in await own(runtime, viewer("new leader"))] == [an_id("new leader")]
    said = await runtime.pool.fetch("SELECT headers FROM outbox WHERE headers LIKE '%task-reassigned%'")
    assert len(said) == 1


async def test_a_leader_sees_the_tasks_of_own_units_only_and_never_one_about_themselves(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty"), told(milestone(wanted=call(about="leader")), fact="own case")])

    assert await team(runtime, viewer("leader", "ward")) == [an_id("duty")]
    assert not await team(runtime, viewer("leader", "kitchen"))
    assert set(await team(runtime, viewer("chief", "area", "ward", "kitchen"))) == {an_id("duty"), an_id("own case")}


async def test_the_queue_of_hr_is_seen_by_hr_alone(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(wanted=call(role=HolderRole.SECOND_PARTY)), fact="duty")])

    assert [task.in_hr_queue for task in await own(runtime, viewer("somebody in HR", hr=True))] == [True]
    assert not await own(runtime, viewer("leader", "ward"))


async def test_a_name_lies_in_the_directory_alone(runtime: Runtime) -> None:
    named = PersonNamed(municipality=MUNICIPALITY, person_key=an_id("person"), display_name="Anna Kanarie")
    await take(runtime, [told(named), told(milestone(), fact="duty")])

    for table in ("task", "subject", "history", "statement", "outbox"):
        rows = await runtime.pool.fetch(f"SELECT t::text AS line FROM {table} AS t")
        assert rows or table == "history", "a short history lies on its subject's row"
        assert not any(written in row["line"] for row in rows for written in ("Kanarie", b"Kanarie".hex()))
    assert await runtime.names([an_id("person")]) == {an_id("person"): "Anna Kanarie"}


async def test_the_database_sorts_and_counts_the_parts_of_the_inbox_as_the_domain_does(runtime: Runtime) -> None:
    windows = [
        (at, MONDAY, days(closes), days(due))
        for at, (closes, due) in enumerate([(-3, -5), (0, 0), (2, -4), (5, 6), (6, 6), (7, 7), (20, 1)])
    ]
    planned = [milestone(IntroMilestonePlanned, call(opens=days(opens), state=CallState.PLANNED)) for opens in (1, 6)]
    open_ones = [milestone(wanted=call(opens=days(-9), closes=closes, due=min(due, closes))) for _, _, closes, due in windows]
    await take(runtime, [told(duty, fact=f"duty {at}") for at, duty in enumerate([*planned, *open_ones])])
    view = View(viewer("leader"), Scope.MINE, MONDAY, FAR)

    async with runtime.pool.acquire() as conn:
        found = await store.listed(conn, view, Look())
        counts = await store.counts(conn, view)

    sorted_here = inbox(found, MONDAY)
    assert [task for _, tasks in sorted_here.parts for task in tasks] == found
    assert inbox((), MONDAY, counts).many == sorted_here.many
    assert set(sorted_here.many) == set(Part)


async def test_an_open_task_that_changed_hands_is_told_to_both(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty")])
    await take(runtime, [told(leader_ended("ward", "leader", days(-1))), told(leader_appointed("ward", "new leader", MONDAY))])
    await Wake(runtime).once()

    ((task, handed),) = await handed_of(runtime, "leader")
    assert (task.task_id, task.holder, handed.to_holder, handed.on) == (an_id("duty"), an_id("new leader"), an_id("new leader"), MONDAY)
    assert await handed_of(runtime, "new leader") == [(task, handed)]
    assert not await handed_of(runtime, "leader", days(1)), "only for some days"
    assert not await handed_of(runtime, "chief")


async def test_of_what_went_and_came_back_the_last_is_told(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty"), told(deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(2)))])
    await Wake(runtime).once()
    await set_day(runtime, days(3))
    await read_everything(runtime)
    await Wake(runtime).once()

    found = {name: [(handed.to_holder, handed.reason) for _, handed in await handed_of(runtime, name)] for name in ("leader", "deputy")}

    assert found == {"leader": [(an_id("leader"), "deputy-gone")], "deputy": [(an_id("leader"), "deputy-gone")]}


async def test_what_has_become_the_viewers_own_case_is_not_told_to_them(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="duty")])

    await take(runtime, [told(milestone(wanted=call(about="leader")), 2, "duty")])

    assert not await handed_of(runtime, "leader")
    assert len(await handed_of(runtime, "chief")) == 1


async def test_the_last_day_of_a_deputy_becomes_a_task_and_leaves_nothing_on_the_wire_but_that(runtime: Runtime) -> None:
    await take(runtime, [told(deputy_appointed("ward", "deputy", "leader", days(-40), until=days(9)))])
    await Wake(runtime).once()

    (task,) = await own(runtime, viewer("chief"))

    assert (task.kind, task.about_person, task.closes) == ("deputy-ends", an_id("deputy"), days(9))
    kinds = await runtime.pool.fetch("SELECT DISTINCT topic FROM outbox")
    assert [row["topic"] for row in kinds] == ["notification.v1"]
