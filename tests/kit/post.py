"""A real mail server of the tests: takes mails, refuses whom it is told to refuse, and remembers in which order what came.

It can ask for encryption and a login, and has a certificate of its own making.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from services.chassis.settings import Settings, SmtpSecurity

LOOPBACK = "127.0.0.1"
SENDER = "forbliv@kommune.example"
ADDRESS = "https://forbliv.example"
SECRET = "a secret of the tests, long enough"
USER = "forbliv"


@dataclass
class Post:
    """What came, and whom it refuses: an address → the answer. `slow`: seconds that each mail takes.

    `password`: that of `USER`; `busy`: nobody's password can be looked up now. `logins`: who tried, and over what.
    """

    port: int = 0
    password: str = "right"
    busy: bool = False
    logins: list[tuple[str, bool]] = field(default_factory=list)
    senders: list[tuple[str, bool]] = field(default_factory=list)
    """From whom mails were begun, and whether encrypted."""
    users: list[str] = field(default_factory=list)
    """Who had logged in, by mail."""
    came: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0

    def log_in(self, server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, told: LoginPassword) -> AuthResult:
        """As the library asks for it."""
        self.logins.append((told.login.decode(), is_encrypted(server)))
        if self.busy:
            return AuthResult(success=False, handled=False, message="454 4.7.0 Temporary authentication failure")
        return AuthResult(success=told.password.decode() == self.password, handled=False, auth_data=told.login.decode())

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        self.senders.append((address, is_encrypted(server)))
        self.users.append(str(session.auth_data) if session.authenticated else "")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # noqa: N802
        answer = self.refuses.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        await asyncio.sleep(self.slow)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        self.raw.append(envelope.content)
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        """The `Message-ID` of each mail, in the order they came."""
        return [str(message["Message-ID"]) for message in self.came]

    def to(self, address: str) -> list[EmailMessage]:
        """What came for an address."""
        return [message for message in self.came if str(message["To"]) == address]


def is_encrypted(server: SMTP) -> bool:
    """Whether this connection is."""
    assert server.transport is not None
    return server.transport.get_extra_info("sslcontext") is not None


@dataclass(frozen=True)
class Ways:
    """What a mail server offers. `tls`: its certificate; `starttls`: offered on a connection that begins in clear, else encrypted at once.

    `login`: it knows `USER`. `login_in_clear`: also without encryption, as it should not.
    """

    tls: ssl.SSLContext | None = None
    starttls: bool = False
    login: bool = False
    login_in_clear: bool = False


@asynccontextmanager
async def receiving(ways: Ways = Ways()) -> AsyncIterator[Post]:
    """A mail server on a port of its own."""
    post = Post()

    def one() -> SMTP:
        return SMTP(
            post,
            enable_SMTPUTF8=True,
            hostname="localhost",
            tls_context=ways.tls if ways.starttls else None,
            authenticator=post.log_in if ways.login else None,
            auth_require_tls=ways.starttls and not ways.login_in_clear,
            auth_exclude_mechanism=() if ways.login else ("LOGIN", "PLAIN"),
        )

    at_once = None if ways.starttls else ways.tls
    server = await asyncio.get_running_loop().create_server(one, LOOPBACK, 0, ssl=at_once)
    async with server:
        post.port = server.sockets[0].getsockname()[1]
        yield post


def with_mail(settings: Settings, post: Post) -> Settings:
    """The settings of a service that sends its mails there."""
    told = {
        "smtp_host": LOOPBACK,
        "smtp_port": post.port,
        "smtp_security": SmtpSecurity.NONE,
        "mail_from": SENDER,
        "address": ADDRESS,
        "secret": SECRET,
    }
    return settings.model_copy(update=told)


def text_of(message: EmailMessage) -> str:
    """The text part, which comes first."""
    first = next(part for part in message.walk() if not part.is_multipart())
    assert first.get_content_type() == "text/plain"
    return str(first.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """The HTML part."""
    body = message.get_body(preferencelist=("html",))
    assert body is not None
    return str(body.get_content())
