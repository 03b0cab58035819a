"""A bad deploy cannot drain a topic into dead letters, foreign rubbish stops nothing, one poisonous record stands alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from uuid import uuid4

import asyncpg
import pytest

from services.chassis import health
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection
from services.chassis.settings import Settings
from tests.integration.test_bus import until
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import Sent, read_everything, sent
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)
LEAST = 20


def hires(count: int) -> list[Sent]:
    """As many newcomers."""
    return [sent(revision(hired(START, person=str(uuid4())), noon(START), fact=uuid4())) for _ in range(count)]


def misfits(count: int, source: str = "/forbliv/intake") -> list[Sent]:
    """Hires with intact headers and a body that the code of today does not read."""
    return [
        replace(r, value=b'{"municipality":"730"}', headers=[(n, source.encode() if n == "ce_source" else v) for n, v in r.headers])
        for r in hires(count)
    ]


@asynccontextmanager
async def taking(runtime: Runtime, records: Sequence[Sent]) -> AsyncIterator[None]:
    """A worker that is handed these records."""
    task = asyncio.create_task(Inlet(runtime).take(records))

    async def ended_or_stopped() -> bool:
        return task.done() or runtime.pulse.held_up is not None

    await until(ended_or_stopped)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def count(runtime: Runtime, what: str) -> int:
    found: int = await runtime.pool.fetchval(f"SELECT count(*) FROM {what}")
    return found


async def bad_deploy_stops(settings: Settings) -> None:
    """The guard: more than half of what our own services say does not fit."""
    records = [*hires(LEAST), *misfits(LEAST + 1)]
    async with open_runtime(TOY, settings) as bad:
        await read_everything(bad)
        async with taking(bad, records):
            assert await count(bad, "dead_letter") == 0, "the topic is drained into dead letters"
            assert await count(bad, "history") + await count(bad, "subject") == 0, "nothing of the batch is kept"
            (why,) = await health.why_not_ready(bad, None)
            assert why.startswith("reading has stopped: 21 of the latest 41 hr.hired.v1 from our own services could not be read")


async def test_more_than_half_stops_and_good_code_goes_on_after_a_restart(settings: Settings) -> None:
    await bad_deploy_stops(settings)

    mended = hires(LEAST * 2)
    async with open_runtime(TOY, settings) as good:
        assert await health.why_not_ready(good, None) == []
        await Inlet(good).take(mended)
        assert await count(good, "subject WHERE kind = 'person'") == LEAST * 2


async def test_mutation_without_the_limit_the_topic_is_drained(settings: Settings) -> None:
    with pytest.raises(AssertionError, match="drained"):
        await bad_deploy_stops(settings.model_copy(update={"dead_letter_limit_records": 0}))


async def test_the_share_is_taken_over_batches(settings: Settings) -> None:
    async with open_runtime(TOY, settings) as runtime:
        inlet = Inlet(runtime)
        for _ in range(LEAST // 2):
            await inlet.take([*misfits(1), *hires(1)])
        assert runtime.pulse.held_up is None, "half is not more than half"
        assert await count(runtime, "dead_letter") == LEAST // 2
        task = asyncio.create_task(inlet.take(misfits(1)))

        async def stopped() -> bool:
            return runtime.pulse.held_up is not None

        await until(stopped)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await count(runtime, "dead_letter") == LEAST // 2


async def test_a_few_misfits_and_any_amount_of_foreign_rubbish_stop_nothing(settings: Settings) -> None:
    foreign = misfits(500, source="/randers/sd")
    broken_headers = [replace(r, headers=[(n, b"\xff" if n == "ce_time" else v) for n, v in r.headers]) for r in hires(500)]
    async with open_runtime(TOY, settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take([*foreign, *broken_headers, *misfits(LEAST - 1), *hires(3)])

        assert runtime.pulse.held_up is None
        assert await count(runtime, "dead_letter") == 1_000 + LEAST - 1
        assert await count(runtime, "subject WHERE kind = 'person'") == 3


async def test_a_record_that_no_table_takes_stands_alone_and_the_rest_goes_on(settings: Settings) -> None:
    """What a service saves may refuse a value that its schema lets through: that record is a dead letter, not a stop."""
    poison = an_id("poison")

    async def save(_conn: Connection, changed: Sequence[Changed]) -> None:
        if any(change.subject.id == poison for change in changed):
            raise asyncpg.NumericValueOutOfRangeError("1 in 20")

    records = [*hires(7), sent(revision(hired(START, person="poison"), noon(START))), *hires(13)]
    async with open_runtime(replace(TOY, save_rows=save), settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take(records)

        reasons = [row["reason"] for row in await runtime.pool.fetch("SELECT reason FROM dead_letter")]
        assert reasons == [
            "nobody here can take it: NumericValueOutOfRangeError at test_stop_after_a_bad_deploy.py:" + reasons[0].split(":")[-1]
        ]
        assert await count(runtime, "subject WHERE kind = 'person'") == 20
        assert runtime.pulse.held_up is None


async def test_code_of_ours_that_trips_over_everything_stops_instead_of_draining(settings: Settings) -> None:
    async def save(_conn: Connection, _changed: Sequence[Changed]) -> None:
        raise KeyError("a field")

    async with open_runtime(replace(TOY, save_rows=save), settings) as runtime:
        await read_everything(runtime)
        async with taking(runtime, hires(LEAST * 3)):
            assert "reading has stopped" in (runtime.pulse.held_up or "")
            assert 0 < await count(runtime, "dead_letter") < LEAST
