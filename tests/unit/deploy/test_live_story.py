"""The live story of the demo, as it is told by the payroll system: who is in it, and on which days."""

from pathlib import Path

import pytest

from deploy.local.municipality import invent
from deploy.local.play import live


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_smallest_municipality_of_the_demo_has_somebody_to_play_the_story(seed: int, tmp_path: Path) -> None:
    told = list(live.write_live(invent(seed, live.FEWEST), tmp_path))

    assert [each.day for each in told] == [live.HIRE_DAY, live.MOVED_DAY, live.TALK_DAY, live.WITHDRAWN_DAY]
    assert [each.folder for each in told] == ["live-1", "live-2", None, "live-3"]
    assert [bool(each.talk_with) for each in told] == [False, False, True, False]
