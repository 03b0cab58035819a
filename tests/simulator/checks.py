"""What must hold: at every commit, and when the world has come to rest. Each promise is a function; the words name it."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from services.chassis.calendar import day_of, midnight
from services.chassis.packing import key_of, unpack_booked
from services.chassis.runtime import readers_of
from services.chassis.tables.outbox import Unsent
from tests.simulator import truth
from tests.simulator.memory.database import Rows
from tests.simulator.memory.tables.consumed import Kept as Read
from tests.simulator.memory.tables.sayings import Kept as Spoken
from tests.simulator.memory.tables.subjects import Kept as Held
from tests.simulator.service import LEDGER, VERSIONS
from tests.simulator.truth import Fact
from tests.simulator.world import HEARD, SPOKEN, World

RANG, PLANNED = "toy.bell-rang.v1", "toy.bell-planned.v1"
EARLY = "a bell rang early"  # a subject whose day came does not forget it when the clock is set back
UNREAD = "a bell rang before everything sent until then was read"
TWICE = "a bell rang twice"
MINTED = "an id was said twice"
AGAIN = "something was said again unchanged"
OLDER = "older code derived what newer code had derived"
LOST = "something heard is in no history"
DOUBLED = "something stands in a history twice"
DEAD = "the dead letters are not those no code can read"
REFUSED = "a record was refused without a reason of its own"
CLAIMS = "the standing statements are not those of an undisturbed run"
ROWS = "the rows are not those of an undisturbed run"
FIGURES = "the ledger is not exact"
UNSENT = "something said is not on the bus"
UNSAID = "what was said last is not what stands"
STRANGE = "something on the bus was never said"
REPEATED = "the relay repeated itself although nobody failed"
DISORDER = "the revisions of a fact came onto the bus out of order"
OVERTAKEN = "the last record of a fact on the bus is not its highest revision"
NAMES = "the names are not those of the directory"
ANSWER = "an ask that was answered is in no history"

READERS = [readers_of(version) for version in VERSIONS.values()]


class Watch:
    """Looks at every commit."""

    def __init__(self, world: World) -> None:
        """Begin to look."""
        self.problems: list[str] = []
        self.outbox: dict[str, Unsent] = {}
        """All that was ever said, by id."""
        self._world = world
        self._last: dict[str, tuple[str, str, str]] = {}
        self._bells: dict[str, tuple[str, str]] = {}
        self._derived: dict[tuple[object, ...], int] = {}
        world.database.committed.append(self._look)

    def _look(self, writes: Rows) -> None:
        for key, kept in writes.get("subject", {}).items():
            if kept.derived_with < self._derived.get(key, 0):
                self.problems.append(OLDER)
            self._derived[key] = kept.derived_with
        for _, held in sorted(writes.get("outbox", {}).items()):
            if held is not None:
                self._said(held[0])

    def _said(self, row: Unsent) -> None:
        headers = dict(json.loads(row.headers))
        if headers["ce_id"] in self.outbox:
            self.problems.append(MINTED)
        self.outbox[headers["ce_id"]] = row
        saying = headers["ce_type"], headers["ce_stands"], row.body
        if self._last.get(headers["ce_fact"]) == saying:
            self.problems.append(AGAIN)
        self._last[headers["ce_fact"]] = saying
        if headers["ce_type"] in {RANG, PLANNED} and headers["ce_stands"] == "true":
            self._bell(headers["ce_type"], headers["ce_fact"], json.loads(row.body)["rings_on"], headers["ce_time"])

    def _bell(self, kind: str, fact: str, rings_on: str, said_at: str) -> None:
        if kind == PLANNED and self._bells.get(fact) == (RANG, rings_on):
            self.problems.append(TWICE)
        self._bells[fact] = (kind, rings_on)
        if kind == RANG:
            opens = midnight(date.fromisoformat(rings_on))
            clock = self._world.clock
            if clock.highest < opens or (datetime.fromisoformat(said_at) < opens and not clock.was_set_back):
                self.problems.append(EARLY)
            if any(self._is_unread(topic, number, opens) for topic, number in self._world.log.partitions() if topic in HEARD):
                self.problems.append(UNREAD)

    def _is_unread(self, topic: str, number: int, until: datetime) -> bool:
        """By nobody: who hears less has a fence of its own."""
        consumed: dict[tuple[object, ...], Read] = self._world.database.rows["consumed"]
        fence = max(consumed.get((readers[topic], topic, number), Read()).next_offset for readers in READERS)
        return any(record.after < until for record in self._world.log.read((topic, number), fence, 1))


def wrong(world: World, asked: set[UUID], watch: Watch, *, is_calm: bool) -> Iterator[str]:
    """What does not hold at rest."""
    good = [r for topic in HEARD for r in world.log.records(topic) if (r.topic, r.partition, r.offset) not in world.poison]
    facts = {f.id: f for f in (truth.read(r) for r in good if r.value is not None)}
    jobs = [f for f in facts.values() if f.type.startswith("hr.hired") or f.type.startswith("hr.employment")]
    closings = [f for f in facts.values() if f.type == "hr.calendar-changed.v1"]
    yield from _histories(world, jobs, asked)
    letters, poison = set(world.database.rows["dead_letter"]), {(*place, headers) for place, headers in world.poison.items()}
    if not poison <= letters <= poison | world.buried:
        yield DEAD
    if any(letter.why.reason.startswith("nobody here") for letter in world.database.rows["dead_letter"].values()):
        yield REFUSED
    yield from _claims(world, jobs, closings)
    if {cell: amount for cell, amount in world.database.rows[LEDGER].items() if amount} != _cells(world, jobs):
        yield FIGURES
    yield from _bus(world, watch, is_calm=is_calm)
    directory = truth.names(r for r in good if r.topic == HEARD[0])
    if {str(person): row.name for (person,), row in world.database.rows["directory"].items() if row.name} != directory:
        yield NAMES


def _histories(world: World, jobs: list[Fact], asked: set[UUID]) -> Iterator[str]:
    lines = Counter((UUID(line[1].decode()), int(line[3])) for line in _lines(world, "person"))
    if any(count > 1 for count in lines.values()):
        yield DOUBLED
    if {(f.fact, f.number) for f in jobs} - set(lines):
        yield LOST
    if asked - {fact for fact, _ in lines}:
        yield ANSWER


def _lines(world: World, kind: str) -> Iterator[list[bytes]]:
    """All lines of all histories of a kind: type, fact, epoch, revision, stands, known at, body."""
    for (its_kind, _), held in world.database.rows["subject"].items():
        if its_kind == kind:
            yield from (line.split(b"\t", 6) for line in held.history.split(b"\n") if line)


def _silenced(world: World) -> set[str]:
    return {json.loads(line[-1])["employment_id"] for line in _lines(world, "person") if line[0] == b"ask.silence-bell"}


def _by_person(jobs: list[Fact]) -> dict[UUID, list[Fact]]:
    found: defaultdict[UUID, list[Fact]] = defaultdict(list)
    for fact in jobs:
        found[UUID(fact.body["person_key"])].append(fact)
    return found


def _broken(world: World) -> set[UUID]:
    rows: dict[tuple[str, UUID], Held] = world.database.rows["subject"]
    return {number for (_, number), held in rows.items() if held.broken is not None}


def _claims(world: World, jobs: list[Fact], closings: list[Fact]) -> Iterator[str]:
    silenced, broken = _silenced(world), _broken(world)
    today = day_of(world.clock.read())
    wanted = {
        (person, *claim)
        for person, mine in _by_person(jobs).items()
        if person not in broken
        for claim in truth.statements(mine, closings, silenced, today, world.newest)
    }
    rows: dict[tuple[str, UUID, str], Spoken] = world.database.rows["statement"]
    claimed = {
        (person, kept.said.revision.type, key_of(key)[1], _told(kept), truth.text(json.loads(kept.text)))
        for (_, person, key), kept in rows.items()
        if kept.said.revision.stands and person not in broken
    }
    if claimed != wanted:
        yield f"{CLAIMS}: missing {sorted(map(str, wanted - claimed))}, too many {sorted(map(str, claimed - wanted))}"
    standing = [kept for kept in rows.values() if kept.said.revision.stands]
    counted = Counter(_told(kept) for kept in standing if kept.said.revision.type == "toy.counted")
    shown = {str(number): row[0] for (kind, number), row in world.database.rows["rows"].items() if kind == "unit" and row[0]}
    if shown != counted:
        yield ROWS


def _cells(world: World, jobs: list[Fact]) -> dict[truth.Cell, int]:
    """The cells of everybody who is whole, recomputed; and of who is broken what was booked before."""
    broken = _broken(world)
    cells = Counter(truth.ledger(job for job in jobs if UUID(job.body["person_key"]) not in broken))
    rows: dict[tuple[str, UUID], Held] = world.database.rows["subject"]
    for (_, number), held in rows.items():
        if number in broken:
            booked = unpack_booked(held.booked)
            cells.update({(held.municipality, str(day), str(unit), str(month)): n for (day, unit, month), n in booked.items()})
    return {cell: amount for cell, amount in cells.items() if amount}


def _told(kept: Spoken) -> str:
    return "" if kept.said.to is None else str(kept.said.to.id)


def _bus(world: World, watch: Watch, *, is_calm: bool) -> Iterator[str]:
    records = world.log.records(SPOKEN)
    seen: dict[str, object] = {}
    last: dict[str, tuple[int, str, str]] = {}
    revisions: defaultdict[str, list[int]] = defaultdict(list)
    for record in records:
        headers = {name: (value or b"").decode() for name, value in record.headers}
        row = watch.outbox.get(headers["ce_id"])
        if row is None or (row.body.encode(), dict(json.loads(row.headers))) != (record.value, headers):
            yield STRANGE
        if headers["ce_id"] not in seen and int(headers["ce_revision"]) != last.get(headers["ce_fact"], (0,))[0] + 1:
            yield DISORDER
        if is_calm and headers["ce_id"] in seen:
            yield REPEATED
        if headers["ce_id"] not in seen:
            last[headers["ce_fact"]] = (int(headers["ce_revision"]), headers["ce_stands"], (record.value or b"").decode())
        seen[headers["ce_id"]] = record
        revisions[headers["ce_fact"]].append(int(headers["ce_revision"]))
    if any(numbers[-1] < max(numbers) for numbers in revisions.values()):
        yield OVERTAKEN
    if set(watch.outbox) - set(seen):
        yield UNSENT
    for kept in world.database.rows["statement"].values():
        held = kept.said.revision
        if kept.said.to is None and last.get(str(held.fact)) != (held.revision, str(held.stands).lower(), kept.text):
            yield UNSAID
