"""What a source told in one call, into the histories of its persons and units in one transaction: all of it, or none; again: nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.base import Event, SourceSystem
from contracts.hr import UnitChanged
from services.chassis.reconcile import Moment
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision, Subject
from services.intake import delivery_store, identity_store, ours, refused_store, store, told_store
from services.intake.delivery_store import Bringer, Brought
from services.intake.domain.keys import delivery_id, known_at, unit_id
from services.intake.domain.named_posts import with_named
from services.intake.domain.records import DELIVERY, RowRefused, Seen
from services.intake.identity import holding, without_erased
from services.intake.identity_store import SEPARATOR, Prints
from services.intake.judging import Entry, Judge, ids_named, own_chain
from services.intake.ours import Named, OurIds
from services.intake.refused_store import SealedRow
from services.intake.told.event import Refused, Told
from services.intake.told.faults import Fault, Reason
from services.intake.vault import Vault


class Outcome(StrEnum):
    """What became of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calls these are. `first_load`: what was registered before `live_from` counts as known then."""

    name: str
    source: str
    municipality: str
    live_from: date
    first_load: bool = False
    came_by: SourceSystem = SourceSystem.CLOUDEVENTS


class Answer(NamedTuple):
    """What is answered about one event, in the order they came."""

    outcome: Outcome
    faults: Sequence[Fault] = ()


Verdicts = Mapping[int, Fault | bool]
"""By place: what is wrong with an event, or whether it is new."""
Arrivals = dict[Subject, list[Revision[Event]]]


async def take(runtime: Runtime, vault: Vault, feed: Feed, heard: Sequence[Told | Refused], content: bytes) -> list[Answer]:
    """Keep what was told and say what comes of it; durable when this returns. Raises `Unopened` where a key is missing.

    `content`: the call as it came, by which one that cannot be read is told from another.
    """
    async with runtime.transaction() as (conn, moment):
        prints = await identity_store.prints(conn, vault)
        heard = await without_erased(conn, prints, feed.municipality, heard)
        entries = await entries_of(conn, prints, feed, heard)
        verdicts = await verdicts_on(conn, prints, feed, entries)
        answers = [_answer(each, verdicts.get(place)) for place, each in enumerate(heard)]
        arrivals: Arrivals = {}
        for entry in entries:
            if verdicts[entry.place] is True:
                arrivals.setdefault(entry.subject, []).append(_revision(entry.seen, moment, feed))
        number, refused = await _deliver(conn, feed, moment, answers, _digest(prints, feed.source, content, answers, entries))
        done = await runtime.reconcile(conn, with_named(arrivals) | refused, moment)
        await delivery_store.count_said(conn, number, Counter(dict(out.headers)["ce_type"] for out in done.work.outbox))
    done()
    return answers


async def turn_down(runtime: Runtime, vault: Vault, feed: Feed, reason: str, places: Mapping[str, str], content: bytes) -> None:
    """Keep a call that holds no events as a delivery refused whole, why it is, and nothing of what it told. Raises `Unopened`."""
    async with runtime.transaction() as (conn, moment):
        prints = await identity_store.prints(conn, vault)
        number = await _open(conn, feed, moment, hashlib.sha256(_call(prints, feed.source, content).encode()).hexdigest(), (0, 0))
        await delivery_store.turn_down(conn, number, reason, places)


async def entries_of(conn: Connection, prints: Prints, feed: Feed, heard: Sequence[Told | Refused]) -> list[Entry]:
    """The events that can be read, each with its record; what begins a chain before what supersedes it."""
    placed = sorted(((place, each) for place, each in enumerate(heard) if isinstance(each, Told)), key=lambda p: not p[1].is_first)
    ids = await _ids(conn, prints, feed, [told for _, told in placed])
    return [Entry(place, told, *ours.record(told, ids, feed.municipality, feed.name, feed.came_by)) for place, told in placed]


async def _ids(conn: Connection, prints: Prints, feed: Feed, told: Sequence[Told]) -> OurIds:
    named, code = Named.by(told), feed.municipality
    persons, employments, units = (ours.possible_ids(keys) for keys in (named.persons, named.employments, named.units))
    known = {str(key): key for key in await told_store.our_persons(conn, code, persons)}
    at_work = {str(key): key for key in await told_store.our_employments(conn, code, employments)}
    our_units = {unit_id(code, unit) for unit in await store.known_units(conn, code)} & units if units else units
    minted = await identity_store.person_keys(conn, prints, code, named.persons - known.keys())
    jobs = await identity_store.employment_keys(conn, prints, code, named.employments - at_work.keys())
    facts = await told_store.facts(conn, prints, feed.source, named.facts)
    chains = {chain: row.fact for chain, row in facts.items()}
    return OurIds({**minted, **known}, {**jobs, **at_work}, frozenset(our_units), chains)


async def verdicts_on(conn: Connection, prints: Prints, feed: Feed, entries: Sequence[Entry]) -> dict[int, Fault | bool]:
    """What becomes of each event beside what the source said before; what is new is kept."""
    facts = await told_store.facts(conn, prints, feed.source, {e.told.chain for e in entries})
    judge = Judge(
        came=await told_store.came(conn, prints, feed.source, ids_named(entries)),
        numbered=await told_store.numbered(conn, {e.seen.told_fact for e in entries if e.seen.number}),
        facts={row.fact: row for row in facts.values()},
        begun=await told_store.begun(conn, prints, feed.source, {own_chain(e.told) for e in entries if e.told.attributes.supersedes}),
    )
    verdicts = {entry.place: judge.verdict(entry) for entry in entries}
    fresh = {e.row.id: e for e in entries if verdicts[e.place] is True}
    kept = await told_store.keep(conn, prints, feed.source, [e.row for e in fresh.values()])
    if beaten := fresh.keys() - kept:  # another call brought the same id meanwhile, as another fact
        verdicts |= {fresh[name].place: Fault(Reason.ID_TAKEN, "id") for name in beaten}
    await told_store.bind(conn, [row for row in judge.facts.values() if row.subject is not None])
    told_units = [e.told.body for e in entries if verdicts[e.place] is True and e.seen.type == UnitChanged.wire]
    await store.keep_units(conn, feed.municipality, [body.model_dump()["unit_id"] for body in told_units])
    await identity_store.hold(conn, filter(None, (holding(e.seen.event) for e in entries if verdicts[e.place] is True)))
    return verdicts


def _answer(heard: Told | Refused, verdict: Fault | bool | None) -> Answer:
    if isinstance(heard, Refused):
        return Answer(Outcome.REFUSED, heard.faults)
    if isinstance(verdict, Fault):
        return Answer(Outcome.REFUSED, (verdict,))
    return Answer(Outcome.ACCEPTED if verdict else Outcome.DUPLICATE)


def _digest(prints: Prints, source: str, content: bytes, answers: Sequence[Answer], entries: Iterable[Entry]) -> str:
    """What tells one call from another: the same events are the same call, whenever an SDK stamps them; ids and raw text only keyed.

    What cannot be read is only itself: then nothing but the whole call again is the same one.
    """
    told = {e.place: f"{prints.newest(SEPARATOR.join(('call', source, e.row.id))).hex()} {e.row.content.hex()}" for e in entries}
    parts = [f"{told.get(place, '')} {[(f.reason.value, f.field) for f in each.faults]}" for place, each in enumerate(answers)]
    if len(told) < len(answers):
        parts.append(_call(prints, source, content))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _call(prints: Prints, source: str, content: bytes) -> str:
    return prints.newest(SEPARATOR.join(("call", source, hashlib.sha256(content).hexdigest()))).hex()


async def _open(conn: Connection, feed: Feed, moment: Moment, digest: str, counts: tuple[int, int]) -> UUID:
    """Note a call of so many events, of which so many are refused."""
    number = delivery_id(feed.municipality, feed.name, digest)
    await store.open_delivery(conn, store.DeliveryRow(number, feed.municipality, feed.name, digest, moment.stamp, False, False, *counts))
    await delivery_store.bring(conn, number, "events", Brought(Bringer.SOURCE, feed.source))
    return number


async def _deliver(conn: Connection, feed: Feed, moment: Moment, answers: Sequence[Answer], digest: str) -> tuple[UUID, Arrivals]:
    """The call as a delivery: counts, and of what was refused the place, the reason and the field; what it told stays with its sender."""
    refused = [(place, each.faults[0]) for place, each in enumerate(answers) if each.outcome is Outcome.REFUSED]
    number = await _open(conn, feed, moment, digest, (len(answers), len(refused)))
    await store.close_delivery(conn, number, len(refused))
    name = f"call-{digest[:12]}"
    kept = [(name, SealedRow(place + 1, f.reason.value, f.field, None)) for place, f in refused]
    await refused_store.keep(conn, number, kept)
    subject = Subject(DELIVERY, number, feed.municipality)
    rows = [_revision(_refusal(feed, moment, name, place + 1, fault), moment, feed) for place, fault in refused]
    return number, {subject: rows} if rows else {}


def _refusal(feed: Feed, moment: Moment, name: str, line: int, fault: Fault) -> RowRefused:
    return RowRefused(
        municipality=feed.municipality,
        feed=feed.name,
        registered_at=moment.stamp,
        file_ref=name,
        row=line,
        reason=fault.reason.value,
        field=_code(fault.field),
    )


def _code(field: str) -> str:
    """The name of a field, as far as a code holds it."""
    return field.lower()[:40]


def _revision(seen: Seen, moment: Moment, feed: Feed) -> Revision[Event]:
    known = known_at(seen.registered_at, moment.stamp, feed.live_from, first_load=feed.first_load)
    return Revision(seen.fact(), 0, 1, True, known, seen, seen.wire)
