"""How a running stack does: addresses, and what each worker tells of itself on its own port."""

import http.client
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.local.ports import LOOPBACK
from deploy.local.stack import Stack
from deploy.local.waiting import http_ready

M = TypeVar("M", bound=BaseModel)
_ANSWER_SECONDS = 12.0
_COLUMNS = ("service", "healthy", "lag", "due", "outbox", "dead", "doubtful", "broken", "pending")


class Work(BaseModel):
    """What a worker has still to do (`GET /status`): records to read, subjects to wake, events to send; None: no answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    lag: int | None = None
    due: int | None = None
    outbox: int | None = None
    dead_letters: int | None = None
    doubtful: int | None = None
    broken: int | None = None
    pending: int | None = None

    @property
    def is_done(self) -> bool:
        """Nothing to read, wake, send or finish; dead letters and broken subjects wait for a person."""
        return (self.lag, self.due, self.outbox, self.pending) == (0, 0, 0, 0)


class Readiness(BaseModel):
    """Whether a worker is ready, else why not (`GET /ready`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ready: bool
    reasons: tuple[str, ...] = ()


class Alarms(BaseModel):
    """What has been quiet for too long (`GET /alarms`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    alarms: tuple[str, ...] = ()


class ServiceStatus(Work):
    """One service."""

    healthy: bool
    reasons: tuple[str, ...] = ()
    """Why it is not ready, in its own words."""
    alarms: tuple[str, ...] = ()
    """What has been quiet for too long, by municipality."""
    database: str
    health: str


class StackStatus(BaseModel):
    """The whole stack, as `forbliv status --json` prints it."""

    model_config = ConfigDict(frozen=True)

    directory: Path
    kafka: str
    web: str | None
    web_healthy: bool | None
    admin_database: str
    databases: Mapping[str, str]
    services: Mapping[str, ServiceStatus]
    mails: Path | None = None

    @property
    def healthy(self) -> bool:
        """Every process is ready."""
        return self.web_healthy is not False and all(service.healthy for service in self.services.values())

    @property
    def caught_up(self) -> bool:
        """Every worker answers and has nothing left to do. Ask twice: what one sends the next has yet to read."""
        return all(service.is_done for service in self.services.values())


def look(stack: Stack) -> StackStatus:
    """Ask every process, all at once."""
    state = stack.state
    names = tuple(state.health_ports)
    with ThreadPoolExecutor(len(names) + 1) as pool:
        web = pool.submit(http_ready, int(state.web.rpartition(":")[2])) if state.web else None
        services = dict(zip(names, pool.map(lambda name: _service(stack, name), names), strict=True))
    return StackStatus(
        directory=state.directory,
        kafka=state.kafka,
        web=state.web,
        web_healthy=None if web is None else web.result(),
        admin_database=state.admin_database,
        databases=state.databases,
        services=services,
        mails=state.mails,
    )


def render(status: StackStatus) -> RenderableType:
    """For a terminal; the databases' addresses carry passwords and are told by `--json` only."""
    addresses = Table.grid(padding=(0, 2))
    web = None if status.web is None else status.web + ("" if status.web_healthy else "  (not ready)")
    mails = str(status.mails) if status.mails else None
    for name, value in (("pages", web), ("kafka", status.kafka), ("mails", mails), ("directory", str(status.directory))):
        if value is not None:
            addresses.add_row(name, value)
    table = Table(*_COLUMNS, box=None, header_style="dim")
    for name, service in status.services.items():
        table.add_row(name, "yes" if service.healthy else "no", *_figures(service))
    reasons = [f"{name}: {reason}" for name, service in status.services.items() for reason in service.reasons]
    alarms = [f"alarm  {name}: {alarm}" for name, service in status.services.items() for alarm in service.alarms]
    return Group(addresses, table, *map(Text, (*reasons, *alarms))) if status.services else addresses


def _figures(work: Work) -> tuple[str, ...]:
    figures = (work.lag, work.due, work.outbox, work.dead_letters, work.doubtful, work.broken, work.pending)
    return tuple("?" if figure is None else str(figure) for figure in figures)


def _service(stack: Stack, name: str) -> ServiceStatus:
    port = stack.health_port(name)
    readiness = _asked(port, "/ready", Readiness) or Readiness(ready=False, reasons=("it does not answer",))
    work = _asked(port, "/status", Work) or Work()
    return ServiceStatus(
        healthy=readiness.ready,
        reasons=readiness.reasons,
        alarms=(_asked(port, "/alarms", Alarms) or Alarms()).alarms,
        database=stack.database(name),
        health=f"http://{LOOPBACK}:{port}",
        **work.model_dump(),
    )


def _asked(port: int, path: str, model: type[M]) -> M | None:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return model.model_validate(json.loads(connection.getresponse().read()))
    except (OSError, http.client.HTTPException, ValueError, ValidationError):
        return None
    finally:
        connection.close()
