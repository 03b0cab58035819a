"""A loop that rests: it looks again at a signal, and ends when it is cancelled, whatever comes at the same moment."""

import asyncio

import pytest

from services.chassis.resting import rest

A_WHILE = 60.0


async def resting(signal: asyncio.Event) -> None:
    while True:
        await rest(signal, A_WHILE)


async def test_a_signal_ends_the_rest_and_may_come_again() -> None:
    signal = asyncio.Event()
    for _ in range(2):
        asyncio.get_running_loop().call_soon(signal.set)
        await rest(signal, A_WHILE)
        assert not signal.is_set()


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_cancelled_while_a_signal_comes_ends(turns: int) -> None:
    """Whichever turn of the event loop lies between the two: a loop that lives on holds up whoever waits for its end."""
    signal = asyncio.Event()
    task = asyncio.create_task(resting(signal))
    await asyncio.sleep(0.01)
    signal.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=2)
    ended = task.cancelled()
    task.cancel()
    assert ended
