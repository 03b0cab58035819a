"""The mail server of a local stack: keeps each mail as a file, and passes none on. `python -m deploy.local.mailbox PORT FOLDER`."""

import asyncio
import sys
from email import message_from_bytes
from pathlib import Path
from re import sub

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import LOOPBACK


class Keeper:
    """Writes what comes into a folder that only its owner reads; a mail that comes again is the same file."""

    def __init__(self, folder: Path) -> None:
        """Keep them there."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """One mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        told = str(message_from_bytes(content)["Message-ID"] or "nameless")
        (self._folder / f"{sub(r'[^0-9A-Za-z.@-]', '', told)}.eml").write_bytes(content)
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Take mails until the process ends."""
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(keeper, enable_SMTPUTF8=True, hostname="localhost"), LOOPBACK, port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
