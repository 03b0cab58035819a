"""What a relay does when its connection, its broker or an answer of it is gone, in memory."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from services.chassis.outbox import Relay
from services.chassis.subject import Subject
from tests.behaviour.bus import until
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import revision
from tests.simulator.memory.client import MemorySender
from tests.simulator.worker import DAY, Worker, new_worker


@pytest.fixture
async def worker() -> Worker:
    return await new_worker()


async def test_a_relay_whose_connection_is_gone_ends_when_it_is_told_to(worker: Worker) -> None:
    relay = Relay(worker.runtime, lambda _kafka, _name: MemorySender(worker.log))
    relaying = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    worker.database.cut("")
    relaying.cancel()
    await asyncio.wait({relaying}, timeout=1)

    assert relaying.cancelled()


async def test_a_relay_starts_under_its_name_anew_now_and_then(worker: Worker) -> None:
    """Kafka forgets a name after a week without a start: nobody who took over would shut the earlier one out."""
    started: list[str] = []

    again = asyncio.Event()

    def sender(_kafka: str, name: str) -> MemorySender:
        if started:
            again.set()
        started.append(name)
        return MemorySender(worker.log)

    person = Subject("person", an_id("person"), "730")
    await worker.runtime.record({person: [revision(hired(DAY), noon(DAY), fact=an_id("fact"))]})
    relaying = asyncio.create_task(Relay(worker.runtime, sender, renew_seconds=0.01).run())
    await asyncio.wait_for(again.wait(), 5)
    relaying.cancel()

    assert set(started) == {"toy-relay"}
    assert len(worker.log.records("onboarding.v1")) == 1


async def test_a_record_whose_confirmation_is_lost_is_sent_again_byte_by_byte(worker: Worker) -> None:
    senders: list[MemorySender] = []

    def sender(_kafka: str, _name: str) -> MemorySender:
        senders.append(MemorySender(worker.log))
        senders[-1].is_unanswered = len(senders) == 1
        return senders[-1]

    person = Subject("person", an_id("person"), "730")
    await worker.runtime.record({person: [revision(hired(DAY), noon(DAY), fact=an_id("fact"))]})
    relaying = asyncio.create_task(Relay(worker.runtime, sender).run())
    await until(lambda: not worker.database.rows["outbox"])
    relaying.cancel()

    first, again = worker.log.records("onboarding.v1")
    assert (first.key, first.value, first.headers) == (again.key, again.value, again.headers)
    assert len(senders) == 2, "who lost an answer begins anew"


async def test_a_relay_goes_on_when_the_broker_comes_back(worker: Worker) -> None:
    worker.log.away = True
    with pytest.raises(KafkaConnectionError):
        await MemorySender(worker.log).start()
    person = Subject("person", an_id("person"), "730")
    await worker.runtime.record({person: [revision(hired(DAY), noon(DAY), fact=an_id("fact"))]})
    relaying = asyncio.create_task(Relay(worker.runtime, lambda _kafka, _name: MemorySender(worker.log)).run())
    await asyncio.sleep(0.05)
    worker.log.away = False
    await asyncio.sleep(1.5)
    relaying.cancel()

    assert len(worker.log.records("onboarding.v1")) == 1
    assert worker.database.rows["outbox"] == {}
