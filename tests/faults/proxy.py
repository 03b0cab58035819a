"""A TCP proxy of our own that can cut, refuse, delay and stall what goes through it, told so by the test that runs it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import TypeAlias

from deploy.local.ports import LOOPBACK

CHUNK_BYTES = 64 * 1024
BROKEN = (OSError, asyncio.IncompleteReadError)

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect: TypeAlias = Callable[[], Awaitable[Streams]]


def to_port(port: int) -> Connect:
    """Behind the proxy is a port of the loopback address."""
    return lambda: asyncio.open_connection(LOOPBACK, port)


def to_socket(path: Path) -> Connect:
    """Behind the proxy is a socket of the file system."""
    return lambda: asyncio.open_unix_connection(str(path))


class Proxy:
    """Stands on `port` in front of one server."""

    def __init__(self, port: int, connect: Connect, dice: Random) -> None:
        """Nothing listens before `accept`; `dice` draws the delays."""
        self.port = port
        self.delay = 0.0
        """At most so many seconds between a chunk's coming and going, either way."""
        self.connections = 0
        self._connect, self._dice = connect, dice
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._asks, self._answers = asyncio.Event(), asyncio.Event()
        self.go_on()

    async def accept(self) -> None:
        """Take connections (again)."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self.port)

    def refuse(self) -> None:
        """Take no new connections; those that are open stay."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def cut(self) -> None:
        """End all connections at once, whatever is under way."""
        for writer in list(self._open):
            writer.transport.abort()

    def stall(self, *, answers_only: bool = False) -> None:
        """Say nothing any more: connections are taken and stay open, bytes wait. With `answers_only` the server hears and is not heard."""
        self._answers.clear()
        if not answers_only:
            self._asks.clear()

    def go_on(self) -> None:
        """Let through what waits."""
        self._asks.set()
        self._answers.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._asks.wait()
            there, back = await self._connect()
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, back}
        ways = [self._pump(reader, back, self._asks), self._pump(there, writer, self._answers)]
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, back):
            end.transport.abort()
        self._open -= {writer, back}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, may_go: asyncio.Event) -> None:
        with suppress(*BROKEN):
            while chunk := await source.read(CHUNK_BYTES):
                if self.delay:
                    await asyncio.sleep(self._dice.uniform(0, self.delay))
                await may_go.wait()
                sink.write(chunk)
                await sink.drain()


@asynccontextmanager
async def running(*proxies: Proxy) -> AsyncIterator[None]:
    """They listen for the length of the block."""
    for proxy in proxies:
        await proxy.accept()
    try:
        yield
    finally:
        for proxy in proxies:
            proxy.refuse()
            proxy.go_on()
            proxy.cut()
