"""A mail server that asks for encryption and a login: what is wrong is told in plain words, nothing is lost, nothing said in clear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.chassis.health import raised_alarms
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings, SmtpSecurity
from services.notification.mail.sending import PAUSE_SECONDS, Sender, send_mails
from services.notification.mail.server import WORDS, Hindered, Hindrance
from tests.kit.builders import MUNICIPALITY
from tests.kit.certificates import Authority, authority
from tests.kit.mailing import THURSDAY, fill_with_addresses, goes_on, mailing, morning, send_all
from tests.kit.post import USER, Post, Ways, receiving

TABLES_OF = "notification"
SECURE = pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return authority(tmp_path)


@asynccontextmanager
async def with_a_digest(settings: Settings, post: Post, security: SmtpSecurity, folder: Path, **told: object) -> AsyncIterator[Runtime]:
    """It is the morning of a digest, and mails wait for this server."""
    async with mailing(settings.model_copy(update={"rules": folder / "rules"}), post) as runtime:
        await fill_with_addresses(runtime)
        await goes_on(runtime, morning(THURSDAY))
        more = {"smtp_security": security, "smtp_user": USER, "smtp_password": "right", **told}
        runtime.settings = runtime.settings.model_copy(update=more)
        yield runtime


async def waiting(runtime: Runtime) -> int:
    """How many mails are not gone yet."""
    found: int = await runtime.pool.fetchval("SELECT count(*) FROM mail WHERE state = 'waiting' AND next_try <= forbliv_moment()")
    return found


async def tried(runtime: Runtime) -> float:
    """The sender tries once; after how many seconds it would again."""
    sender = Sender(runtime)
    try:
        await sender.run()
    except Exception as problem:  # noqa: BLE001 - the loop catches what it knows, and this is about what it does then
        return await sender.pause(problem)
    pytest.fail("it went out")


async def the_alarm(runtime: Runtime) -> str:
    """What `forbliv status` says."""
    (alarm,) = await raised_alarms(runtime)
    return alarm


@SECURE
async def test_mails_go_out_encrypted_and_logged_in(settings: Settings, ours: Authority, security: SmtpSecurity, tmp_path: Path) -> None:
    ways = Ways(tls=ours.server(), starttls=security is SmtpSecurity.STARTTLS, login=True)
    async with receiving(ways) as post, with_a_digest(settings, post, security, tmp_path, smtp_ca=ours.file) as runtime:
        await send_all(runtime)

        assert len(post.came) > 3
        assert {encrypted for _, encrypted in post.senders} == {True}
        assert set(post.users) == {USER}
        assert await raised_alarms(runtime) == []


async def test_with_a_wrong_password_all_is_kept_told_at_once_and_sent_when_it_is_right(
    settings: Settings, ours: Authority, tmp_path: Path
) -> None:
    ways = Ways(tls=ours.server(), starttls=True, login=True)
    told = {"smtp_ca": ours.file, "smtp_password": "wrong"}
    async with receiving(ways) as post, with_a_digest(settings, post, SmtpSecurity.STARTTLS, tmp_path, **told) as runtime:
        kept = await waiting(runtime)
        assert await tried(runtime) == 60
        assert (await waiting(runtime), post.came) == (kept, [])
        alarm = await the_alarm(runtime)
        assert alarm.startswith(f"{MUNICIPALITY}: {kept} mails wait since ")
        assert alarm.endswith("refuses the user name or the password (FORBLIV_SMTP_USER, FORBLIV_SMTP_PASSWORD)")
        assert "wrong" not in alarm

        runtime.settings = runtime.settings.model_copy(update={"smtp_password": "right"})
        await send_all(runtime)

        assert len(post.came) == kept == len(set(post.ids))
        assert await raised_alarms(runtime) == []


async def test_a_wrong_password_is_tried_less_and_less_often(settings: Settings, tmp_path: Path) -> None:
    async with receiving() as post, with_a_digest(settings, post, SmtpSecurity.NONE, tmp_path) as runtime:
        sender = Sender(runtime)

        pauses = [await sender.pause(Hindered(Hindrance.PASSWORD)) for _ in range(8)]

        assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600]
        assert await sender.pause(OSError()) == PAUSE_SECONDS, "one that is away is back soon"


@SECURE
async def test_a_server_that_nobody_vouches_for_gets_nothing(
    settings: Settings, ours: Authority, security: SmtpSecurity, tmp_path: Path
) -> None:
    ways = Ways(tls=ours.server(), starttls=security is SmtpSecurity.STARTTLS, login=True)
    async with receiving(ways) as post, with_a_digest(settings, post, security, tmp_path) as runtime:
        kept = await waiting(runtime)

        await tried(runtime)

        assert (await waiting(runtime), post.senders, post.logins) == (kept, [], [])
        assert WORDS[Hindrance.CERTIFICATE] in await the_alarm(runtime)
        runtime.settings = runtime.settings.model_copy(update={"smtp_ca": ours.file})
        await send_all(runtime)
        assert len(post.came) == kept


async def test_a_server_without_the_encryption_that_is_demanded_gets_nothing_in_clear(settings: Settings, tmp_path: Path) -> None:
    ways = Ways(login=True, login_in_clear=True)
    async with receiving(ways) as post, with_a_digest(settings, post, SmtpSecurity.STARTTLS, tmp_path) as runtime:
        kept = await waiting(runtime)

        await tried(runtime)

        assert (await waiting(runtime), post.senders, post.logins, post.came) == (kept, [], [], [])
        assert WORDS[Hindrance.NO_STARTTLS] in await the_alarm(runtime)


async def test_the_loop_itself_goes_on_after_all_of_it(settings: Settings, ours: Authority, tmp_path: Path) -> None:
    """It notes what is wrong and waits; a worker that was told another password begins anew."""
    ways = Ways(tls=ours.server(), starttls=True, login=True)
    told = {"smtp_ca": ours.file, "smtp_password": "wrong"}
    async with receiving(ways) as post, with_a_digest(settings, post, SmtpSecurity.STARTTLS, tmp_path, **told) as runtime:
        for password in ("wrong", "right"):
            runtime.settings = runtime.settings.model_copy(update={"smtp_password": password})
            loop = asyncio.create_task(send_mails(runtime))
            async with asyncio.timeout(30):
                while not (await raised_alarms(runtime) if password == "wrong" else not await waiting(runtime)):
                    assert not loop.done()
                    await asyncio.sleep(0.05)
            loop.cancel()
            await asyncio.wait([loop])

        assert len(post.came) > 3
        assert await raised_alarms(runtime) == []
