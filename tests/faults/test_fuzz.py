"""Ten thousand malformed records stop nothing and none of them is lost: each is accepted, doubled, skipped or a dead letter."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
from aiokafka import AIOKafkaProducer

from contracts.hr import Hired
from deploy.local.stack import Stack, running_stack
from services.chassis.bus import Bus
from services.chassis.envelope import BODY_LIMIT, outgoing
from services.chassis.metrics import Outcome
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Profile, Settings
from tests.conftest import RULES
from tests.faults import raw
from tests.faults.rubbish import TOPICS, Raw, examples, made_up, mutated
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import revision
from tests.kit.toy import TOY

pytestmark = pytest.mark.stack

SEED = 20_260_303
MUTATED, MADE_UP = 10_000, 1_000
SECONDS = 120
DAY = date(2026, 3, 2)
WITNESSES = [f"witness {number}" for number in range(60)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of their own: nobody else wants this on his topics."""
    with running_stack(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@asynccontextmanager
async def worker(stack: Stack) -> AsyncIterator[Runtime]:
    """A toy that reads."""
    settings = Settings(profile=Profile.LOCAL, kafka=stack.kafka, database_url=stack.database("onboarding"), rules=RULES)
    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime:
        task = asyncio.create_task(Bus(runtime).run())
        try:
            yield runtime
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def send(stack: Stack, records: Iterable[Raw]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all", linger_ms=5, max_request_size=2_000_000) as producer:
        sent = [await producer.send(r.topic, r.value, _key(r), headers=list(r.headers)) for r in records]
        await asyncio.gather(*sent)


def _key(record: Raw) -> bytes | None:
    """A compacted topic takes nothing without a key, and the client sends nothing that has neither key nor body."""
    return b"" if record.key is None and (record.value is None or record.topic == TOPICS[2]) else record.key


def hires() -> list[Raw]:
    """Good records, of so many people that some lie on every partition."""
    told = [outgoing("intake", revision(hired(DAY, person=name), noon(DAY), fact=an_id(name))) for name in WITNESSES]
    return [Raw(r.topic, r.key.encode(), r.body.encode(), tuple((n, v.encode()) for n, v in r.headers)) for r in told]


async def letters(runtime: Runtime, reason: str) -> int:
    """How many have a reason that begins so."""
    found: int = await runtime.pool.fetchval("SELECT count(*) FROM dead_letter WHERE starts_with(reason, $1)", reason)
    return found


async def test_rubbish_stops_nothing_and_none_of_it_is_lost(stack: Stack) -> None:
    hire = next(r for r in examples() if ("ce_type", Hired.wire.encode()) in r.headers)
    too_large = replace(hire, value=b"{" + b" " * BODY_LIMIT + b"}")
    rubbish = [*mutated(SEED, MUTATED), *made_up(MADE_UP), too_large]
    assert len(rubbish) >= 10_000
    async with worker(stack) as runtime:
        await send(stack, rubbish)
        await send(stack, hires())
        ends = await raw.ends(stack.kafka, *TOPICS)

        async def left() -> dict[tuple[str, int], int]:
            rows = await runtime.pool.fetch("SELECT topic, partition, next_offset FROM consumed")
            fences = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
            return {tp: end - fences.get(tp, 0) for tp, end in ends.items() if fences.get(tp, 0) < end}

        for _ in range(SECONDS * 5):
            if not await left():
                break
            await asyncio.sleep(0.2)

        assert await left() == {}, f"stopped partitions: {runtime.pulse.held_up}"
        taken = runtime.metrics.taken()
        assert sum(taken.values()) == sum(ends.values()) == len(rubbish) + len(WITNESSES)
        assert taken[Outcome.DEAD_LETTERED] == await runtime.pool.fetchval("SELECT count(*) FROM dead_letter")
        assert await letters(runtime, "the body is too large") == 1
        assert await letters(runtime, "nobody here can take it") == 0, "the parser has a reason for all of it"
        assert min(taken[outcome] for outcome in (Outcome.ACCEPTED, Outcome.SKIPPED, Outcome.DEAD_LETTERED)) > 0
        heard = await runtime.pool.fetchval("SELECT count(*) FROM subject WHERE id = ANY($1::uuid[])", [an_id(name) for name in WITNESSES])
        assert heard == len(WITNESSES), "good records behind the rubbish are heard"
        assert runtime.pulse.held_up is None
