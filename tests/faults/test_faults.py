"""Nothing lost, nothing twice, never early: under load, through kills, outages, zombies, bad networks, full disks, recreated topics."""

from random import Random

import pytest

from tests.faults import scenes
from tests.faults.rig import Rig
from tests.faults.store import NOT_MOUNTED

pytestmark = pytest.mark.stack

AWAY_SECONDS = 10.0


async def assert_exact(rig: Rig) -> None:
    """All of it is as the raw log says, and no worker needed help."""
    verdict = await rig.judged()

    assert verdict.faultless, "\n".join(verdict.words)
    assert rig.exits == []


async def test_workers_killed_at_random_points(rig: Rig, dice: Random) -> None:
    await scenes.kill_workers(rig, dice, times=6)

    await assert_exact(rig)


async def test_the_relay_killed_while_the_broker_has_its_records_and_it_does_not_know(rig: Rig) -> None:
    for _ in range(2):
        await scenes.kill_relay_while_sending(rig)

    await assert_exact(rig)


async def test_the_broker_killed_and_away(rig: Rig) -> None:
    said_no = await scenes.broker_away(rig, AWAY_SECONDS)

    assert said_no == set(rig.workers)
    await assert_exact(rig)


async def test_the_database_crashed_and_away(rig: Rig) -> None:
    said_no = await scenes.database_away(rig, AWAY_SECONDS)

    assert said_no == set(rig.workers)
    await assert_exact(rig)


async def test_a_zombie_that_wakes_up_in_its_transaction(rig: Rig) -> None:
    await scenes.zombie(rig)

    await assert_exact(rig)


async def test_a_relay_that_wakes_up_with_records_on_their_way(rig: Rig) -> None:
    await scenes.zombie_relay(rig)

    await assert_exact(rig)


async def test_a_network_that_cuts_refuses_delays_and_stalls(rig: Rig, dice: Random) -> None:
    await scenes.rough_network(rig, dice, rounds=4)

    await assert_exact(rig)


async def test_workers_that_join_and_leave(rig: Rig) -> None:
    await scenes.come_and_go(rig)

    await assert_exact(rig)


async def test_a_full_disk(rig: Rig) -> None:
    if rig.disk is None:
        pytest.skip(NOT_MOUNTED)
    await scenes.disk_full(rig, seconds=5)

    await assert_exact(rig)


@pytest.mark.parametrize("while_running", [False, True])
async def test_a_topic_made_anew_and_filled_in_another_order(rig: Rig, *, while_running: bool) -> None:
    await scenes.recreated(rig, while_running=while_running)

    await assert_exact(rig)
