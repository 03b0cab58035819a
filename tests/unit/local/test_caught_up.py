"""Waiting until all services have caught up."""

from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from deploy.local.caughtup import wait_until_caught_up
from deploy.local.failures import StackFailed
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.stack import Stack
from deploy.local.state import StackState


def stack_of(folder: Path, **health_ports: int) -> Stack:
    state = StackState(
        directory=folder,
        launcher=1,
        kafka="localhost:1",
        web=None,
        admin_database="",
        databases={},
        health_ports=health_ports,
        pids={},
        secret_file=folder / "identity.json",
    )
    return Stack(state)


def test_a_service_that_does_not_run_is_named_at_once(tmp_path: Path) -> None:
    (port,) = free_ports(1)

    with pytest.raises(StackFailed, match=r"not running, so nothing can catch up: reporting; see .*logs"):
        wait_until_caught_up(stack_of(tmp_path, reporting=port), seconds=0.0)


def test_one_that_listens_but_does_not_answer_is_waited_for(tmp_path: Path) -> None:
    class Silent(BaseRequestHandler):
        """Hangs up."""

    with ThreadingTCPServer((LOOPBACK, 0), Silent) as server:
        Thread(target=server.serve_forever).start()
        with pytest.raises(StackFailed, match=r"not caught up after 0 s: \{'reporting': -1\}"):
            wait_until_caught_up(stack_of(tmp_path, reporting=server.server_address[1]), seconds=0.0)
        server.shutdown()
