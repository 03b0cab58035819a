"""Cases of the wellbeing team, and the word with those who left and agreed to hear from us: local only."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, Word
from contracts.retention.absence import RestrictedEvent


class Effort(Word):
    """Who of the wellbeing team helps (S2, R7)."""

    CONSULTANT = "consultant"
    ABSENCE_ADVISER = "absence-adviser"
    SUPERVISION = "supervision"
    UNKNOWN = "unknown"


class WellbeingCase(RestrictedEvent):
    """Somebody asked the wellbeing team for help; an adviser takes it on."""

    case_id: UUID
    effort: Effort
    call: Call


class WellbeingCasePlanned(WellbeingCase):
    """Asked for, to begin later."""

    wire: ClassVar[str] = "retention.wellbeing-case-planned.v1"


class WellbeingCaseDue(WellbeingCase):
    """An adviser is asked."""

    wire: ClassVar[str] = "retention.wellbeing-case-due.v1"


class WellbeingCaseDone(WellbeingCase):
    """Closed; how the person fared is counted, not told."""

    wire: ClassVar[str] = "retention.wellbeing-case-done.v1"

    done_on: date


class WellbeingCaseMissed(WellbeingCase):
    """Nobody took it on before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.wellbeing-case-missed.v1"


class AlumniContact(RestrictedEvent):
    """A word with somebody who left and agreed to it; the consent ends on `consent_until`."""

    consent_until: date
    call: Call


class AlumniContactPlanned(AlumniContact):
    """Agreed, the day not come."""

    wire: ClassVar[str] = "retention.alumni-contact-planned.v1"


class AlumniContactDue(AlumniContact):
    """The leader or HR is asked to get in touch."""

    wire: ClassVar[str] = "retention.alumni-contact-due.v1"


class AlumniContactDone(AlumniContact):
    """They spoke."""

    wire: ClassVar[str] = "retention.alumni-contact-done.v1"

    done_on: date


class AlumniContactMissed(AlumniContact):
    """Not before `call.missed_after` had passed, or the consent was taken back; see `call.state`."""

    wire: ClassVar[str] = "retention.alumni-contact-missed.v1"
