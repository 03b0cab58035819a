"""The way to a real mail server: encrypted or not at all, logged in where there is a user, and what it is called when it fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtplib
import pytest

from services.chassis.settings import Profile, Settings, SmtpSecurity
from services.notification.mail.server import WORDS, Hindrance, hindrance, opened
from tests.kit.certificates import LONG_OVER, Authority, authority
from tests.kit.post import ADDRESS, LOOPBACK, SECRET, SENDER, USER, Post, Ways, receiving

RECIPIENT = "anne@kommune.example"
MAIL = b"Subject: Hej\r\n\r\nHej\r\n"
SECURE = pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return authority(tmp_path)


def settings(port: int, security: SmtpSecurity, **more: object) -> Settings:
    """Of who sends there with a user name and a password."""
    told = {
        "kafka": "", "rules": Path(), "profile": Profile.LOCAL, "address": ADDRESS, "secret": SECRET, "mail_from": SENDER,
        "smtp_host": LOOPBACK, "smtp_port": port, "smtp_security": security, "smtp_user": USER, "smtp_password": "right",
    }  # fmt: skip
    return Settings.model_validate({**told, **more})


def offering(server: Authority, security: SmtpSecurity, **more: object) -> Ways:
    """What a server offers that takes mails in this way."""
    tls = None if security is SmtpSecurity.NONE else server.server()
    return Ways(**{"tls": tls, "starttls": security is SmtpSecurity.STARTTLS, "login": True, **more})  # type: ignore[arg-type]  # its own fields


async def send(told: Settings) -> Hindrance | None:
    """One mail is sent; why it is not."""
    try:
        async with opened(told) as server:
            await server.sendmail(SENDER, [RECIPIENT], MAIL)
    except Exception as problem:  # noqa: BLE001 - whatever it is has a name
        return hindrance(problem)
    return None


def nothing_was_told(post: Post) -> bool:
    """Neither a password nor an address nor a mail."""
    return not (post.logins or post.senders or post.came)


@SECURE
async def test_a_mail_is_sent_encrypted_and_after_a_login(ours: Authority, security: SmtpSecurity) -> None:
    async with receiving(offering(ours, security)) as post:
        assert await send(settings(post.port, security, smtp_ca=ours.file)) is None

        assert len(post.came) == 1
        assert (post.logins, post.senders, post.users) == ([(USER, True)], [(SENDER, True)], [USER])


@SECURE
async def test_a_server_without_users_is_sent_to_encrypted_too(ours: Authority, security: SmtpSecurity) -> None:
    async with receiving(offering(ours, security, login=False)) as post:
        assert await send(settings(post.port, security, smtp_ca=ours.file, smtp_user="", smtp_password="")) is None

        assert (post.logins, post.senders) == ([], [(SENDER, True)])


@SECURE
async def test_a_wrong_password_is_refused_by_name(ours: Authority, security: SmtpSecurity) -> None:
    async with receiving(offering(ours, security)) as post:
        assert await send(settings(post.port, security, smtp_ca=ours.file, smtp_password="wrong")) is Hindrance.PASSWORD

        assert {encrypted for _, encrypted in post.logins} == {True}
        assert not post.senders


async def test_a_password_that_nobody_can_look_up_now_is_no_wrong_one(ours: Authority) -> None:
    async with receiving(offering(ours, SmtpSecurity.STARTTLS)) as post:
        post.busy = True

        assert await send(settings(post.port, SmtpSecurity.STARTTLS, smtp_ca=ours.file)) is Hindrance.BUSY


@SECURE
async def test_a_server_that_nobody_vouches_for_is_told_nothing(ours: Authority, security: SmtpSecurity) -> None:
    async with receiving(offering(ours, security)) as post:
        assert await send(settings(post.port, security)) is Hindrance.CERTIFICATE

        assert nothing_was_told(post)


@SECURE
async def test_a_certificate_of_another_server_or_another_time_is_none(ours: Authority, security: SmtpSecurity) -> None:
    for server in (ours.server(host="other.example"), ours.server(until=LONG_OVER)):
        async with receiving(offering(ours, security, tls=server)) as post:
            assert await send(settings(post.port, security, smtp_ca=ours.file)) is Hindrance.CERTIFICATE

            assert nothing_was_told(post)


async def test_where_no_starttls_is_offered_nothing_is_said_in_clear(ours: Authority) -> None:
    async with receiving(Ways(login=True, login_in_clear=True)) as post:
        assert await send(settings(post.port, SmtpSecurity.STARTTLS, smtp_ca=ours.file)) is Hindrance.NO_STARTTLS

        assert nothing_was_told(post)


async def test_where_encryption_is_to_come_first_a_server_in_clear_is_told_nothing() -> None:
    async with receiving(Ways(login=True, login_in_clear=True)) as post:
        assert await send(settings(post.port, SmtpSecurity.TLS)) is Hindrance.NO_TLS

        assert nothing_was_told(post)


@SECURE
async def test_a_server_without_a_login_is_sent_nothing_by_who_has_one(ours: Authority, security: SmtpSecurity) -> None:
    async with receiving(offering(ours, security, login=False)) as post:
        assert await send(settings(post.port, security, smtp_ca=ours.file)) is Hindrance.NO_LOGIN

        assert nothing_was_told(post)


async def test_in_clear_only_where_the_settings_say_so() -> None:
    async with receiving(Ways(login=True, login_in_clear=True)) as post:
        assert await send(settings(post.port, SmtpSecurity.NONE)) is None

        assert post.senders == [(SENDER, False)]


@asynccontextmanager
async def saying(*lines: str) -> AsyncIterator[int]:
    """A server that answers with these lines, whatever it is told, and the port it does so on."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for line in lines:
            writer.write(f"{line}\r\n".encode())
            await reader.readline()
        writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["421 4.3.2 Too many"], Hindrance.BUSY),
        (["554 5.7.1 Not you"], Hindrance.REFUSED),
        (["220 hello", "250-hello\r\n250 STARTTLS", "454 4.7.0 Not now"], Hindrance.NO_TLS),
        (["220 hello", "500 5.5.1 What?"], Hindrance.REFUSED),
    ],
    ids=["busy", "not for us", "encryption refused", "old"],
)
async def test_what_a_server_answers_has_a_name(lines: list[str], why: Hindrance) -> None:
    async with saying(*lines) as port:
        assert await send(settings(port, SmtpSecurity.STARTTLS)) is why


async def test_a_server_that_is_away_is_tried_again_and_is_away() -> None:
    async with saying() as port:
        pass

    assert await send(settings(port, SmtpSecurity.STARTTLS)) is Hindrance.AWAY


@pytest.mark.parametrize(("code", "why"), [(550, Hindrance.SENDER), (530, Hindrance.SENDER), (451, Hindrance.BUSY)])
def test_a_sender_that_is_not_taken_is_told_of(code: int, why: Hindrance) -> None:
    assert hindrance(aiosmtplib.SMTPSenderRefused(code, "no", SENDER)) is why


def test_every_hindrance_has_words_for_the_operator_and_none_tells_a_secret() -> None:
    assert WORDS.keys() == set(Hindrance)
    assert {why for why in Hindrance if why.passes} == {Hindrance.AWAY, Hindrance.BUSY}


async def test_a_certificate_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="smtp_ca"):
        settings(25, SmtpSecurity.TLS, smtp_ca=tmp_path / "nothing.pem")
