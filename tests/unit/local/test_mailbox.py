"""The mail server of a local stack: every mail is a file that only its owner reads, and a mail that comes again is the same file."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
from aiosmtpd.smtp import SMTP

from deploy.local.mailbox import Keeper
from tests.unit.local.test_status import WELL, printed


def mail(name: str) -> EmailMessage:
    """A mail of this name."""
    message = EmailMessage()
    message["Message-ID"], message["Subject"] = name, "Se dine opgaver"
    message["From"], message["To"] = "forbliv@forbliv.example", "leder@fjordby.example"
    message.set_content("Hej")
    return message


async def test_mails_are_kept_as_files_by_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    keeper = Keeper(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(keeper, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        for name in ("<one@forbliv.example>", "<one@forbliv.example>", "<../../two@forbliv.example>"):
            await aiosmtplib.send(mail(name), hostname="127.0.0.1", port=port, start_tls=False)

    assert sorted(path.name for path in folder.iterdir()) == ["....two@forbliv.example.eml", "one@forbliv.example.eml"]
    assert message_from_bytes((folder / "one@forbliv.example.eml").read_bytes())["Subject"] == "Se dine opgaver"
    assert folder.stat().st_mode & 0o077 == 0


def test_a_stack_that_keeps_no_mails_has_no_line_about_them() -> None:
    assert not any(line.startswith("mails") for line in printed(notification=WELL))
