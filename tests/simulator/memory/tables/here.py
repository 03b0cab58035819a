"""The connection the chassis hands over is one of ours."""

from typing import cast

from services.chassis.service import Connection
from tests.simulator.memory.database import MemoryConnection


def here(conn: Connection) -> MemoryConnection:
    """As what it is."""
    return cast("MemoryConnection", conn)
