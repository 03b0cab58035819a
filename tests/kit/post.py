"""A real mail server of the tests: takes mails, refuses whom it is told to refuse, and remembers in which order what came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.chassis.settings import Settings, SmtpSecurity

LOOPBACK = "127.0.0.1"
SENDER = "forbliv@kommune.example"
ADDRESS = "https://forbliv.example"
SECRET = "a secret of the tests, long enough"


@dataclass
class Post:
    """What came, and whom it refuses: an address → the answer. `slow`: seconds that each mail takes."""

    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    slow: float = 0.0

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


@asynccontextmanager
async def receiving() -> AsyncIterator[Post]:
    """A mail server on a port of its own."""
    post = Post()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(post, enable_SMTPUTF8=True, hostname="localhost"), LOOPBACK, 0)
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
