"""Real servers and a real browser for whoever asks; started once, stopped with the session."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from playwright.async_api import Browser, async_playwright
from xdist.scheduler import LoadScopeScheduling

from deploy.local.stack import Stack, running_stack
from services.chassis.service import Service
from services.chassis.settings import Profile, Settings
from tests.kit import browser as kit
from tests.kit.databases import Copied, new_database

os.environ.pop("COLUMNS", None)  # pytest-xdist tells its processes a width, and what prints a table keeps the one it is made with
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")  # no broker of the tests lives until the better compiler has paid
RULES = Path(__file__).parent.parent / "deploy" / "rules"
IDENTITY_KEYS = Path(__file__).parent / "kit" / "identity_keys.txt"
WHOLE = {"faults", "journeys"}
"""What needs a whole stack of its own: one after the other, since two beside each other starve two cores."""


class FileByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types for this
    """One process begins with all that needs a whole stack, in its order; who is done with something takes the next file."""

    def _split_scope(self, nodeid: str) -> str:
        return "whole" if needs_a_stack(nodeid) else nodeid.partition("::")[0]


def needs_a_stack(nodeid: str) -> bool:
    """Whether a test of this id does."""
    return nodeid.split("/")[1] in WHOLE


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FileByFile:
    """Only asked for where there are several processes (`make test`)."""
    config.option.loadscopereorder = False
    return FileByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest without a break comes first: it must not be begun last, when the other process has nothing left."""
    items.sort(key=lambda item: not needs_a_stack(item.nodeid))


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """A worker that a test runs sets the log up to write where that test's output goes; the next test has another."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A real Kafka and a real PostgreSQL, without services."""
    with running_stack(tmp_path_factory.mktemp("servers")) as stack:
        yield stack


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[str]:
    """The address of an empty database of the real PostgreSQL."""
    async with new_database(servers) as address:
        yield address


@pytest.fixture(scope="session")
def copied(servers: Stack) -> Copied:
    """Databases with the tables of a service and nothing in them."""
    return Copied(servers)


@pytest.fixture(scope="module")
def tables_of(request: pytest.FixtureRequest) -> str:
    """Whose tables a new database has: those of the file's `SERVICE`, or `TABLES_OF` where it names none; else what every service has."""
    service = getattr(request.module, "SERVICE", None)
    return service.name if isinstance(service, Service) else getattr(request.module, "TABLES_OF", "-")


@pytest.fixture
async def migrated(copied: Copied, tables_of: str) -> AsyncIterator[str]:
    """The address of a database with tables and nothing in them: a service that is opened on it finds them there."""
    async with copied.of(tables_of) as address:
        yield address


@pytest.fixture
def settings(servers: Stack, migrated: str) -> Settings:
    """Settings for one service on a new database."""
    return Settings(
        profile=Profile.LOCAL,
        kafka=servers.kafka,
        database_url=migrated,
        rules=RULES,
        session_timeout_ms=6_000,
        identity_keys=IDENTITY_KEYS,
    )


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The real Chromium of the system; skipped by name where there is none."""
    place = kit.chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=place, args=list(kit.ARGS))
        yield started
        await started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: FORBLIV_PICTURES, else a folder of this run."""
    told = os.environ.get("FORBLIV_PICTURES")
    place = Path(told) if told else tmp_path_factory.mktemp("pictures")
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
async def window_at(browser: Browser, pictures: Path) -> AsyncIterator[kit.WindowAt]:
    """A window of some width at the address of a site; closed after the test."""
    opened: list[kit.Window] = []

    async def at(base: str, width: int) -> kit.Window:
        opened.append(await kit.window(browser, base, pictures, width))
        return opened[-1]

    yield at
    for one in opened:
        await one.context.close()
