"""The long form says how it was, whatever happens: a proof that is broken off must not look like one that held."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast

import pytest

from tests.faults import beside, soak
from tests.faults.draws import Fault
from tests.faults.oracle import Verdict
from tests.faults.rig import Rig
from tests.integration.test_bus import until


def rig(kills: int = 7, exits: tuple[str, ...] = ()) -> Rig:
    """What a scene leaves behind; there is no server here."""
    return cast("Rig", SimpleNamespace(kills=kills, exits=list(exits)))


def scene(problem: Exception | None = None) -> Fault:
    async def happens(_rig: Rig, _dice: Random) -> None:
        if problem is not None:
            raise problem

    return Fault("flood", happens)


def other(says: str, code: int) -> AbstractAsyncContextManager[beside.Beside]:
    """Something beside that says this and ends with this code."""
    return beside.running("other", sys.executable, "-c", f"print({says!r}); raise SystemExit({code})")


def played(fault: Fault, after: Rig, judged: Verdict | None = None) -> soak.Soaking:
    """A soak of one scene."""

    async def soaking(report: soak.Report, _seed: int, _folder: Path) -> None:
        report.verdict = judged or Verdict(events=900)
        await soak.play(after, Random(1), fault, report)

    return soaking


def test_a_scene_that_never_ends_well_is_named_and_the_last_line_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    code = soak.run(soak.Report(1), 5, played(scene(AssertionError("it never came")), rig()))

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert lines[-2:] == ["seed 5", "kills 7, events 900, lost 0, doubled 0, early 0"]
    assert any(line.startswith("the scene 'flood' failed") for line in lines)
    assert any("it never came" in line for line in lines)


def test_a_soak_that_is_broken_off_says_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    async def soaking(_report: soak.Report, _seed: int, _folder: Path) -> None:
        raise KeyboardInterrupt

    assert soak.run(soak.Report(1), 5, soaking) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "kills 0, events 0, lost 0, doubled 0, early 0"


def test_a_worker_that_ended_by_itself_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.run(soak.Report(1), 5, played(scene(), rig(exits=("one ended with 70",)))) == 1
    assert "one ended with 70" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("minutes", "kills", "code"), [(60, 199, 1), (60, 200, 0), (59, 0, 0)], ids=["an hour, too few", "an hour", "less than an hour"]
)
def test_an_hour_with_too_few_kills_proves_nothing(minutes: float, kills: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.run(soak.Report(minutes), 5, played(scene(), rig(kills))) == code
    assert ("fewer than 200" in capsys.readouterr().out) is bool(code)


@pytest.mark.parametrize("word", ["lost", "doubled", "early"])
def test_what_the_oracle_misses_is_a_failure(word: str) -> None:
    verdict = Verdict()
    setattr(verdict, word, 1)

    assert soak.run(soak.Report(1), 5, played(scene(), rig(), judged=verdict)) == 1


Both = Callable[[soak.Soaking], Awaitable[soak.Report]]


@pytest.fixture
def beside_it(monkeypatch: pytest.MonkeyPatch) -> Both:
    """Soak so, beside a simulator that has found something by then."""

    async def both(soaking: soak.Soaking) -> soak.Report:
        async def soaks(report: soak.Report, seed: int, folder: Path) -> None:
            async def is_over() -> bool:
                return report.simulator is not None and report.simulator.is_over

            await until(is_over)
            await soaking(report, seed, folder)

        report = soak.Report(1)
        monkeypatch.setattr(beside, "simulator", lambda *_: other("seed 7 fails", 1))
        monkeypatch.setattr(soak, "soak", soaks)
        await soak.both(report, 5, Path())
        return report

    return both


@pytest.mark.parametrize("problem", [None, AssertionError("it never came")], ids=["all well", "a scene failed"])
async def test_a_seed_that_failed_beside_is_told_with_the_next_scene_and_ends_the_soak(
    problem: Exception | None, beside_it: Both, capsys: pytest.CaptureFixture[str]
) -> None:
    async def soaking(report: soak.Report, seed: int, folder: Path) -> None:
        await played(scene(problem), rig())(report, seed, folder)
        assert "seed 7 fails" in capsys.readouterr().out
        assert not report.goes_on

    assert (await beside_it(soaking)).failures.count("the simulator failed") == 1


async def test_what_was_found_beside_is_told_when_the_faults_are_broken_off(beside_it: Both, capsys: pytest.CaptureFixture[str]) -> None:
    async def soaking(_report: soak.Report, _seed: int, _folder: Path) -> None:
        raise OSError("the broker does not start")

    with pytest.raises(OSError, match="does not start"):
        await beside_it(soaking)
    assert "seed 7 fails" in capsys.readouterr().out


@pytest.mark.parametrize(("code", "well"), [(0, True), (1, False)])
async def test_what_runs_beside_is_told_with_its_end(code: int, well: bool) -> None:
    async with other("as it was", code) as found:
        assert await found.ended() == ("as it was", well)


async def test_what_runs_beside_is_gone_with_the_soak() -> None:
    async with beside.running("other", sys.executable, "-c", "import time; time.sleep(600)") as found:
        process = found.process

    assert process.returncode is not None
