"""One rig for all fault runs: the faults follow each other under one load, each is judged when it is over."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from tests.faults import test_faults
from tests.faults.rig import Rig, started

KILLS = 10
"""So many processes end without being asked, all in all."""
SEED = 20_260_302
PER_SECOND = 120


@pytest.fixture(scope="package")  # the load must not go on beside the tests that follow
async def rig(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """Two workers under load, on servers of their own; whoever runs all the faults is told at the end if they were too few."""
    async with started(tmp_path_factory.mktemp("faults") / "stack", SEED, PER_SECOND) as found:
        yield found
    if all_faults(request.session) and not request.session.testsfailed:
        assert found.kills >= KILLS, f"only {found.kills} processes were killed"


def all_faults(session: pytest.Session) -> bool:
    """Whether no fault was deselected, in whatever order they run."""
    chosen = {item.originalname for item in session.items if isinstance(item, pytest.Function) and "rig" in item.fixturenames}
    there = {name for name in vars(test_faults) if name.startswith("test_")}
    return chosen >= there


@pytest.fixture
def dice() -> Random:
    """When exactly a fault comes; the same in every run, though the machine is not."""
    return Random(SEED)
