"""One rig for all fault runs: the faults follow each other under one load, each is judged when it is over."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from tests.faults.rig import Rig, started

SEED = 20_260_302
PER_SECOND = 120


@pytest.fixture(scope="session")
async def rig(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rig]:
    """Two workers under load, on servers of their own."""
    async with started(tmp_path_factory.mktemp("faults") / "stack", SEED, PER_SECOND) as found:
        yield found


@pytest.fixture
def dice() -> Random:
    """When exactly a fault comes; the same in every run, though the machine is not."""
    return Random(SEED)
