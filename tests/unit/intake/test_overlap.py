"""Two transactions of a delivery at a time: derived beside each other, durable one after the other."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from services.intake.overlap import Names, Overlap, Turn

ANNE, BO = frozenset({"person 1", "employment 7"}), frozenset({"person 2", "employment 8"})


class Broken(Exception):
    """The database is away."""


class World:
    """What happened, in order; a transaction is written once it may be."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.may_be_written = asyncio.Event()

    def part(self, name: str, *, fails: bool = False, alone: bool = False) -> Callable[[Turn], Coroutine[None, None, None]]:
        async def work(turn: Turn) -> None:
            try:
                await turn.apart()
                self.seen.append(f"{name} is derived")
                if alone:
                    await turn.alone()
                turn.derived.set()
                await turn.alone()
                await self.may_be_written.wait()
                if fails:
                    raise Broken  # noqa: TRY301 - as a database would
                self.seen.append(f"{name} is durable")
            except BaseException:
                self.seen.append(f"{name} is undone")
                raise

        return work


async def of_two(world: World, names: tuple[Names | None, Names | None], *, fails: bool = False, alone: bool = False) -> list[int]:
    """Two parts; nothing can be written until both had time to do what they may."""
    done: list[int] = []

    async def taking() -> None:
        async with Overlap(done.append) as parts:
            await parts.take(world.part("one", fails=fails), 1, names[0])
            await parts.take(world.part("two", alone=alone), 2, names[1])
            await parts.end()

    task = asyncio.create_task(taking())
    for _ in range(20):
        await asyncio.sleep(0)
    world.seen.append("now")
    world.may_be_written.set()
    await task
    return done


async def test_the_next_part_is_derived_while_the_one_before_it_is_written() -> None:
    world = World()

    assert await of_two(world, (ANNE, BO)) == [1, 2]
    assert world.seen == ["one is derived", "two is derived", "now", "one is durable", "two is durable"]


@pytest.mark.parametrize("names", [(ANNE, ANNE | BO), (ANNE, None), (None, BO)])
async def test_a_part_that_may_have_to_do_with_the_one_before_it_waits_for_it(
    names: tuple[Names | None, Names | None],
) -> None:
    world = World()

    assert await of_two(world, names) == [1, 2]
    assert world.seen == ["one is derived", "now", "one is durable", "two is derived", "two is durable"]


async def test_a_part_that_finds_it_must_be_alone_goes_on_when_the_one_before_it_is_durable() -> None:
    world = World()

    await of_two(world, (ANNE, BO), alone=True)

    assert world.seen[2:] == ["now", "one is durable", "two is durable"]


async def test_what_comes_after_a_part_that_failed_is_undone() -> None:
    world = World()

    with pytest.raises(Broken):
        await of_two(world, (ANNE, BO), fails=True)
    assert world.seen == ["one is derived", "two is derived", "now", "one is undone", "two is undone"]


async def test_who_is_stopped_undoes_what_is_under_way_and_counts_what_is_durable() -> None:
    world, done = World(), list[int]()
    world.may_be_written.set()

    def stopped(rows: int) -> None:
        done.append(rows)
        raise Broken

    async def taking() -> None:
        async with Overlap(stopped) as parts:
            await parts.take(world.part("one"), 1, ANNE)
            world.may_be_written.clear()
            await parts.take(world.part("two"), 2, BO)

    with pytest.raises(Broken):
        await taking()
    assert done == [1]
    assert world.seen[-1] == "two is undone"
    assert "two is durable" not in world.seen
