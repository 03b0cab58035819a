"""Run the simulator: `python -m tests.simulator --runs 2000`, or `--minutes 60`, from `--seed S` on; `--story S` shows one."""

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import count

from tests.simulator.drawing import draw_story
from tests.simulator.play import play
from tests.simulator.shrink import lines
from tests.simulator.trial import Failure, trial


def seeds(first: int, runs: int | None, minutes: float | None) -> Iterator[int]:
    """As many seeds as were asked for, or as the time allows."""
    begun = time.monotonic()
    for number in count():
        if runs is not None and number >= runs:
            return
        if minutes is not None and time.monotonic() - begun >= minutes * 60:
            return
        yield first + number


def main() -> int:
    """Exit 0 if every run kept every promise."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--runs", type=int, help="how many runs")
    parser.add_argument("--minutes", type=float, help="how long to run")
    parser.add_argument("--story", type=int, help="show the story of one seed and what is wrong after it")
    options = parser.parse_args()
    if options.story is not None:
        story = draw_story(options.story)
        print(lines(story), *play(story), sep="\n")
        return 0
    begun, done = time.monotonic(), 0
    runs = options.runs if options.runs or options.minutes else 2_000
    for seed in seeds(options.seed, runs, options.minutes):
        try:
            trial(seed)
        except Failure as failure:
            print(failure)
            return 1
        done += 1
    seconds = time.monotonic() - begun
    print(f"simulator: {done} runs, seeds {options.seed} to {options.seed + done - 1}, {done / seconds:.0f} a second, every promise kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
