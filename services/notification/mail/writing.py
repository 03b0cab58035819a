"""A letter as text, as HTML, and as a message that can be sent. Pure."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from uuid import UUID

from jinja2 import Environment

from services.chassis.web.rendering import environment
from services.notification.mail.letter import Block, Letter

FOLDER = Path(__file__).parents[1]
POLICY = SMTP.clone(max_line_length=400, cte_type="7bit")
"""A long link stays a link: folded at 78 characters it would become an encoded word, which no mail program follows. The lines are shorter
than the 998 characters of RFC 5322 all the same, and every server takes them.
"""


def text_of(letter: Letter) -> str:
    """The text part, which comes first; read aloud or in a small window it says all."""
    parts = ["\n\n".join(letter.opening), *map(_block, letter.blocks), f"{letter.see}:\n{letter.link}", "\n".join(letter.closing)]
    return "\n\n".join([*parts, *([letter.choices] if letter.choices else [])]) + "\n"


def _block(block: Block) -> str:
    lines = ["\n".join(f"  {part}" for part in (f"- {line.what}", line.where, line.when, line.link) if part) for line in block.lines]
    return "\n".join([*([block.heading, ""] if block.heading else []), "\n\n".join(lines)])


def html_of(letter: Letter) -> str:
    """The same as HTML; without a style or a picture, since a picture would tell that it was read."""
    return _environment().get_template("mail/letter.html").render(letter=letter)


@cache
def _environment() -> Environment:
    return environment((FOLDER,))


def message_of(letter: Letter, mail_id: UUID, sender: str, to: str, moment: datetime) -> EmailMessage:
    """The message. Its `Message-ID` is that of the mail, however often it is sent. Raises `ValueError` for an address that is none."""
    message = EmailMessage(POLICY)
    message["Subject"] = letter.subject
    message["From"] = Address("Forbliv", addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = moment
    message["Message-ID"] = message_id(mail_id, sender)
    message["Auto-Submitted"] = "auto-generated"
    if letter.choices:
        message["List-Unsubscribe"] = f"<{letter.choices}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text_of(letter))
    message.add_alternative(html_of(letter), subtype="html")
    message["Content-Language"] = letter.language  # last: content that is set takes such fields away
    return message


def bytes_of(message: EmailMessage) -> bytes:
    """As it is sent; a sender's own way to write it would fold the links."""
    return message.as_bytes(policy=POLICY)


def message_id(mail_id: UUID, sender: str) -> str:
    """Under which name a mail travels."""
    return f"<{mail_id}@{sender.rpartition('@')[2]}>"
