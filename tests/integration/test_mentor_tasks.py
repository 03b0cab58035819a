"""A mentor's duty on a real PostgreSQL: as the bus tells it, in whatever order it is read, and who then finds it in the inbox."""

from collections.abc import AsyncIterator, Sequence
from itertools import permutations

import pytest

from contracts.base import Event, HolderRole
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from services.chassis.wake import Wake
from services.notification.app import SERVICE
from tests.kit.builders import an_id, end_registered
from tests.kit.inbox import milestone, told
from tests.kit.records import read_everything, set_day, take
from tests.unit.notification.duties import MONDAY, call, days, leaders, mentor_named, tree

TOUR = milestone(wanted=call(role=HolderRole.MENTOR, closes=days(30), kind="local-step"))
HEARD: Sequence[Revision[Event]] = (
    told(TOUR, fact="tour"),
    told(mentor_named("mentor"), fact="naming"),
    told(end_registered(days(9), person="mentor", registered=MONDAY), fact="end"),
)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await set_day(opened, MONDAY)
        await take(opened, [told(event) for event in (*tree(), *leaders())])
        yield opened


async def held(runtime: Runtime) -> tuple[object, ...]:
    """Who has the task, and why."""
    row = await runtime.pool.fetchrow("SELECT holder, why_holder FROM task WHERE task_id = $1", an_id("tour"))
    assert row is not None
    return tuple(row)


async def goes_by(runtime: Runtime, day: int) -> None:
    """So many days later."""
    await set_day(runtime, days(day))
    await read_everything(runtime)
    while await Wake(runtime).once():
        pass
    await read_everything(runtime)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_in_whatever_order_it_is_read_the_mentor_has_it_until_the_last_day_at_work(runtime: Runtime, order: Sequence[int]) -> None:
    for at in order:
        await take(runtime, [HEARD[at]])

    assert await held(runtime) == (an_id("mentor"), "role-holder")
    await goes_by(runtime, 10)
    assert await held(runtime) == (an_id("leader"), "no-mentor")


async def test_what_was_read_behind_time_and_derived_later_is_held_by_the_same(runtime: Runtime) -> None:
    runtime.settings = runtime.settings.model_copy(update={"batch_records": 1})

    for heard in HEARD[1::-1]:
        await take(runtime, [heard])
    await goes_by(runtime, 1)

    assert await held(runtime) == (an_id("mentor"), "role-holder")


async def test_another_duty_of_the_plan_is_kept_in_one_history(runtime: Runtime) -> None:
    await take(runtime, [told(milestone(), fact="talk")])

    rows = await runtime.pool.fetch("SELECT kind FROM subject ORDER BY kind")

    assert [row["kind"] for row in rows] == ["task"]
