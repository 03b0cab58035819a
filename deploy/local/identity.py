"""What a stack keeps over restarts: ports, passwords, secrets. One file, readable by its owner only."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deploy.local.ports import free_ports, is_free


class Identity(BaseModel):
    """Drawn once per directory."""

    model_config = ConfigDict(frozen=True)

    cluster_id: str
    secret: str
    admin_password: str
    passwords: Mapping[str, str]
    ports: Mapping[str, int]


def load_identity(path: Path, services: tuple[str, ...], names_of_ports: tuple[str, ...]) -> Identity:
    """The identity of the file, completed for new services and with other ports for those taken meanwhile; saved."""
    old = Identity.model_validate_json(path.read_bytes()) if path.exists() else _draw()
    passwords = {service: old.passwords.get(service) or secrets.token_urlsafe(24) for service in services}
    ports = dict(zip(names_of_ports, free_ports(len(names_of_ports)), strict=True))
    ports |= {name: port for name, port in old.ports.items() if name in ports and is_free(port)}
    new = old.model_copy(update={"passwords": {**old.passwords, **passwords}, "ports": ports})
    write_private(path, new.model_dump_json(indent=2))
    return new


def write_private(path: Path, text: str) -> None:
    """Replace a file whole, never readable by others."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)


def _draw() -> Identity:
    cluster = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
    return Identity(
        # A leading dash would be taken for an option by the tool that formats the storage.
        cluster_id=f"F{cluster[1:]}",
        secret=secrets.token_urlsafe(32),
        admin_password=secrets.token_urlsafe(24),
        passwords={},
        ports={},
    )
