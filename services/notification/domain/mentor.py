"""Who is told that somebody new is to be mentored: a colleague, once, when onboarding names them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation
from services.notification.domain.mailing import Occasion, wanted

KIND = "mentor"


@dataclass(frozen=True, slots=True)
class Mentoring:
    """Somebody is, or will be, the mentor of a newcomer; the row of what a mail to the mentor says."""

    fact: UUID
    mentor: UUID
    newcomer: UUID
    unit_id: UUID
    named_from: date
    until: date | None
    kind: MentorKind


def mentors(history: History, reference: Reference, now: datetime) -> Situation:
    """A named colleague is told, also who comes in another's place; a team has no address, and what is over is nobody's business."""
    named = history.fact(history.subject.id)
    if named is None or not named.stands or not isinstance(named.body, MentorNamed) or named.body.mentor_key is None:
        return Situation()
    body = named.body
    assert body.mentor_key is not None
    row = Mentoring(named.fact, body.mentor_key, body.person_key, body.unit_id, body.named_from, body.until, body.mentor_kind)
    if body.until is not None and body.until < reference.today:
        return Situation(rows=(row,))
    return Situation(decisions=(wanted(history, Occasion.MENTOR, body.mentor_key, reference, now, str(body.mentor_key)),), rows=(row,))
