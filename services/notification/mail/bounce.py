"""What comes back: a refusal of the mail server, or a report that it sent later. HR is told, and has the tasks of who was not reached."""

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from re import search
from uuid import UUID

from services.chassis.logs import Word, warn
from services.chassis.runtime import Runtime
from services.chassis.subject import Revision, Subject, fact_id
from services.notification.domain.duty import SERVICE_NAME
from services.notification.domain.mailing import MailBounced
from services.notification.mail import store

FAILED = "failed"
MESSAGE_ID = r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@"


async def bounced(runtime: Runtime, mail_id: UUID, why: str) -> bool:
    """A mail came back: HR has the open tasks of its recipient too. Whether it is one of ours, and not known to have come back.

    All in one transaction: who is told of a bounce twice changes nothing.
    """
    async with runtime.transaction() as (conn, moment):
        found = await store.settle_bounced(conn, mail_id, moment.stamp, why)
        if found is None:
            return False
        municipality, person = found
        arrivals = {}
        for task in await store.held_by(conn, person):
            subject = Subject("task", task, municipality)
            body = MailBounced(municipality=municipality, holder_key=person)
            fact = fact_id(SERVICE_NAME, subject, ("bounced", str(mail_id)))
            arrivals[subject] = [Revision(fact, 0, 1, True, moment.stamp, body, body.wire)]
        done = await runtime.reconcile(conn, arrivals, moment)
    done()
    warn(Word.MAIL_REFUSED, reason="came back", count=len(arrivals))
    return True


def mail_that_failed(report: bytes) -> tuple[UUID, str] | None:
    """Which mail of ours a report says was not delivered (RFC 3464), and its status code; none where it says no such thing.

    A report that is only late (`delayed`) says nothing for good, and an answer of a person is no report.
    """
    message = message_from_bytes(report, policy=default)
    if message.get_content_type() != "multipart/report":
        return None
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    fields = [field for field in _fields(status) if field.get("action", "").strip().lower() == FAILED]
    named = next((found for part in message.walk() if (found := _message_id(part)) is not None), None)
    if not fields or named is None:
        return None
    code = search(r"\d\.\d{1,3}\.\d{1,3}", str(fields[0].get("status", "")))
    return named, code[0] if code else FAILED


def _fields(status: Message | None) -> list[Message]:
    """The groups of fields of a report: one about the message, one for each recipient."""
    payload = status.get_payload() if status is not None else []
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _message_id(part: Message) -> UUID | None:
    """The name of the mail that came back: whole, or its header alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        told = str(inner[0].get("Message-ID", "")) if isinstance(inner, list) and isinstance(inner[0], Message) else ""
    elif kind == "text/rfc822-headers" and isinstance(part, EmailMessage):
        told = str(part.get_content())
    else:
        return None
    found = search(rf"(?i)(?:^|message-id:\s*){MESSAGE_ID}", told)
    return UUID(found[1]) if found else None
