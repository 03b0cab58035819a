"""One local stack: started here, or looked at from outside."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from deploy.local.children import Supervisor
from deploy.local.clocks import begin_at
from deploy.local.databases import service_url
from deploy.local.failures import StackFailed
from deploy.local.identity import Identity, load_identity
from deploy.local.kafka import Detour
from deploy.local.keys import place_keys
from deploy.local.paths import default_directory, rules_directory
from deploy.local.ports import LOOPBACK
from deploy.local.processes import MAIL, SERVICES, SMTP, WEB, Surroundings, health_port_name, mail_spec, migrate_spec, web_spec, worker_spec
from deploy.local.servers import Servers, fill_servers, start_servers
from deploy.local.speakers import place_speakers
from deploy.local.state import StackState, read_state, state_file, take_lock, write_state
from deploy.local.waiting import run_async

_READY_SECONDS = 180.0  # a busy or slow machine; who dies is noticed at once


class Stack:
    """A running stack. Who started it holds its `supervisor`; others can look and send signals."""

    def __init__(self, state: StackState, supervisor: Supervisor | None = None) -> None:
        """Use `Stack.load` or `running_stack`."""
        self.state = state
        self.supervisor = supervisor

    @classmethod
    def load(cls, directory: Path | None = None) -> "Stack":
        """The stack that runs in this directory; fails when none does."""
        return cls(read_state((directory or default_directory()).resolve()))

    @property
    def kafka(self) -> str:
        """The broker's address, host:port."""
        return self.state.kafka

    @property
    def web(self) -> str:
        """The address of the pages, without a slash at its end."""
        if self.state.web is None:
            message = "this stack has no web process"
            raise StackFailed(message)
        return self.state.web

    @property
    def secret(self) -> str:
        """What the pages sign with."""
        return Identity.model_validate_json(self.state.secret_file.read_bytes()).secret

    @property
    def admin_database(self) -> str:
        """The database server's address as administrator."""
        return self.state.admin_database

    def database(self, service: str) -> str:
        """The address of a service's database as that service's role, for asyncpg."""
        return self.state.databases[service]

    def health_port(self, service: str) -> int:
        """The loopback port where a worker answers /ready and /live."""
        return self.state.health_ports[service]

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to all of a process: a service's name, `web`, `kafka` or `postgres`."""
        os.killpg(self._pid(name), number)

    def restart(self, name: str, *, wait: bool = True) -> None:
        """Start a process again, stopped first if it still runs; only where the stack was started."""
        if self.supervisor is None:
            message = "only the process that started a stack can restart its parts"
            raise StackFailed(message)
        spec = self.supervisor.children[name].spec
        self.supervisor.stop(name)
        self.supervisor.start(spec)
        self.state = self.state.model_copy(update={"pids": _pids(self.supervisor)})
        write_state(self.state)
        if wait:
            self.supervisor.wait_ready(_READY_SECONDS, (name,))

    def watch(self) -> None:
        """Stay until one of the processes dies, which is a failure, or until interrupted."""
        if self.supervisor is not None:
            self.supervisor.watch()

    def _pid(self, name: str) -> int:
        return self.state.pids[name]


@contextmanager
def running_stack(
    directory: Path | None = None,
    services: tuple[str, ...] = (),
    port: int | None = None,
    said: Callable[[str], None] = lambda _line: None,
    detour: Detour | None = None,
    begins: datetime | None = None,
) -> Iterator[Stack]:
    """A stack for the length of a `with` block; data stay in the directory. Without services: the two servers alone.

    All databases of the six services exist in any case. Call it from a thread that lives as long as the block.
    `detour` is a second way into the broker, for those who come through a proxy. `begins`: what time it is when the services start,
    in a directory without data.
    """
    home = (directory or default_directory()).resolve()
    home.mkdir(parents=True, exist_ok=True)
    lock = take_lock(home)
    try:
        identity = _identity(home, services, port)
        with Supervisor(home / "logs") as supervisor:
            servers = start_servers(home, identity, supervisor, said, detour)
            yield _fill(home, services, identity, supervisor, servers, said, begins)
    finally:
        state_file(home).unlink(missing_ok=True)
        os.close(lock)


def _identity(home: Path, services: tuple[str, ...], port: int | None) -> Identity:
    known = tuple(dict.fromkeys((*SERVICES, *services)))
    ports = ("kafka", "controller", WEB, MAIL, *(health_port_name(service) for service in known))
    identity = load_identity(home / "identity.json", known, ports)
    return identity if port is None else identity.model_copy(update={"ports": {**identity.ports, WEB: port}})


def _fill(
    home: Path,
    services: tuple[str, ...],
    identity: Identity,
    supervisor: Supervisor,
    servers: Servers,
    said: Callable[[str], None],
    begins: datetime | None,
) -> Stack:
    fill_servers(servers, identity)
    databases = {service: service_url(servers.admin_database, service, word) for service, word in identity.passwords.items()}
    around = Surroundings(servers.kafka, databases, identity, place_speakers(home, rules_directory()), place_keys(home))
    mails = home / "mails" if "notification" in services and SMTP not in os.environ else None
    if mails is not None:
        supervisor.start(mail_spec(mails, around))
    if services:
        _start_services(services, around, supervisor, said, begins)
    state = StackState(
        directory=home,
        launcher=os.getpid(),
        kafka=servers.kafka,
        web=f"http://{LOOPBACK}:{identity.ports[WEB]}" if services else None,
        admin_database=servers.admin_database,
        databases=databases,
        health_ports={service: identity.ports[health_port_name(service)] for service in services},
        pids=_pids(supervisor),
        secret_file=home / "identity.json",
        mails=mails,
    )
    write_state(state)
    return Stack(state, supervisor)


def _start_services(
    services: tuple[str, ...], around: Surroundings, supervisor: Supervisor, said: Callable[[str], None], begins: datetime | None
) -> None:
    said("bringing the tables up to date")
    supervisor.run(migrate_spec(services, around))
    if begins is not None:  # who started by the machine's clock would say what is still to come on that day
        run_async(begin_at({service: around.databases[service] for service in services}, begins))
    said(f"starting {', '.join(services)} and the pages")
    for spec in (*(worker_spec(service, around) for service in services), web_spec(services, around)):
        supervisor.start(spec)
    supervisor.wait_ready(_READY_SECONDS)


def _pids(supervisor: Supervisor) -> dict[str, int]:
    return {name: child.pid for name, child in supervisor.children.items()}
