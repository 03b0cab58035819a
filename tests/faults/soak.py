"""The long form: random faults under one load for the minutes given, judged again and again; the simulator runs beside it.

`make soak MINUTES=60`. The last line tells kills, events, lost, doubled, early, whatever happened.
The exit code is 1 where one of the last three is not 0, a scene or the simulator failed, a worker ended by itself, or an hour
had too few kills to prove anything.
"""

import argparse
import asyncio
import logging
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from deploy.local.paths import ROOT
from tests.faults import beside
from tests.faults.draws import SELDOM, Fault, drawn
from tests.faults.oracle import Verdict
from tests.faults.rig import Rig, started
from tests.faults.store import NOT_MOUNTED

PER_SECOND = 60
DISK_MEGABYTES = 4_096
JUDGE_SECONDS = 300.0
HOUR_MINUTES = 60.0
HOUR_KILLS = 200
"""So many at least in an hour, or it was no proof."""
Soaking: TypeAlias = Callable[["Report", int, Path], Coroutine[Any, Any, None]]


def say(line: str) -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Report:
    """What is known of one soak, also when it is broken off."""

    minutes: float
    kills: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    failures: list[str] = field(default_factory=list)
    simulator: beside.Beside | None = None
    """What runs beside the faults, until its result is told."""

    def judged(self, rig: Rig, verdict: Verdict) -> None:
        """Between two scenes: what the oracle says, and who ended by itself."""
        self.kills, self.verdict = rig.kills, verdict
        self.failures += [*verdict.words, *rig.exits]

    @property
    def goes_on(self) -> bool:
        """Whether nothing is wrong so far."""
        return self.verdict.faultless and not self.failures

    @property
    def last_line(self) -> str:
        """The promised one."""
        seen = self.verdict
        return f"kills {self.kills}, events {seen.events}, lost {seen.lost}, doubled {seen.doubled}, early {seen.early}"

    def ended(self) -> list[str]:
        """All that failed, once the time is over."""
        if self.minutes >= HOUR_MINUTES and self.kills < HOUR_KILLS and not self.failures:
            return [f"only {self.kills} kills in {self.minutes:g} minutes, fewer than {HOUR_KILLS}: this proves too little"]
        found = list(dict.fromkeys(self.failures))
        return found if self.verdict.faultless else [*found, "something is lost, doubled or early"]


async def soak(report: Report, seed: int, folder: Path) -> None:
    """Fault after fault; the long ones once between two judgements."""
    dice, until = Random(seed), time.monotonic() + report.minutes * 60
    async with started(folder, seed, PER_SECOND, DISK_MEGABYTES) as rig:
        seldom = [fault for fault in SELDOM if rig.disk or not fault.needs_disk]
        for fault in SELDOM:
            if fault not in seldom:
                say(f"{fault.name}: left out, {NOT_MOUNTED}")
        turn = 0
        await _judge(rig, report)
        while report.goes_on and time.monotonic() < until:
            await _between_judgements(rig, dice, seldom[turn % len(seldom)], report, until)
            turn += 1


async def _between_judgements(rig: Rig, dice: Random, long_one: Fault, report: Report, until: float) -> None:
    judge_at = min(until, time.monotonic() + JUDGE_SECONDS)
    await play(rig, dice, long_one, report)
    while report.goes_on and time.monotonic() < judge_at:
        await play(rig, dice, drawn(dice), report)
    if report.goes_on:
        await _judge(rig, report)
        say(report.last_line)


async def play(rig: Rig, dice: Random, fault: Fault, report: Report) -> None:
    """One scene; one that fails is named."""
    begun = time.monotonic()
    try:
        await fault.scene(rig, dice)
    except Exception as problem:  # noqa: BLE001 - whatever it was, the last line is said
        report.failures.append(f"the scene '{fault.name}' failed after {time.monotonic() - begun:.0f} s: {_words(problem)}")
    report.kills = rig.kills
    report.failures += rig.exits
    say(f"{fault.name}: {time.monotonic() - begun:.0f} s, kills {rig.kills}")
    await _hear(report)


async def _judge(rig: Rig, report: Report) -> None:
    try:
        report.judged(rig, await rig.judged())
    except Exception as problem:  # noqa: BLE001 - as above
        report.failures.append(f"it could not be judged: {_words(problem)}")


def _words(problem: BaseException) -> str:
    return "".join(traceback.format_exception(problem)).strip()


async def both(report: Report, seed: int, folder: Path) -> None:
    """The fault rig, and the simulator beside it for the same time; what it found is told however the faults end."""
    async with beside.simulator(report.minutes, seed) as report.simulator:
        try:
            await soak(report, seed, folder)
        finally:
            await _hear(report)
        if report.goes_on:
            await _hear(report, wait=True)


async def _hear(report: Report, *, wait: bool = False) -> None:
    """The simulator's result, once and as soon as there is one: a seed that failed is not kept back until the hour is over."""
    simulator = report.simulator
    if simulator is not None and (wait or simulator.is_over):
        report.simulator = None
        words, well = await simulator.ended()
        say(words)
        report.failures += [] if well else ["the simulator failed"]


def _keep_logs(folder: Path, seed: int) -> Path:
    """What the processes of a failed soak said, outlives their data."""
    return Path(shutil.copytree(folder / "logs", ROOT / "build" / f"soak-{seed}", dirs_exist_ok=True))


def run(report: Report, seed: int, soaking: Soaking = both) -> int:
    """Soak, and say how it was, whatever happened; the exit code."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "stack"
        try:
            asyncio.run(soaking(report, seed, folder))
        except (Exception, KeyboardInterrupt) as problem:  # noqa: BLE001 - as above
            report.failures.append(f"the soak was broken off: {_words(problem)}")
        failures = report.ended()
        if failures and (folder / "logs").is_dir():
            failures.append(f"the logs are in {_keep_logs(folder, seed)}")
    for line in (*failures, f"seed {seed}", report.last_line):
        say(line)
    return 1 if failures else 0


def main() -> int:
    """Read the arguments and soak."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=HOUR_MINUTES)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    wanted = parser.parse_args()
    say(f"seed {wanted.seed}")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the load's own client tells of every outage
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return run(Report(wanted.minutes), wanted.seed)


if __name__ == "__main__":
    sys.exit(main())
