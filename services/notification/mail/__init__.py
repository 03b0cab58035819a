"""Mail: an outbox of its own, digests, single mails, what comes back; and the card of counts. People are never told by mail alone."""

from services.notification.mail.choices import ROUTES
from services.notification.mail.coming_store import save as save_coming
from services.notification.mail.digests import make_digests
from services.notification.mail.health import alarms, pending
from services.notification.mail.mentor_store import save as save_mentors
from services.notification.mail.sending import send_mails
from services.notification.mail.store import save

LOOPS = (make_digests, send_mails)

__all__ = ["LOOPS", "ROUTES", "alarms", "pending", "save", "save_coming", "save_mentors"]
