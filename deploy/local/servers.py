"""Starts the two servers of a stack, unless the environment names real ones."""

import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local import kafka, postgres
from deploy.local.children import ChildSpec, Supervisor
from deploy.local.databases import answers, create_databases
from deploy.local.failures import StackFailed
from deploy.local.identity import Identity
from deploy.local.jars import fetch_jars, jar_paths
from deploy.local.java import find_java
from deploy.local.topics import apply_topics, read_topics
from deploy.local.waiting import broker_answers, broker_ready, postgres_ready, run_async

_START_SECONDS = 180.0
_ROOT_DIRECTORY = Path("/")


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses of the broker and, as administrator, of the database server."""

    kafka: str
    admin_database: str


def start_servers(
    directory: Path,
    identity: Identity,
    supervisor: Supervisor,
    said: Callable[[str], None],
    detour: kafka.Detour | None = None,
    rebalance_delay_ms: int = 0,
) -> Servers:
    """Start what is ours, side by side, then create topics, databases and roles."""
    external_kafka, external_database = os.environ.get("FORBLIV_KAFKA"), os.environ.get("FORBLIV_DATABASE_URL")
    node = None if external_kafka else _prepare_kafka(directory, identity, detour, rebalance_delay_ms)
    server = None if external_database else postgres.place_server(directory, identity.cluster_id)
    supervisor.run(*_first_time(directory, node, server, identity))
    if server is not None:
        _finish_initdb(server)
    said("starting Apache Kafka and PostgreSQL")
    specs = ([_kafka(node)] if node else []) + ([_postgres(server, supervisor)] if server else [])
    names = tuple(supervisor.start(spec).spec.name for spec in specs)
    supervisor.wait_ready(_START_SECONDS, names)
    bootstrap = node.bootstrap if node else external_kafka
    admin = _admin_url(server, identity) if server else external_database
    assert bootstrap is not None
    assert admin is not None
    return Servers(bootstrap, admin)


def fill_servers(servers: Servers, identity: Identity) -> None:
    """Create topics, databases and roles where they are missing. Raises `StackFailed` for a server that does not answer."""
    if not broker_answers(servers.kafka):
        message = "Kafka does not answer: check FORBLIV_KAFKA"
        raise StackFailed(message)
    if not run_async(answers(servers.admin_database)):
        message = "PostgreSQL does not answer: check FORBLIV_DATABASE_URL"
        raise StackFailed(message)
    run_async(apply_topics(servers.kafka, read_topics()))
    run_async(create_databases(servers.admin_database, identity.passwords))


def _prepare_kafka(directory: Path, identity: Identity, detour: kafka.Detour | None, rebalance_delay_ms: int) -> kafka.KafkaNode:
    home = directory / "kafka"
    home.mkdir(parents=True, exist_ok=True)
    node = kafka.KafkaNode(home, identity.ports["kafka"], identity.ports["controller"], identity.cluster_id, detour, rebalance_delay_ms)
    node.properties.write_text(kafka.render_properties(node), encoding="utf-8")
    node.log4j.write_text(kafka.render_log4j(), encoding="utf-8")
    fetch_jars()
    return node


def _first_time(
    directory: Path, node: kafka.KafkaNode | None, server: postgres.PostgresServer | None, identity: Identity
) -> tuple[ChildSpec, ...]:
    specs = []
    if node is not None and not (node.data / "meta.properties").exists():
        shutil.rmtree(node.data, ignore_errors=True)
        specs.append(ChildSpec("kafka-format", kafka.format_command(find_java(), node, jar_paths()), directory=directory))
    if server is not None and not server.data.exists():
        specs.append(_initdb(server, identity))
    return tuple(specs)


def _initdb(server: postgres.PostgresServer, identity: Identity) -> ChildSpec:
    """Into a folder beside the final one, so that an interrupted creation is never taken for a database."""
    part, password_file = _part(server), server.data.with_name("password")
    shutil.rmtree(part, ignore_errors=True)
    password_file.touch(mode=0o600)
    password_file.write_text(identity.admin_password, encoding="utf-8")
    postgres.give_to(server.account, password_file)
    command = postgres.initdb_command(server, part, password_file)
    return ChildSpec("initdb", command, account=_account(server), directory=_ROOT_DIRECTORY)


def _finish_initdb(server: postgres.PostgresServer) -> None:
    server.data.with_name("password").unlink(missing_ok=True)
    if not server.data.exists():
        _part(server).rename(server.data)


def _part(server: postgres.PostgresServer) -> Path:
    return server.data.with_name("data.part")


def _kafka(node: kafka.KafkaNode) -> ChildSpec:
    return ChildSpec(
        "kafka",
        kafka.server_command(find_java(), node, jar_paths()),
        ready=lambda: broker_ready(node.bootstrap, node.port),
        directory=node.directory,
    )


def _postgres(server: postgres.PostgresServer, supervisor: Supervisor) -> ChildSpec:
    """SIGINT ends it without waiting for clients; an orphan ends at once and recovers at the next start."""
    return ChildSpec(
        "postgres",
        postgres.server_command(server),
        ready=lambda: postgres_ready(server.data, supervisor.children["postgres"].pid),
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
        account=_account(server),
        directory=_ROOT_DIRECTORY,
    )


def _account(server: postgres.PostgresServer) -> tuple[int, int] | None:
    return (server.account.uid, server.account.gid) if server.account.changed else None


def _admin_url(server: postgres.PostgresServer, identity: Identity) -> str:
    return postgres.socket_url(server.socket, postgres.ADMIN, identity.admin_password, "postgres")
