"""A TCP proxy of our own that can cut, refuse, delay and stall what goes through it, told so by the test that runs it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Stall:
    """Which bytes wait."""

    answers_only: bool
    of: bytes

    def holds(self, first: bytes, *, is_answer: bool) -> bool:
        """Whether these wait: of a connection that began with `first`, one way or the other."""
        return (is_answer or not self.answers_only) and self.of in first


@dataclass(slots=True)
class Way:
    """One connection through the proxy: who came, and the first bytes of what they said."""

    client: asyncio.StreamWriter
    first: bytes = b""


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
        self._serving: set[asyncio.Future[None]] = set()
        self._stall: Stall | None = None
        self._changed = asyncio.Event()

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

    def stall(self, *, answers_only: bool = False, of: bytes = b"") -> None:
        """Say nothing any more: connections are taken and stay open, bytes wait.

        With `answers_only` the server hears and is not heard; with `of` only those are held whose first words hold these bytes.
        """
        self._stall = Stall(answers_only, of)
        self._changed.clear()

    def go_on(self) -> None:
        """Let through what waits."""
        self._stall = None
        self._changed.set()

    async def end(self) -> None:
        """Take nothing more and end what is open."""
        self.refuse()
        self.go_on()
        while self._serving:
            self.cut()
            await asyncio.wait(self._serving, timeout=0.1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._connected(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        way = Way(writer)
        ends = [writer]
        try:
            await self._pass(way, is_answer=False)
            there, back = await self._connect()
            ends.append(back)
            self._open.add(back)
            pumps = (self._pump(reader, back, way, is_answer=False), self._pump(there, writer, way, is_answer=True))
            tasks = [asyncio.create_task(pump) for pump in pumps]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
        except OSError:
            pass  # the server is away: so is its proxy
        finally:
            for end in ends:
                end.transport.abort()
            self._open.difference_update(ends)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: "Way", *, is_answer: bool) -> None:
        with suppress(*BROKEN):
            while chunk := await source.read(CHUNK_BYTES):
                if not is_answer:
                    way.first = way.first or chunk
                if self.delay:
                    await asyncio.sleep(self._dice.uniform(0, self.delay))
                await self._pass(way, is_answer=is_answer)
                sink.write(chunk)
                await sink.drain()

    async def _pass(self, way: "Way", *, is_answer: bool) -> None:
        while self._stall is not None and self._stall.holds(way.first, is_answer=is_answer):
            if way.client.transport.is_closing():
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), 0.1)


@asynccontextmanager
async def running(*proxies: Proxy) -> AsyncIterator[None]:
    """They listen for the length of the block."""
    for proxy in proxies:
        await proxy.accept()
    try:
        yield
    finally:
        for proxy in proxies:
            await proxy.end()
