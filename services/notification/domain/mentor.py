"""Who is told that somebody new is to be mentored: a colleague, when onboarding names them, and whenever that changes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from services.chassis.reference import Reference
from services.chassis.subject import Decision, History, Revision, Situation
from services.notification.domain.mailing import MailWanted, Occasion, wanted

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


@dataclass(frozen=True, slots=True)
class Mentored:
    """The same of who was told so and no longer is."""

    was: Mentoring


def mentors(history: History, reference: Reference, now: datetime) -> Situation:
    """A named colleague is told, also of another first day, and that somebody else is named or the newcomer does not come.

    A team has no address, and what is over is nobody's business.
    """
    naming = history.fact(history.subject.id)
    if naming is None or not isinstance(naming.body, MentorNamed):
        return Situation()
    mentor = naming.body.mentor_key if naming.stands else None
    decisions, rows = list[Decision](), list[Mentoring | Mentored]()
    if mentor is not None:
        rows.append(_row(naming.fact, mentor, naming.body))
        occasion = _news(history, mentor, naming.body, reference.today)
        if occasion is not None:
            decisions.append(_told(history, occasion, mentor, naming.body, reference, now))
    for other in sorted({mail.body.recipient for mail in history.standing(MailWanted)} - {mentor}):
        last, body = _mails(history, other)[-1], _named(history, other)
        if last.body.occasion is not Occasion.MENTOR_GONE:
            if _is_over(body, reference.today) or not _was_heard(history, last):
                continue
            decisions.append(_told(history, Occasion.MENTOR_GONE, other, body, reference, now))
        rows.append(Mentored(_row(naming.fact, other, body)))
    return Situation(decisions=tuple(decisions), rows=tuple(rows))


def _news(history: History, mentor: UUID, body: MentorNamed, today: date) -> Occasion | None:
    """What there is to tell who is named now: nothing where they know, or where the day they know and the new one are over."""
    if _is_over(body, today):
        return None
    mails = _mails(history, mentor)
    if not mails or mails[-1].body.occasion is Occasion.MENTOR_GONE:
        return Occasion.MENTOR
    known = _day_told(history, mails[-1])
    is_news = known is not None and known != body.named_from and today <= max(known, body.named_from)
    return Occasion.MENTOR_MOVED if is_news else None


def _day_told(history: History, mail: Revision[MailWanted]) -> date | None:
    """The first day as the mail told it; none for mails of before that was noted."""
    changed = _changed_before_sent(history, mail)
    return changed.body.named_from if changed is not None else mail.body.first_day


def _was_heard(history: History, mail: Revision[MailWanted]) -> bool:
    """Whether the mail went out as it was decided: to who is named no longer by then none goes."""
    changed = _changed_before_sent(history, mail)
    still = changed is None or (changed.stands and changed.body.mentor_key == mail.body.recipient)
    return still and mail.body.first_day is not None


def _changed_before_sent(history: History, mail: Revision[MailWanted]) -> Revision[MentorNamed] | None:
    """The naming as it was when the mail went out, where that is another one than that it was decided on: a mail says what is true then."""
    then = history.at(mail.body.not_before).fact(history.subject.id)
    return then if then is not None and then.known_at > mail.known_at else None  # type: ignore[return-value]  # of the one fact there is


def _mails(history: History, mentor: UUID) -> list[Revision[MailWanted]]:
    return sorted((mail for mail in history.standing(MailWanted) if mail.body.recipient == mentor), key=lambda mail: mail.body.number)


def _named(history: History, mentor: UUID) -> MentorNamed:
    """The last that was told of somebody who is named no longer."""
    return [r.body for r in _namings(history) if r.body.mentor_key == mentor][-1]


def _namings(history: History) -> Iterator[Revision[MentorNamed]]:
    for revision in history.revisions:  # by order
        if isinstance(revision.body, MentorNamed):
            yield revision  # type: ignore[misc]  # narrowed by its class


def _told(history: History, occasion: Occasion, mentor: UUID, body: MentorNamed, reference: Reference, now: datetime) -> Decision:
    """The first mail has the mentor's key, each later one its number as well."""
    number = len(_mails(history, mentor))
    key = (str(mentor), *([str(number)] if number else []))
    return wanted(history, occasion, mentor, reference, now, *key, first_day=body.named_from, number=number)


def _is_over(body: MentorNamed, today: date) -> bool:
    return body.until is not None and body.until < today


def _row(fact: UUID, mentor: UUID, body: MentorNamed) -> Mentoring:
    return Mentoring(fact, mentor, body.person_key, body.unit_id, body.named_from, body.until, body.mentor_kind)
