"""While more is waiting, histories only grow; who is behind derives once, and says what who was never behind says."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis import inlet
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.chassis.tables import Tables, subjects
from services.chassis.wake import Wake
from tests.integration.test_transaction import outbox, standing, told
from tests.kit.builders import an_id, end_registered, hired
from tests.kit.records import OFFSETS, Sent, read_everything, sent
from tests.kit.toy import TOY

START = date(2026, 3, 2)
ROLLS = 40
"""So many revisions of some 500 bytes fill several chunks."""


@pytest.fixture
async def behind(settings: Settings) -> AsyncIterator[Runtime]:
    """A worker for which two records are a full batch."""
    async with open_runtime(TOY, settings.model_copy(update={"batch_records": 2})) as runtime:
        yield runtime


def story() -> list[Sent]:
    return [
        sent(told(hired(START))),
        sent(told(hired(START, person="another"), fact="another")),
        sent(told(hired(date(2026, 3, 23)), 2)),
        sent(told(end_registered(date(2026, 6, 30), person="another"), fact="end")),
    ]


async def lines(runtime: Runtime, person: str = "person") -> int:
    """How many lines the history of a person has, wherever they are kept."""
    async with runtime.pool.acquire() as conn:
        texts = await runtime.tables.histories(conn, "person", [an_id(person)])
    return texts[an_id(person)].count(b"\n")


async def test_nothing_is_said_until_everything_is_read_and_then_each_is_said_once(behind: Runtime) -> None:
    records = story()
    await Inlet(behind).take(records[:2])
    await Inlet(behind).take(records[2:])
    assert await standing(behind) == []
    assert await Wake(behind).once() == 0, "something older may be unread"

    await read_everything(behind)
    await Wake(behind).once()
    assert await standing(behind) == [("toy.bell-rang.v1", 1, True)]
    assert len(await outbox(behind)) == 2, "the bell of who stays, and the decision"
    assert await Wake(behind).once() == 0


@pytest.mark.parametrize("forgets", [False, True], ids=["kept in memory", "read back"])
async def test_a_revision_that_is_known_is_not_added_again(settings: Settings, forgets: bool) -> None:
    async with open_runtime(TOY, settings) as first:
        await read_everything(first)
        await Inlet(first).take([sent(told(hired(START)))])
        again = [replace(sent(told(hired(START))), offset=next(OFFSETS)), sent(told(hired(date(2026, 3, 23)), 2))]
        async with open_runtime(TOY, settings.model_copy(update={"batch_records": 2})) as other:
            await Inlet(other if forgets else _behind(first)).take(again)

        assert await lines(first) == 3, "two revisions and the decision"


async def test_a_history_is_not_read_to_see_that_something_became_known_after_all_of_it(
    behind: Runtime, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each batch of much that waits reads the whole histories of everybody in it."""
    first, later = told(hired(START), day=START), told(hired(START), 2, day=date(2026, 3, 3))
    await Inlet(behind).take([sent(first), sent(told(hired(START, person="another"), fact="another"))])
    read: list[UUID] = []

    async def histories(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
        read.extend(ids)
        return await subjects.histories(conn, kind, ids)

    monkeypatch.setattr(Tables, "histories", staticmethod(histories))
    async with open_runtime(TOY, settings.model_copy(update={"batch_records": 2})) as other:
        await Inlet(other).take([sent(later), sent(told(hired(START, person="third"), fact="third"))])
        assert read == []
        await Inlet(other).take([replace(sent(first), offset=next(OFFSETS)), replace(sent(later), offset=next(OFFSETS))])

    assert await lines(behind) == 2
    assert an_id("person") in read, "what did not become known later may be there"


def _behind(runtime: Runtime) -> Runtime:
    runtime.settings = runtime.settings.model_copy(update={"batch_records": 2})
    return runtime


async def test_a_history_that_fills_chunks_comes_back_whole(behind: Runtime) -> None:
    days = [date(2026, 3, 1 + number % 28) for number in range(ROLLS)]
    for number in range(0, ROLLS, 2):
        await Inlet(behind).take([sent(told(hired(days[n]), n + 1)) for n in (number, number + 1)])
    chunks = await behind.pool.fetchval("SELECT chunk FROM subject WHERE kind = 'person'")
    assert chunks > 3
    assert await behind.pool.fetchval("SELECT max(length(body)) FROM history") < 3_000
    assert await lines(behind) == ROLLS

    await Inlet(behind).take([sent(told(hired(days[n]), n + 1)) for n in (0, 1)])
    assert await lines(behind) == ROLLS, "what stands in a chunk is known"
    await read_everything(behind)
    await Wake(behind).once()
    (planned,) = await standing(behind)
    assert planned[1:] == (1, True), "one statement for all that came"


async def test_who_is_behind_for_too_long_derives_as_it_reads(behind: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlet, "BEHIND_LIMIT", 0.0)
    await read_everything(behind)
    await Inlet(behind).take(story()[:2])

    assert [kind for kind, _, _ in await standing(behind)] == ["toy.bell-rang.v1", "toy.bell-rang.v1"]
