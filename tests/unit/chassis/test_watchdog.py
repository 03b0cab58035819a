"""The watchdog: a blocked event loop and a worker that reads no further are ended; who waits, retries or was frozen is not."""

import asyncio
import threading

import pytest

from services.chassis.pulse import Pulse
from services.chassis.watchdog import LOOKS, Watchdog


def dog(pulse: Pulse, seconds: float = 0.0) -> tuple[Watchdog, list[str], threading.Event]:
    reasons: list[str] = []
    left = threading.Event()

    def end(reason: str) -> None:
        reasons.append(reason)
        left.set()

    return Watchdog(pulse, asyncio.get_running_loop(), seconds, end), reasons, left


async def looks(watchdog: Watchdog, number: int) -> str | None:
    """So many looks, with an event loop that answers in between."""
    found = None
    for _ in range(number):
        found = watchdog.look()
        await asyncio.sleep(0)
    return found


async def blocked_loop_is_left(seconds: float) -> None:
    """The guard: this very function blocks the event loop until the watchdog leaves."""
    watchdog, reasons, left = dog(Pulse(), seconds)
    watchdog.start()
    has_left = left.wait(3)
    watchdog.stop()
    assert has_left, "nobody ended the blocked worker"
    assert reasons == ["the event loop does not answer"]


async def test_a_blocked_event_loop_is_left() -> None:
    await blocked_loop_is_left(0.2)


async def test_mutation_without_the_watchdog_the_blocked_worker_stays() -> None:
    with pytest.raises(AssertionError, match="nobody ended"):
        await blocked_loop_is_left(0)


async def test_a_worker_that_reads_no_further_is_left() -> None:
    pulse = Pulse()
    pulse.is_behind = True
    watchdog, _, _ = dog(pulse)

    assert await looks(watchdog, LOOKS - 1) is None
    assert await looks(watchdog, 1) == "there is something to read and no batch ends"


async def test_a_worker_that_waits_for_its_database_or_has_nothing_to_read_is_not_left() -> None:
    pulse = Pulse()
    watchdog, _, _ = dog(pulse)
    assert await looks(watchdog, LOOKS * 2) is None

    pulse.is_behind = True
    for _ in range(LOOKS * 2):
        assert await looks(watchdog, 1) is None
        pulse.sign()


async def test_a_process_that_was_frozen_as_a_whole_is_not_left_when_it_goes_on() -> None:
    """While it is frozen nobody looks: looks are counted, not time."""
    watchdog, _, _ = dog(Pulse())
    watchdog.look()
    await asyncio.sleep(0.3)

    assert watchdog.look() is None


async def test_who_does_not_stop_when_told_to_is_ended() -> None:
    watchdog, reasons, left = dog(Pulse())
    watchdog.end_within(0.05)
    assert left.wait(3)
    assert reasons == ["it has not stopped within 0.05 s"]

    watchdog, reasons, left = dog(Pulse())
    watchdog.stop()
    watchdog.end_within(0)
    assert not left.wait(0.1)
