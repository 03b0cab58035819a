"""A webhook as a channel of Teams has one: remembers what is posted, and answers as it is told, else that it was accepted."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Webhook:
    """Its address, what came, and the answers it gives first."""

    address: str = ""
    came: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        self.came.append(json.loads(await reader.readexactly(length)))
        status = self.answers.pop(0) if self.answers else 202
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def webhook() -> AsyncIterator[Webhook]:
    """A webhook on a port of its own."""
    made = Webhook()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    async with server:
        made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/workflows/secret"
        yield made
