"""Two thousand worlds in which everything goes wrong, and every promise is kept. A failure names its seed and a short story."""

import os
import subprocess
import sys

import pytest

from tests.simulator.checks import REFUSED
from tests.simulator.drawing import draw_story
from tests.simulator.mutants import MUTANTS, without
from tests.simulator.play import play
from tests.simulator.shrink import shortest
from tests.simulator.story import Clock, Dropped, Poisoned, Rebalanced, Run, Story, is_calm
from tests.simulator.trial import Failure, trial

RUNS = 2_000
CASES = 10


@pytest.mark.parametrize("case", range(CASES))
def test_every_promise_is_kept_whatever_happens(case: int) -> None:
    for seed in range(case, RUNS, CASES):
        trial(seed)


def test_a_failing_seed_tells_its_number_and_the_shortest_story_that_fails_in_the_same_way() -> None:
    with without(MUTANTS["the total parser"]) as parts:
        seed = next(seed for seed in range(RUNS) if REFUSED in play(draw_story(seed), parts))
        with pytest.raises(Failure) as caught:
            trial(seed, parts)

    assert [type(step) for step in caught.value.story] == [Poisoned], "whoever reads it cannot bear it; all else was left out"
    said = str(caught.value)
    assert said.startswith(f"seed {seed}: {REFUSED}")
    assert f"python -m tests.simulator --story {seed}\n" in said
    assert f"({len(caught.value.story)} of {len(draw_story(seed))} steps):\n    {caught.value.story[0]}," in said


def test_of_the_shortest_story_no_step_can_be_left_out_and_no_turn_taken_away() -> None:
    def fails(story: Story) -> bool:
        turns = sum(step.turns for step in story if isinstance(step, Run))
        return turns >= 3 and any(isinstance(step, Poisoned) for step in story) and Rebalanced() in story

    long = (Rebalanced(), Run(9, 1), Poisoned(1, 1), Rebalanced(), Run(40, 2), Poisoned(2, 2), Clock(1), Run(7, 3))
    assert fails(long)
    short = shortest(long, fails)

    assert sorted(type(step).__name__ for step in short) == ["Poisoned", "Rebalanced", "Run"]
    assert [step.turns < 6 for step in short if isinstance(step, Run)] == [True], "half of them were too few"


TRACES = """
from hashlib import sha256
from tests.simulator.play import trace
print(sha256("".join(map(trace, range(12))).encode()).hexdigest())
"""


def test_a_seed_gives_the_same_story_and_the_same_run_in_another_process() -> None:
    def run(hash_seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run([sys.executable, "-c", TRACES], env=environment, capture_output=True, text=True, check=True).stdout

    assert run("1") == run("2")


def test_a_quarter_of_the_stories_is_calm_half_lose_a_fetch_and_all_let_somebody_work() -> None:
    stories = [draw_story(seed) for seed in range(100)]

    assert 20 <= sum(is_calm(story) for story in stories) <= 40
    assert sum(any(isinstance(step, Dropped) for step in story) for story in stories) >= 40
    assert all(any(isinstance(step, Run) for step in story) for story in stories)
    assert play(()) == []
