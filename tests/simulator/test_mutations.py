"""Every mechanism is missed when it is taken out: the simulator breaks the promise that the mechanism keeps, or its guard fails."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest

from services.chassis.advance import State
from services.chassis.envelope import Partition
from services.chassis.inlet import Inlet
from services.chassis.reading import Reading
from services.chassis.service import Connection
from tests.behaviour.shared_tables import SharedTablesBehaviour
from tests.behaviour.store import Store
from tests.kit.story import Story
from tests.kit.toy import TOY
from tests.simulator import checks, test_missing, test_reading
from tests.simulator.drawing import draw_story
from tests.simulator.faulty import FORGOTTEN
from tests.simulator.memory.tables import MemoryTables
from tests.simulator.memory.tables.here import here
from tests.simulator.mutants import MUTANTS, without
from tests.simulator.play import play
from tests.simulator.shrink import kind_of
from tests.simulator.test_memory_tables import new_store
from tests.simulator.worker import Worker, new_worker
from tests.simulator.world import UNREST
from tests.unit.chassis import test_advance

MOST_RUNS = 3_000


@pytest.mark.parametrize("name", MUTANTS)
def test_the_simulator_misses(name: str) -> None:
    mutant = MUTANTS[name]
    seen: set[str] = set()
    assert [problem for seed in mutant.known for problem in play(draw_story(seed))] == []
    with without(mutant) as parts:
        for seed in (*mutant.known, *range(MOST_RUNS)):
            seen |= {kind_of(problem) for problem in play(draw_story(seed), parts)}
            if seen & set(mutant.breaks):
                return
    pytest.fail(f"{MOST_RUNS} runs without {name} keep its promises; seen only: {sorted(seen)}")


def test_every_check_is_the_only_one_that_a_mutant_is_caught_by() -> None:
    """A check that sees nothing would be missed by nobody where another one catches the same mutants."""
    words = {word for name, word in vars(checks).items() if name.isupper() and isinstance(word, str) and " " in word}
    alone = {word for mutant in MUTANTS.values() if len(mutant.breaks) == 1 for word in mutant.breaks}

    assert words | {UNREST} == alone


def test_a_story_misses_that_time_never_runs_backwards() -> None:
    guard = test_advance.test_the_time_of_a_subject_never_runs_backwards
    guard(Story(TOY, date(2026, 3, 1)))

    with patch.object(State, "reached", FORGOTTEN), pytest.raises(AssertionError):
        guard(Story(TOY, date(2026, 3, 1)))


async def test_the_suite_misses_the_reference_held_while_deriving() -> None:
    async def looks(conn: Connection, municipality: str) -> int:
        async with here(conn).statement() as server:
            version: int = server.get("reference_version", (municipality,)) or 0
            return version

    guards = (
        SharedTablesBehaviour().test_the_reference_changes_when_nobody_derives_with_it,
        SharedTablesBehaviour().test_who_derives_waits_for_a_change_and_sees_it,
    )
    mutant = type("Looks", (MemoryTables,), {"share_reference": staticmethod(looks)})
    for guard in guards:
        await guard(new_store())
        with pytest.raises(AssertionError):
            await guard(Store(new_store().pool, mutant()))


async def _gives_up(self: Reading, assigned: set[Partition]) -> None:
    """What an assignment could not look up is forgotten with it."""
    self._unplaced = set(assigned)
    try:
        await self._place()
    finally:
        self._unplaced = set()


@pytest.mark.parametrize(
    ("guard", "where", "name", "what"),
    [
        (test_missing.test_what_lies_between_the_fence_and_a_batch_is_asked_for_once_more, Inlet, "_nothing_is_missing", lambda *_: None),
        (test_reading.test_nothing_is_taken_before_the_fence_was_seen_and_all_is_taken_then, Reading, "go_on", _gives_up),
    ],
)
async def test_a_reader_misses(guard: Callable[[Worker], Awaitable[None]], where: Any, name: str, what: Any) -> None:
    await guard(await new_worker())
    with patch.object(where, name, what), pytest.raises((AssertionError, KeyError)):
        await guard(await new_worker())
