"""The processes of the services: what each is told through its environment, and when it is ready."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local.assets import assets_directory
from deploy.local.children import ChildSpec
from deploy.local.identity import Identity
from deploy.local.paths import ROOT, rules_directory
from deploy.local.ports import LOOPBACK, is_listening
from deploy.local.waiting import http_ready

SERVICES = ("intake", "recruitment", "onboarding", "retention", "notification", "reporting")
WEB, MAIL = "web", "mail"
KEYS, POLLS = "FORBLIV_IDENTITY_KEYS", "FORBLIV_POLLS"
SMTP = "FORBLIV_SMTP_HOST"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all processes of one stack share."""

    kafka: str
    databases: Mapping[str, str]
    identity: Identity
    speakers: Path
    """Who may speak over HTTP."""
    keys: Path
    """What keeps person numbers secret."""


def written_services() -> tuple[str, ...]:
    """The services this clone has, in the order they start."""
    return tuple(service for service in SERVICES if find_spec(f"services.{service}.app") is not None)


def health_port_name(service: str) -> str:
    """Under which name a worker's health port is kept."""
    return f"health-{service}"


def worker_spec(service: str, around: Surroundings) -> ChildSpec:
    """One service's worker; it is told its own database only, and the keys where it asks payroll services for numbers of people."""
    port = around.identity.ports[health_port_name(service)]
    own = {"FORBLIV_HEALTH_PORT": str(port), **database_variables({service: around.databases[service]})}
    if service == "intake" and POLLS in os.environ:
        own[KEYS] = str(around.keys)
    if service == "notification" and SMTP not in os.environ:
        own |= mail_variables(around)
    command = (sys.executable, "-m", "services.cli", "worker", service)
    return ChildSpec(service, command, environment_of(around, own), lambda: http_ready(port), directory=ROOT)


def web_spec(services: tuple[str, ...], around: Surroundings) -> ChildSpec:
    """The pages of the services on one port; the way in for machines is there, so that it is told the keys."""
    port = around.identity.ports[WEB]
    own = {
        "FORBLIV_WEB_HOST": LOOPBACK,
        "FORBLIV_WEB_PORT": str(port),
        KEYS: str(around.keys),
        **database_variables(around.databases),
    }
    command = (sys.executable, "-m", "services.cli", "web", *services)
    return ChildSpec(WEB, command, environment_of(around, own), lambda: http_ready(port), directory=ROOT)


def mail_variables(around: Surroundings) -> dict[str, str]:
    """Mails go to the mail server of the stack, whose links lead to its pages."""
    return {
        SMTP: LOOPBACK,
        "FORBLIV_SMTP_PORT": str(around.identity.ports[MAIL]),
        "FORBLIV_SMTP_SECURITY": "none",
        "FORBLIV_MAIL_FROM": "forbliv@forbliv.example",
        "FORBLIV_ADDRESS": f"http://{LOOPBACK}:{around.identity.ports[WEB]}",
    }


def mail_spec(folder: Path, around: Surroundings) -> ChildSpec:
    """Keeps the mails of the stack as files."""
    port = around.identity.ports[MAIL]
    command = (sys.executable, "-m", "deploy.local.mailbox", str(port), str(folder))
    return ChildSpec(MAIL, command, environment_of(around, {}), lambda: is_listening(port), directory=ROOT)


def migrate_spec(services: tuple[str, ...], around: Surroundings) -> ChildSpec:
    """Brings the tables of the services up to date before any of them starts."""
    command = (sys.executable, "-m", "services.cli", "migrate", *services)
    return ChildSpec("migrate", command, environment_of(around, database_variables(around.databases)), directory=ROOT)


def environment_of(around: Surroundings, own: Mapping[str, str]) -> dict[str, str]:
    """Ours without the settings of the launcher, what all share, and what is this process's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("FORBLIV_DATABASE_URL", KEYS))}
    shared = {
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": around.kafka,
        "FORBLIV_SECRET": around.identity.secret,
        "FORBLIV_RULES": str(rules_directory()),
        "FORBLIV_SPEAKERS": str(around.speakers),
        "FORBLIV_ASSETS": str(assets_directory()),
        "PYTHONUNBUFFERED": "1",
    }
    return {**inherited, **shared, **own}


def database_variables(databases: Mapping[str, str]) -> dict[str, str]:
    """`FORBLIV_DATABASE_URL_<SERVICE>` for each."""
    return {f"FORBLIV_DATABASE_URL_{service.upper()}": url for service, url in databases.items()}
