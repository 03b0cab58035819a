"""Seeing from outside whether something is ready."""

import asyncio
import http.client
import socket
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.ports import LOOPBACK, is_listening
from deploy.local.topics import wait_for_broker

_ANSWER_SECONDS = 2.0
_BROKER_SECONDS = 10.0

T = TypeVar("T")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """Wait for a coroutine from plain code, also inside a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def http_ready(port: int) -> bool:
    """Whether a process answers `GET /ready` with 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def broker_ready(bootstrap: str, port: int) -> bool:
    """Whether the broker takes requests."""
    return is_listening(port) and _answers_within(bootstrap, _ANSWER_SECONDS)


def broker_answers(bootstrap: str) -> bool:
    """Whether one of the addresses (host:port, comma between them) takes connections, and a broker answers behind it."""
    return any(_connects(address) for address in bootstrap.split(",")) and _answers_within(bootstrap, _BROKER_SECONDS)


def _answers_within(bootstrap: str, seconds: float) -> bool:
    try:
        run_async(asyncio.wait_for(wait_for_broker(bootstrap), seconds))
    except TimeoutError:
        return False
    return True


def _connects(address: str) -> bool:
    host, _, port = address.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_SECONDS).close()
    except (OSError, ValueError):
        return False
    return True


def postgres_ready(data: Path, pid: int) -> bool:
    """Whether the server with this process id has said in its own file that it takes connections."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"
