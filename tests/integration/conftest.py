"""What many tests of one service's database begin with; a test that needs another one says so under the same name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from services.intake.vault import Key
from tests.kit.hr_desk import at_the_desk
from tests.kit.mailing import fill_with_addresses, mailing, send_all
from tests.kit.page_client import PageClient
from tests.kit.post import Post, receiving


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A file with one key."""
    file = tmp_path / "keys"
    file.write_text(Key("first", bytes(32)).line)
    return file


@pytest.fixture
async def intake(settings: Settings) -> AsyncIterator[Runtime]:
    """Intake on a new database."""
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


@pytest.fixture
async def hr(settings: Settings, intake: Runtime) -> AsyncIterator[PageClient]:
    """HR at the pages of intake."""
    async with at_the_desk(settings) as client:
        yield client


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server that keeps what came."""
    async with receiving() as server:
        yield server


@pytest.fixture
async def addressed(settings: Settings, post: Post, tmp_path: Path) -> AsyncIterator[Runtime]:
    """Notification with the inbox of the kit, where everybody has an address."""
    async with mailing(settings.model_copy(update={"rules": tmp_path / "rules"}), post) as runtime:
        await fill_with_addresses(runtime)
        yield runtime


@pytest.fixture
async def written_to(addressed: Runtime, post: Post) -> Runtime:
    """The same, when the mails about that inbox have gone."""
    await send_all(addressed)
    post.came.clear()
    return addressed
