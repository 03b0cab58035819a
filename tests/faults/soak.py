"""The long form: random faults under one load for the minutes given, judged again and again. `make soak MINUTES=60`.

The last line tells kills, events, lost, doubled, early; the exit code is 1 where one of the last three is not 0.
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

from tests.faults import scenes
from tests.faults.oracle import Verdict
from tests.faults.rig import Rig, started

PER_SECOND = 60
DISK_MEGABYTES = 4_096
AWAY_SECONDS = 60.0
JUDGE_SECONDS = 300.0
Scene = Callable[[Rig, Random], Awaitable[object]]

OFTEN: tuple[Scene, ...] = (
    lambda rig, dice: scenes.kill_workers(rig, dice, times=dice.randint(4, 10)),
    lambda rig, dice: scenes.kill_workers(rig, dice, times=dice.randint(4, 10)),
    lambda rig, _dice: scenes.kill_relay_while_sending(rig),
    lambda rig, _dice: scenes.broker_away(rig, 0.0),
    lambda rig, _dice: scenes.database_away(rig, 0.0),
    lambda rig, dice: scenes.rough_network(rig, dice, rounds=4),
    lambda rig, _dice: scenes.zombie(rig),
    lambda rig, _dice: scenes.come_and_go(rig),
)
SELDOM: tuple[Scene, ...] = (
    lambda rig, _dice: scenes.broker_away(rig, AWAY_SECONDS),
    lambda rig, _dice: scenes.database_away(rig, AWAY_SECONDS),
    lambda rig, dice: scenes.recreated(rig, while_running=dice.random() < 0.5),
    lambda rig, dice: scenes.disk_full(rig, dice.uniform(5, 30)) if rig.disk else scenes.kill_workers(rig, dice, times=4),
)


async def soak(minutes: float, seed: int) -> tuple[Rig, Verdict]:
    """Fault after fault; the long ones once between two judgements."""
    dice, until = Random(seed), time.monotonic() + minutes * 60
    with tempfile.TemporaryDirectory() as folder:
        async with started(Path(folder) / "stack", seed, PER_SECOND, DISK_MEGABYTES) as rig:
            verdict, turn = await rig.judged(), 0
            while verdict.faultless and time.monotonic() < until:
                await _between_judgements(rig, dice, SELDOM[turn % len(SELDOM)], until)
                verdict, turn = await rig.judged(), turn + 1
                _say(rig, verdict)
            return rig, verdict


async def _between_judgements(rig: Rig, dice: Random, long_one: Scene, until: float) -> None:
    judge_at = min(until, time.monotonic() + JUDGE_SECONDS)
    await long_one(rig, dice)
    while time.monotonic() < judge_at:
        await dice.choice(OFTEN)(rig, dice)


def _say(rig: Rig, verdict: Verdict) -> None:
    lines = [*verdict.words, *rig.exits]
    lines.append(f"kills {rig.kills}, events {verdict.events}, lost {verdict.lost}, doubled {verdict.doubled}, early {verdict.early}")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    wanted = parser.parse_args()
    sys.stdout.write(f"seed {wanted.seed}\n")
    sys.stdout.flush()
    rig, verdict = asyncio.run(soak(wanted.minutes, wanted.seed))
    _say(rig, verdict)
    return 0 if verdict.faultless else 1


if __name__ == "__main__":
    sys.exit(main())
