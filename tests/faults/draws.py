"""Which faults the long form draws from: the long ones in turn, one between two judgements; the short ones as often as they weigh.

Workers that are killed weigh most: on a slow machine, too, an hour is to have kills enough to prove something.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from tests.faults import scenes
from tests.faults.rig import Rig

AWAY_SECONDS = 60.0
Scene: TypeAlias = Callable[[Rig, Random], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault by its name."""

    name: str
    scene: Scene
    weight: int = 1
    needs_disk: bool = False


async def _all_say_no(rig: Rig, scene: Awaitable[set[str]]) -> None:
    """Nobody may look ready while a server is away for so long."""
    said_no = await scene
    assert said_no >= set(rig.workers), f"only these said that they are not ready: {sorted(said_no)}"


OFTEN: Sequence[Fault] = (
    Fault("workers killed", lambda rig, dice: scenes.kill_workers(rig, dice, times=dice.randint(4, 10)), weight=6),
    Fault("relay killed while it sends", lambda rig, _dice: scenes.kill_relay_while_sending(rig), weight=2),
    Fault("broker killed", lambda rig, _dice: scenes.broker_away(rig, 0.0)),
    Fault("database crashed", lambda rig, _dice: scenes.database_away(rig, 0.0)),
    Fault("rough network", lambda rig, dice: scenes.rough_network(rig, dice, rounds=4)),
    Fault("zombie", lambda rig, _dice: scenes.zombie(rig)),
    Fault("zombie relay", lambda rig, _dice: scenes.zombie_relay(rig)),
    Fault("workers come and go", lambda rig, _dice: scenes.come_and_go(rig)),
)
SELDOM: Sequence[Fault] = (
    Fault("broker away", lambda rig, _dice: _all_say_no(rig, scenes.broker_away(rig, AWAY_SECONDS))),
    Fault("database away", lambda rig, _dice: _all_say_no(rig, scenes.database_away(rig, AWAY_SECONDS))),
    Fault("topic made anew", lambda rig, dice: scenes.recreated(rig, while_running=dice.random() < 0.5)),
    Fault("disk full", lambda rig, dice: scenes.disk_full(rig, dice.uniform(5, 30)), needs_disk=True),
)


def drawn(dice: Random) -> Fault:
    """One of the short ones."""
    return dice.choices(OFTEN, [fault.weight for fault in OFTEN])[0]
