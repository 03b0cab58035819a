"""A crash between any two steps of asking a payroll service: nothing is lost, nothing is doubled; and each mechanism taken out once."""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake import delivery
from services.intake.app import SERVICE
from services.intake.polling import poll as polling
from services.intake.polling import store
from services.intake.polling.client import Client
from services.intake.polling.poll import Poller
from services.intake.polling.question import Mark, Question, planned
from tests.kit.polling import VARIABLES, held, marks, poll, source_of
from tests.kit.sd_service import SdService, sd_service
from tests.unit.intake.sd_answer import hired, job, status

FOREVER = "9999-12-31"
LEAVES = job(status("2026-11-21", "2027-01-01", FOREVER, "8"), number="70001", start="")
NEW = job(*hired("2026-11-21", "2026-12-01"), number="70002", start="2026-12-01", person="9902700002")
REFUSED = job(status("2026-11-21", "2027-01-01", FOREVER, "5"), number="70009", start="", person="9909700009")


@pytest.fixture
async def intake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


@pytest.fixture
def sd() -> Iterator[SdService]:
    with sd_service() as service:
        service.in_force.append(job(*hired("2025-12-01", "2026-01-01")))
        yield service


class Killed(BaseException):
    """The process ends here."""


def dying(whole: Any, after: int) -> Any:
    """The step, and the end of the process instead of it once it was done so many times."""
    done: list[int] = []

    async def step(*given: Any, **more: Any) -> Any:
        if len(done) == after:
            raise Killed
        done.append(1)
        return await whole(*given, **more)

    return step


CRASHES = {
    "before it is asked": (Client, "_once"),
    "when it was answered": (Poller, "_taken"),
    "between two transactions of the delivery": (delivery.Delivering, "_take"),
    "before the delivery is closed": (delivery.Delivering, "_close"),
    "before the mark moves": (Poller, "_moved"),
}


async def crashes(intake: Runtime, sd: SdService, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """One round is killed, the next one half an hour later ends it; what it holds then is what it would have held."""
    monkeypatch.setattr(delivery, "CHUNK", 1)
    await poll(intake, source_of(sd), "2026-11-21T12:00")
    before = await held(intake)
    for person in (LEAVES, NEW, REFUSED):
        sd.registers("2026-11-21T11:55", person)
    where, name = CRASHES[place]
    with monkeypatch.context() as patch:
        patch.setattr(where, name, dying(getattr(where, name), after=1 if name == "_take" else 0))
        with pytest.raises(Killed):
            await poll(intake, source_of(sd), "2026-11-21T12:10")
    await poll(intake, source_of(sd), "2026-11-21T12:40")

    found = await held(intake)
    assert found.said - before.said == {
        "hr.hired.v1": 1, "hr.employment-end-registered.v1": 1, "hr.resigned.v1": 1, "intake.record-refused.v1": 1,
    }  # fmt: skip
    assert [row[1:] for row in found.deliveries[1:]] == [(3, 1, True)], "a delivery that was stopped goes on as the same one"
    assert await marks(intake) == {"employments": ("2026-11-21 12:40", False)}


@pytest.mark.parametrize("place", CRASHES)
async def test_a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(
    intake: Runtime, sd: SdService, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    await crashes(intake, sd, monkeypatch, place)

    assert len(set(sd.windows())) == 2, "a question that was stopped is asked again as it was"


def forgetful(stream: Any, mark: Mark | None, *more: Any) -> Mark | None:
    return planned(stream, mark if mark is None else replace(mark, asking_until=None), *more)


def of_all(content: bytes, _: Any) -> str:
    return hashlib.sha256(content).hexdigest()


async def moved_first(self: Poller, question: Question, content: bytes, digest: str) -> Any:
    async with self._runtime.transaction() as (conn, _):
        held_mark = await store.mark(conn, "730", "sd-zz", question.stream)
        assert held_mark is not None
        mark = replace(held_mark, read_until=question.until, asking_until=None)
        await store.keep_mark(conn, "730", "sd-zz", question.stream, mark, "sd")
    return await TAKEN(self, question, content, digest)


TAKEN = Poller._taken
MUTATIONS: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "what was being asked is forgotten": (polling, "planned", forgetful, "between two transactions of the delivery"),
    "when an answer was made is content": (polling, "digest_of", of_all, "between two transactions of the delivery"),
    "the mark moves before the delivery": (Poller, "_taken", moved_first, "between two transactions of the delivery"),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_mutation(intake: Runtime, sd: SdService, monkeypatch: pytest.MonkeyPatch, mutation: str) -> None:
    where, name, mutant, place = MUTATIONS[mutation]
    monkeypatch.setattr(where, name, mutant)

    with pytest.raises(AssertionError):
        await crashes(intake, sd, monkeypatch, place)
