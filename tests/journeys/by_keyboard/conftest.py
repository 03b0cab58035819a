"""A small town for everything that is done by keyboard, the first story on the stack of all journeys."""

import pytest

from deploy.local.clockwork import read_clock
from deploy.local.paths import ROOT
from deploy.local.play.deliver import deliver, evening, settle
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from tests.kit.small_town import MUNICIPALITY, TODAY, write_town
from tests.kit.whole import reach_day

MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"


@pytest.fixture(scope="package")
def town(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The whole stack, with a small municipality on a Friday in January and nobody else to sign in as."""
    assert run_async(read_clock(whole)) < evening(TODAY), "the clock goes forward only: this story is played first"
    reach_day(whole, TODAY)
    deliver(whole, write_town(tmp_path_factory.mktemp("town")), MAPPING, MUNICIPALITY)
    settle(whole)
    return whole
