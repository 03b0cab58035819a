"""Who is named at a unit is noted in the person's history too: only that one knows when the job ends."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from contracts.base import Event
from contracts.hr.organisation import RoleEvent
from services.chassis.subject import Revision, Subject
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.job_ends import PostNamed
from services.intake.domain.records import PERSON, UNIT, DeputySeen, LeaderSeen
from services.intake.domain.roles import RoleSeen

Arrivals = dict[Subject, list[Revision[Event]]]


def with_named(arrivals: Mapping[Subject, Sequence[Revision[Event]]]) -> Arrivals:
    """What comes to units and persons, and to each person which units name a job of theirs in it."""
    found = {subject: [*revisions] for subject, revisions in arrivals.items()}
    for subject, revisions in arrivals.items():
        for revision in revisions if subject.kind == UNIT else ():
            if (note := _named(revision.body)) is not None:
                person = Subject(PERSON, note.person_key, subject.municipality)
                found.setdefault(person, []).append(Revision(note.fact(), 0, 1, True, revision.known_at, note, note.wire))
    return found


def _named(body: Event) -> PostNamed | None:
    about = body.event if isinstance(body, EventSeen) else body
    if not isinstance(about, LeaderSeen | DeputySeen | RoleSeen | RoleEvent):
        return None
    ids = {name: _plain(getattr(about, name)) for name in ("unit_id", "person_key", "employment_id")}
    return PostNamed(municipality=about.municipality, **ids)


def _plain(number: UUID) -> UUID:
    """The id as the library's own class, whatever it came as."""
    return UUID(int=number.int)
