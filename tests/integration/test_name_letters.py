"""Dead letters of the directory on a real PostgreSQL: a tombstone erases also what nobody could read, and nothing brings it back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contracts.hr import PersonNamed
from services.chassis.dead_letters import redrive
from services.chassis.inlet import Inlet
from services.chassis.runtime import open_runtime
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from tests.behaviour.store import waits
from tests.integration.test_dead_letters import START, all_letters, poisoned
from tests.kit.builders import an_id, noon
from tests.kit.records import OFFSETS, Sent, read_everything, sent
from tests.kit.story import revision
from tests.kit.toy import TOY


def name(number: int = 1, fact: str = "name") -> Sent:
    """A revision of the person's name."""
    event = PersonNamed(municipality="730", person_key=an_id("person"), display_name="Holm")
    return sent(revision(event, noon(START), fact=an_id(fact), number=number))


@pytest.mark.parametrize("batches", [(0, 1), (2,)], ids=["one after the other", "in one batch"])
async def test_a_tombstone_erases_a_name_that_nobody_could_read(settings: Settings, batches: Sequence[int]) -> None:
    """Put back after the tombstone, the letter would bring the name back: the directory keeps no trace of whom it forgot."""
    bad = poisoned(name())
    tombstone = replace(bad, value=None, offset=next(OFFSETS))
    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime:
        await read_everything(runtime)
        for batch in batches:
            await Inlet(runtime).take([[bad], [tombstone], [bad, tombstone]][batch])

        (letter,) = await all_letters(runtime)
        assert (letter.settled, letter.subject) == ("outrun", an_id("person"))
        assert await redrive(runtime, letter.id, "operator") is None
        row = await runtime.pool.fetchrow("SELECT key, headers, body FROM dead_letter")
        assert row is not None
        assert not any(row.values()), "an erasure leaves no content"


async def test_a_name_that_is_told_after_the_tombstone_waits_until_it_is_put_back(settings: Settings) -> None:
    record = name()
    tombstone = replace(record, value=None)
    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime:
        await read_everything(runtime)
        seeing, runtime.ear = runtime.ear, replace(runtime.ear, municipalities=frozenset())
        await Inlet(runtime).take([tombstone, replace(record, offset=next(OFFSETS))])
        (letter,) = await all_letters(runtime)
        assert letter.settled is None

        runtime.ear = seeing
        await redrive(runtime, letter.id, "operator")
        assert dict(await runtime.names([an_id("person")])) == {an_id("person"): "Holm"}


async def test_a_tombstone_waits_for_who_puts_a_letter_back_and_erases_what_came_of_it(settings: Settings) -> None:
    record = name()
    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime, open_runtime(runtime.service, settings) as other:
        await read_everything(runtime)
        seeing, runtime.ear = runtime.ear, replace(runtime.ear, municipalities=frozenset())
        await Inlet(runtime).take([record])
        (letter,) = await all_letters(runtime)
        runtime.ear = seeing
        erasing: list[asyncio.Task[None]] = []
        save = runtime.tables.save_names

        async def slowly(conn: Connection, named: Sequence[Revision[PersonNamed]]) -> int:
            erasing.append(asyncio.create_task(Inlet(other).take([replace(record, value=None, offset=next(OFFSETS))])))
            assert await waits(erasing[0])
            return await save(conn, named)

        runtime.tables.save_names = slowly
        await redrive(runtime, letter.id, "operator")
        await asyncio.gather(*erasing)

        assert dict(await runtime.names([an_id("person")])) == {}
