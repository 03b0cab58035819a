"""One run of one seed; if it fails, the shortest story that fails in the same way."""

from tests.simulator.drawing import draw_story
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.play import play
from tests.simulator.shrink import kind_of, lines, shortest
from tests.simulator.story import Story


class Failure(AssertionError):
    """A promise was broken: the seed, and the shortest story that breaks the same promise."""

    def __init__(self, seed: int, problems: list[str], story: Story, steps: int) -> None:
        """Say all that is needed to see it again."""
        super().__init__(
            f"seed {seed}: {'; '.join(dict.fromkeys(problems))}\n"
            f"see it again: python -m tests.simulator --story {seed}\n"
            f"the shortest story ({len(story)} of {steps} steps):\n{lines(story)}"
        )
        self.story = story


def trial(seed: int, mechanisms: Mechanisms | None = None) -> None:
    """Play the story of a seed. Raises `Failure`."""
    story = draw_story(seed)
    problems = play(story, mechanisms)
    if not problems:
        return
    broken = kind_of(problems[0])
    short = shortest(story, lambda shorter: broken in map(kind_of, play(shorter, mechanisms)))
    raise Failure(seed, problems, short, len(story))
