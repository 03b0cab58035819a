"""The sender: one at a time (advisory lock), mail by mail, each marked as soon as the server has taken it.

A kill between the two sends one mail again, with the same `Message-ID`. What passes by itself is tried again after a growing pause; what
the server refuses for ever tells HR.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

import aiosmtplib
import asyncpg

from services.chassis.broken import pause_after
from services.chassis.database import session
from services.chassis.failures import end_if_told
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.notification.mail import health_store, store
from services.notification.mail.bounce import bounced
from services.notification.mail.composing import Composer
from services.notification.mail.server import PERMANENT, UNREACHABLE, Hindered, hindrance, opened
from services.notification.mail.store import Mail
from services.notification.mail.writing import bytes_of, message_of

BATCH = 50
IDLE_SECONDS = 0.5
PAUSE_SECONDS = 5.0
TIDY_SECONDS = 3_600.0
GIVE_UP_TRIES = 50
"""After about two days a mail that is put off again and again counts as come back."""
OF_THE_SERVER = (aiosmtplib.SMTPException, Hindered)


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail, and the message that says what is true now."""

    mail: Mail
    to: str
    message: EmailMessage


async def send_mails(runtime: Runtime) -> None:
    """Send until cancelled. Without a mail server mails wait, and that is noted."""
    sender = Sender(runtime)
    while True:
        try:
            await sender.run()
        except (*TRANSIENT, *OF_THE_SERVER) as problem:
            end_if_told()
            warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="mail")
            await asyncio.sleep(await sender.pause(problem))


class Sender:
    """Sends the mails of one service."""

    def __init__(self, runtime: Runtime) -> None:
        """Send for this runtime."""
        self._runtime = runtime
        self._composer = Composer(runtime)
        self._tidy_at = 0.0
        self._refusals = 0

    async def run(self) -> None:
        """As the only sender, for as long as nothing fails; another one is waited for."""
        async with session(self._runtime.pool) as conn:
            await health_store.note_server(conn, sends=self._runtime.settings.sends_mail)
            if not self._runtime.settings.sends_mail or not await store.take_sender(conn):
                await asyncio.sleep(PAUSE_SECONDS)
                return
            while True:
                if not await self.once(conn):
                    await self._tidy(conn)
                    await asyncio.sleep(IDLE_SECONDS)

    async def pause(self, problem: Exception) -> float:
        """How many seconds to wait after this. What nobody mends but a person is noted, and tried less and less often: who tries a wrong
        password every few seconds is locked out.
        """
        if isinstance(problem, asyncpg.PostgresError | asyncpg.InterfaceError):
            return PAUSE_SECONDS
        why = hindrance(problem)
        with suppress(*TRANSIENT):
            async with self._runtime.pool.acquire() as conn:
                await health_store.note_sending(conn, why.value, sends=self._runtime.settings.sends_mail)
        if why.passes:
            return PAUSE_SECONDS
        self._refusals += 1
        return pause_after(self._refusals).total_seconds()

    async def once(self, conn: Connection) -> int:
        """Some of what waits, the longest waiting first; how many. Raises what makes the server unreachable."""
        moment = await self._runtime.tables.moment(conn)
        mails = await store.claim(conn, moment, BATCH)
        ready = [found for mail in mails if (found := await self._ready(conn, mail, moment)) is not None]
        if ready:
            async with opened(self._runtime.settings) as server:
                await health_store.note_sending(conn, None, sends=True)
                self._refusals = 0
                for each in ready:
                    await self._send(conn, server, each, moment)
        return len(mails)

    async def _ready(self, conn: Connection, mail: Mail, moment: datetime) -> Ready | None:
        """What is to be sent; none, and settled, where there is nothing to say any more, or nobody knows an address."""
        written = await self._composer.write(conn, mail, moment)
        if written.letter is None:
            await store.settle(conn, mail.mail_id, "dropped", moment, "nothing to tell")
            return None
        try:
            message = message_of(written.letter, mail.mail_id, self._runtime.settings.mail_from, written.to, moment)
        except (ValueError, LookupError):  # what the library's parser of addresses raises
            await store.settle(conn, mail.mail_id, "unaddressed", moment, "no address")
            return None
        return Ready(mail, written.to, message)

    async def _send(self, conn: Connection, server: aiosmtplib.SMTP, ready: Ready, moment: datetime) -> None:
        mail_id = ready.mail.mail_id
        try:
            await server.sendmail(self._runtime.settings.mail_from, [ready.to], bytes_of(ready.message))
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPDataError) as refused:
            await self._refused(conn, ready.mail, _code(refused), moment)
        except (aiosmtplib.SMTPNotSupported, ValueError):
            await store.settle(conn, mail_id, "unaddressed", moment, "an address that the mail server cannot read")
        except UNREACHABLE as problem:
            await self._later(conn, ready.mail, type(problem).__name__, moment)  # one that it trips over holds up no other
            raise
        else:
            await store.settle(conn, mail_id, "sent", moment)
            log(Word.MAIL_SENT, kind=ready.mail.occasion)

    async def _refused(self, conn: Connection, mail: Mail, code: int, moment: datetime) -> None:
        warn(Word.MAIL_REFUSED, kind=mail.occasion, status=code)
        if code >= PERMANENT or mail.tries >= GIVE_UP_TRIES:
            await bounced(self._runtime, mail.mail_id, str(code))
        else:
            await self._later(conn, mail, str(code), moment)

    async def _later(self, conn: Connection, mail: Mail, why: str, moment: datetime) -> None:
        await store.try_again(conn, mail.mail_id, moment + pause_after(mail.tries + 1), why)

    async def _tidy(self, conn: Connection) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_SECONDS
            await store.forget_old(conn, await self._runtime.tables.moment(conn))


def _code(refused: aiosmtplib.SMTPRecipientsRefused | aiosmtplib.SMTPDataError) -> int:
    if isinstance(refused, aiosmtplib.SMTPDataError):
        return int(refused.code)
    return max(int(each.code) for each in refused.recipients)
