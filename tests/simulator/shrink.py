"""The shortest story that still fails: steps are left out as long as the same promise is broken, then turns are taken away."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tests.simulator.story import Run, Step, Story

Fails = Callable[[Story], bool]
MOST_TRIES = 600


def kind_of(problem: str) -> str:
    """The promise a problem breaks."""
    return problem.partition(":")[0]


def shortest(story: Story, fails: Fails, tries: int = MOST_TRIES) -> Story:
    """A shorter story that fails as well; no single step of it can be left out, if there were tries enough."""
    left = iter(range(tries))
    size = max(1, len(story) // 2)
    while True:
        shorter = _first(_without(story, size), fails, left)
        if shorter is not None:
            story = shorter
        elif size > 1:
            size //= 2
        else:
            break
    while (shorter := _first(_hurried(story), fails, left)) is not None:
        story = shorter
    return story


def _first(stories: Iterable[Story], fails: Fails, left: Iterator[int]) -> Story | None:
    for story in stories:
        if next(left, None) is None:
            return None
        if fails(story):
            return story
    return None


def _without(story: Story, size: int) -> Iterator[Story]:
    for at in range(0, len(story), size):
        yield (*story[:at], *story[at + size :])


def _hurried(story: Story) -> Iterator[Story]:
    for at, step in enumerate(story):
        if isinstance(step, Run) and step.turns > 1:
            yield (*story[:at], replace(step, turns=step.turns // 2), *story[at + 1 :])


def lines(story: Iterable[Step]) -> str:
    """A story to read, and to paste."""
    return "\n".join(f"    {step}," for step in story)
