"""Whose rows these are: who was erased stays away, and who gets another number stays who it is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Self
from uuid import UUID

from contracts.base import Event
from contracts.hr import Hired
from services.chassis.service import Connection
from services.intake import identity_store
from services.intake.identity_store import NO_DAY, Known, Prints
from services.intake.ours import Named, keys_named
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.seen import Keys, claim_of, persons
from services.intake.told.bodies import EMPLOYMENTS, PERSONS
from services.intake.told.event import Refused, Told
from services.intake.told.faults import Fault, Reason
from services.intake.vault import Vault

STARTING = frozenset({Kind.EMPLOYMENTS, Kind.FACTS})
"""The rows whose first day is that of the employment."""


class Whose(NamedTuple):
    """The rows that can be taken, with the opaque keys of what they name, and how many tell of somebody who was erased."""

    drafts: Sequence[Draft]
    keys: Keys
    erased: int

    def then(self, later: Self) -> "Whose":
        """With what was found of further rows, which knew of these."""
        one, two = self.keys, later.keys
        keys = Keys({**one.persons, **two.persons}, {**one.employments, **two.employments}, {**one.kept, **two.kept})
        return Whose([*self.drafts, *later.drafts], keys, self.erased + later.erased)


async def whose(conn: Connection, vault: Vault, municipality: str, drafts: Sequence[Draft]) -> Whose:
    """Find or mint the keys of these rows. Raises `Unopened` where a key of the vault is missing."""
    first, later = in_turn(drafts)
    found = await _whose(conn, vault, municipality, first)
    return found.then(await whose(conn, vault, municipality, later)) if later else found


def in_turn(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Draft]]:
    """All rows of who claims an employment that an earlier row shows under another number come later: as if in another batch."""
    holders: dict[tuple[str, date], str] = {}
    after: set[str] = set()
    for draft in drafts:
        start = start_of(draft)
        if start is not None and draft.person and holders.setdefault((draft.employment, start), draft.person) != draft.person:
            after.add(draft.person)
    return [d for d in drafts if d.person not in after], [d for d in drafts if d.person in after]


async def _whose(conn: Connection, vault: Vault, municipality: str, drafts: Sequence[Draft]) -> Whose:
    prints = await identity_store.prints(conn, vault)
    known = await identity_store.known(conn, prints, municipality, persons(drafts), _numbers(drafts))
    here = [draft for draft in drafts if not is_erased(draft, known)]
    kept = {claim_of(draft): person for draft in here if (person := keeper(draft, known)) is not None} if known.holders else {}
    changed = {d.person: kept[claim_of(d)] for d in here if start_of(d) is not None and claim_of(d) in kept} if kept else {}
    await identity_store.bind(conn, prints, municipality, changed, known.persons)
    named = {person for d in here for person in persons([d]) if person != d.person or claim_of(d) not in kept} if kept else persons(here)
    people = {person: key for person, key in known.persons.items() if person not in changed}
    keys = Keys(
        await identity_store.person_keys(conn, prints, municipality, named, people),
        await identity_store.employment_keys(conn, prints, municipality, _numbers(here), known.employments),
        kept,
    )
    shown = ((keys.employments[d.employment], start_of(d) or NO_DAY, keys.person_of(d)) for d in here if d.employment)
    await identity_store.hold(conn, shown)
    return Whose(here, keys, len(drafts) - len(here))


def start_of(draft: Draft) -> date | None:
    """The first day of the employment, where the row tells it."""
    found: date | None = draft.fields.get("first_day") if draft.kind in STARTING else None
    return found


def is_erased(draft: Draft, known: Known) -> bool:
    """Whether a row tells of somebody who was erased. An employment that begins later is another one, of somebody new."""
    if not (known.stopped_persons or known.stopped_employments):
        return False
    named = persons([draft])
    days = [known.stopped_persons[person] for person in named if person in known.stopped_persons]
    if draft.employment in known.stopped_employments:
        days.append(known.stopped_employments[draft.employment])
    if not days:
        return False
    start = start_of(draft)
    if start is not None:
        return start <= max(days)
    return bool(named - known.persons.keys()) or (draft.employment != "" and draft.employment not in known.employments)


def keeper(draft: Draft, known: Known) -> UUID | None:
    """Whose the employment of a row is, where that is somebody else than its person number tells: the number was changed.

    The same employment with the same first day is the same person's. A row that does not tell the first day follows the employment
    only where nobody knows its person number.
    """
    held = known.holders.get(known.employments[draft.employment]) if draft.employment in known.employments else None
    if not held or not draft.person:
        return None
    here, start = known.persons.get(draft.person), start_of(draft)
    if start is not None:
        return found if (found := held.get(start)) != here else None
    return next(iter(held.values())) if here is None and len(set(held.values())) == 1 else None


def _numbers(drafts: Iterable[Draft]) -> set[str]:
    return {draft.employment for draft in drafts if draft.employment}


async def without_erased(conn: Connection, prints: Prints, municipality: str, heard: Sequence[Told | Refused]) -> list[Told | Refused]:
    """What was told, refused where it is about somebody who was erased; a hire from a later day is of somebody new."""
    told = [each for each in heard if isinstance(each, Told)]
    named = Named.by(told)
    known = await identity_store.known(conn, prints, municipality, named.persons, named.employments)
    if not known.stopped_persons and not known.stopped_employments:
        return list(heard)
    return list(_judged(heard, known))


def holding(event: Event) -> tuple[UUID, date, UUID] | None:
    """Under which person an event shows an employment, as `identity_store.hold` wants it."""
    person, employment = getattr(event, "person_key", None), getattr(event, "employment_id", None)
    if person is None or employment is None:
        return None
    return employment, event.effective_date if isinstance(event, Hired) else NO_DAY, person


def _judged(heard: Iterable[Told | Refused], known: Known) -> Iterator[Told | Refused]:
    alive = {*((True, key) for key in known.persons), *((False, key) for key in known.employments)}
    for each in heard:
        stopped = dict(_stopped(each, known)) if isinstance(each, Told) else {}
        if not isinstance(each, Told) or not stopped:
            yield each
            continue
        hire = each.attributes.type == Hired.wire
        if hire and each.body.model_dump()["effective_date"] > max(stopped.values()):
            alive |= {(name in PERSONS, value) for name, value in keys_named(each)}
        elif gone := sorted(name for name in stopped if hire or (name in PERSONS, getattr(each.body, name)) not in alive):
            yield Refused((Fault(Reason.ERASED_BEFORE, gone[0]),), each.attributes.id, each.attributes.source)
            continue
        yield each


def _stopped(told: Told, known: Known) -> Iterator[tuple[str, date]]:
    """The fields that name somebody who was erased, and when."""
    for name, value in keys_named(told):
        days = known.stopped_persons if name in PERSONS else known.stopped_employments if name in EMPLOYMENTS else {}
        if value in days:
            yield name, days[value]
