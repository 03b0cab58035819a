"""The proxy does what the fault runs tell it: otherwise they would prove nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import TypeAlias

import pytest

from deploy.local.ports import LOOPBACK, free_ports
from tests.faults.proxy import Proxy, running, to_port

SECONDS = 10.0
Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Open: TypeAlias = Callable[[], Awaitable[Streams]]


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    behind, front = free_ports(2)
    server = await asyncio.start_server(_echo, LOOPBACK, behind)
    found = Proxy(front, to_port(behind), Random(1))
    async with running(found):
        yield found
    server.close()


@pytest.fixture
async def connect(proxy: Proxy) -> AsyncIterator[Open]:
    """Connections through the proxy, closed at the end."""
    opened: list[Streams] = []

    async def through() -> Streams:
        opened.append(await asyncio.open_connection(LOOPBACK, proxy.port))
        return opened[-1]

    yield through
    for _, writer in opened:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def say(streams: Streams, word: bytes = b"hej\n") -> bytes:
    streams[1].write(word)
    return await asyncio.wait_for(streams[0].readline(), SECONDS)


async def silent(streams: Streams) -> bool:
    try:
        await asyncio.wait_for(streams[0].readline(), 0.2)
    except TimeoutError:
        return True
    return False


async def test_what_is_said_goes_through_both_ways(connect: Open) -> None:
    streams = await connect()

    assert await say(streams) == b"HEJ\n"


async def test_a_cut_ends_what_is_open_and_lets_new_ones_in(proxy: Proxy, connect: Open) -> None:
    streams = await connect()
    await say(streams)

    proxy.cut()

    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(streams[0].read(), SECONDS) == b""
    assert await say(await connect()) == b"HEJ\n"


async def test_refused_ones_are_not_taken_until_it_accepts_again(proxy: Proxy, connect: Open) -> None:
    streams = await connect()
    await say(streams)

    proxy.refuse()

    with pytest.raises(ConnectionRefusedError):
        await connect()
    assert await say(streams) == b"HEJ\n"
    await proxy.accept()
    assert await say(await connect()) == b"HEJ\n"


async def test_a_stall_holds_everything_and_loses_nothing(proxy: Proxy, connect: Open) -> None:
    streams = await connect()
    proxy.stall()
    streams[1].write(b"en\nto\n")

    assert await silent(streams)

    proxy.go_on()
    assert [await say(streams, b"tre\n"), await streams[0].readline(), await streams[0].readline()] == [b"EN\n", b"TO\n", b"TRE\n"]


async def test_answers_alone_can_be_held_of_those_who_began_with_a_word(proxy: Proxy, connect: Open) -> None:
    held, free = await connect(), await connect()
    await say(held, b"held\n")
    await say(free)

    proxy.stall(answers_only=True, of=b"held")

    held[1].write(b"en\n")
    assert await silent(held)
    assert await say(free) == b"HEJ\n"
    proxy.go_on()
    assert await asyncio.wait_for(held[0].readline(), SECONDS) == b"EN\n"


async def test_delayed_bytes_come_in_their_order(proxy: Proxy, connect: Open) -> None:
    proxy.delay = 0.01
    streams = await connect()
    for word in range(20):
        streams[1].write(f"{word}\n".encode())
        await streams[1].drain()

    assert [await asyncio.wait_for(streams[0].readline(), SECONDS) for _ in range(20)] == [f"{word}\n".encode() for word in range(20)]
