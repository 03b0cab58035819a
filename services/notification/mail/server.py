"""The way to the mail server: encrypted as the settings demand or not at all, with a login where there is one, and why it fails.

What keeps it from being one is a word for the operator; what the server itself says is kept nowhere, since it may hold an address.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

import aiosmtplib
import stamina

from services.chassis.settings import Settings, SmtpSecurity

SMTP_SECONDS = 20.0
"""Shorter than the silence after which the database takes the lock of a sender that says nothing."""
ATTEMPTS = 3
PERMANENT = 500
"""SMTP answers from here on are for ever (RFC 5321, 4.2.1)."""
UNREACHABLE = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError)


class Hindrance(StrEnum):
    """Why the mail server takes nothing."""

    AWAY = "away"
    BUSY = "busy"
    """It says no for now."""
    NO_STARTTLS = "no-starttls"
    CERTIFICATE = "certificate"
    NO_TLS = "no-tls"
    PASSWORD = "password"  # noqa: S105 - a word, no password
    NO_LOGIN = "no-login"
    SENDER = "sender"
    REFUSED = "refused"

    @property
    def passes(self) -> bool:
        """Whether it may be over by itself. All else needs somebody who changes a setting or the server."""
        return self in {Hindrance.AWAY, Hindrance.BUSY}


WORDS: Mapping[str, str] = {
    Hindrance.AWAY: "the mail server cannot be reached (FORBLIV_SMTP_HOST, FORBLIV_SMTP_PORT)",
    Hindrance.BUSY: "the mail server takes no mail for now",
    Hindrance.NO_STARTTLS: "the mail server offers no STARTTLS, and nothing is sent in clear (FORBLIV_SMTP_SECURITY)",
    Hindrance.CERTIFICATE: "the certificate of the mail server is not trusted or not its own (FORBLIV_SMTP_HOST, FORBLIV_SMTP_CA)",
    Hindrance.NO_TLS: "no encryption could be agreed with the mail server (FORBLIV_SMTP_PORT, FORBLIV_SMTP_SECURITY)",
    Hindrance.PASSWORD: "the mail server refuses the user name or the password (FORBLIV_SMTP_USER, FORBLIV_SMTP_PASSWORD)",
    Hindrance.NO_LOGIN: "the mail server offers no login that we know, but a user name is set (FORBLIV_SMTP_USER)",
    Hindrance.SENDER: "the mail server takes no mail from this address without another login (FORBLIV_MAIL_FROM, FORBLIV_SMTP_USER)",
    Hindrance.REFUSED: "the mail server refuses the connection or what is said on it",
}
"""For the operator, in `forbliv status`, alarms and `forbliv mail waiting`."""


class Hindered(Exception):
    """The connection is not as it must be."""

    def __init__(self, why: Hindrance) -> None:
        """Keep the word."""
        super().__init__(why.value)
        self.why = why


def hindrance(problem: BaseException) -> Hindrance:
    """What an error of the connection means; the library wraps some errors of TLS."""
    if isinstance(problem, Hindered):
        return problem.why
    if (inner := _of_tls(problem)) is not None:
        return Hindrance.CERTIFICATE if isinstance(inner, ssl.SSLCertVerificationError) else Hindrance.NO_TLS
    if isinstance(problem, UNREACHABLE) and not isinstance(problem, aiosmtplib.SMTPResponseException):
        return Hindrance.AWAY
    if isinstance(problem, aiosmtplib.SMTPResponseException) and problem.code < PERMANENT:
        return Hindrance.BUSY
    if isinstance(problem, aiosmtplib.SMTPAuthenticationError):
        return Hindrance.PASSWORD
    return Hindrance.SENDER if isinstance(problem, aiosmtplib.SMTPSenderRefused) else Hindrance.REFUSED


def _of_tls(problem: BaseException) -> ssl.SSLError | None:
    found = next((each for each in (problem, problem.__cause__) if isinstance(each, ssl.SSLError)), None)
    return None if isinstance(found, ssl.SSLEOFError | ssl.SSLZeroReturnError) else found


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[aiosmtplib.SMTP]:
    """A connection to the mail server, tried for a few times. Raises what keeps it from being one, see `hindrance`."""
    server = aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        timeout=SMTP_SECONDS,
        use_tls=settings.smtp_security is SmtpSecurity.TLS,
        start_tls=False,  # done below, so that it is known what failed
        cert_bundle=str(settings.smtp_ca) if settings.smtp_ca else None,
    )
    try:
        async for attempt in stamina.retry_context(on=_passes, attempts=ATTEMPTS, timeout=SMTP_SECONDS, wait_initial=0.2, wait_max=5.0):
            with attempt:
                await _connect(server, settings)
        yield server
    finally:
        with suppress(aiosmtplib.SMTPException, OSError):
            await server.quit()
        server.close()


def _passes(problem: Exception) -> bool:
    return isinstance(problem, UNREACHABLE) and hindrance(problem) is Hindrance.AWAY


async def _connect(server: aiosmtplib.SMTP, settings: Settings) -> None:
    server.close()  # what the try before left open
    await server.connect()
    if settings.smtp_security is SmtpSecurity.STARTTLS:
        await _encrypt(server)
    if settings.smtp_user:
        await _log_in(server, settings)


async def _encrypt(server: aiosmtplib.SMTP) -> None:
    """Nothing but the greeting is said before. A server that was told to hide the offer gets nothing."""
    await server.ehlo()
    if not server.supports_extension("starttls"):
        raise Hindered(Hindrance.NO_STARTTLS)
    try:
        await server.starttls()
    except aiosmtplib.SMTPResponseException as refused:
        raise Hindered(Hindrance.NO_TLS) from refused


async def _log_in(server: aiosmtplib.SMTP, settings: Settings) -> None:
    await server.ehlo()
    if not server.supported_auth_methods:
        raise Hindered(Hindrance.NO_LOGIN)
    await server.login(settings.smtp_user, settings.smtp_password)
