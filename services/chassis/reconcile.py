"""The one transaction: lock the subjects, add what is new, derive, compare, save. Only this file writes what a subject holds.

Four doors use it: a batch of the bus, one ask over HTTP, the subjects whose time has come, a changed reference.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from uuid import UUID

from contracts.base import Event
from services.chassis.advance import Advance, Said, State, advance, empty
from services.chassis.broken import pause_after
from services.chassis.envelope import Cause, Outgoing, outgoing
from services.chassis.failures import raised
from services.chassis.kept import Kept
from services.chassis.logs import Word, warn
from services.chassis.packing import growth, is_time_to_sum, mark, pack, pack_booked, unpack, unpack_booked
from services.chassis.reference import Snapshot
from services.chassis.rules import Rules
from services.chassis.service import Changed, Connection, Service, SubjectKind
from services.chassis.subject import DECISION, Booking, History, Number, Revision, Subject, body_text
from services.chassis.tables import Tables, wakes
from services.chassis.tables.subjects import Added, SubjectRow, SubjectSave
from services.chassis.traces import NoTraces, Traces

KNOWN_SUBJECTS = 500_000
PIECE = 5_000

Arrivals = Mapping[Subject, Sequence[Revision[Event]]]
Told = tuple[Subject, Said, str]
"""What was said last under a key of a subject, with the text of its body."""


@dataclass(frozen=True, slots=True)
class Moment:
    """`stamp`: the clock, when what is said becomes known. `now`: until when all inputs are read; what the clock may do."""

    stamp: datetime
    now: datetime


@dataclass(slots=True)
class Work:
    """What one transaction has done so far; forgotten when it fails."""

    changed: list[Changed] = field(default_factory=list)
    saves: list[SubjectSave] = field(default_factory=list)
    said: list[Told] = field(default_factory=list)
    said_first: list[Told] = field(default_factory=list)
    """The same of subjects of which nothing was said before."""
    outbox: list[Outgoing] = field(default_factory=list)
    booked: Counter[tuple[str, Booking]] = field(default_factory=Counter)
    kept: dict[Subject, tuple[int, State]] = field(default_factory=dict)
    joined: set[Number] = field(default_factory=set)
    """Every revision that was new to a history."""
    erased: set[Subject] = field(default_factory=set)
    known: set[Subject] = field(default_factory=set)
    """Subjects that have a row once this is durable."""
    is_derived_later: bool = False
    broken: int = 0
    derive_seconds: float = 0.0


def _only_added(state: State, new: Sequence[Revision[Event]], wake_at: datetime) -> Advance:
    fresh = tuple({r.number: r for r in new if r not in state.history}.values())
    return Advance(state._replace(history=state.history.plus(fresh), wake_at=wake_at), None, (), fresh, {})


def _all_later(new: Sequence[Revision[Event]], row: SubjectRow) -> bool:
    """Whether all of these became known after whatever the history holds: then none is in it, and it need not be read."""
    return all(r.known_at > row.latest for r in new)


def _pieces(subjects: Sequence[Subject]) -> Iterator[Sequence[Subject]]:
    """Some thousand at a time: what is read of them is let go of before the next are read."""
    for start in range(0, len(subjects), PIECE):
        yield subjects[start : start + PIECE]


def in_lock_order(subjects: Iterable[Subject]) -> list[Subject]:
    """Subjects of one kind in the order in which everybody locks them."""
    return sorted(subjects, key=lambda s: s.id.int)


class Reconciler:
    """Reconciles the subjects of one service. One transaction at a time per reconciler; keeps what it has parsed."""

    def __init__(
        self, service: Service, rules: Mapping[str, Rules], *, tables: Tables, epoch: int = 0, traces: Traces | None = None
    ) -> None:
        """Hold the service and the rules of every municipality it serves."""
        self.service = service
        self._tables = tables
        self.rules = rules
        self._epoch = epoch
        self.traces: Traces = traces or NoTraces()
        self.kept = Kept()
        self._known: set[Subject] = set()
        self._snapshots: dict[str, tuple[int, Snapshot]] = {}

    async def reconcile(self, conn: Connection, arrivals: Arrivals, moment: Moment) -> Work:
        """Inside the caller's transaction: all subjects of `arrivals` (an empty sequence: woken). Call `committed` after it."""
        work = Work()
        pending: dict[str, dict[Subject, list[Revision[Event]]]] = {}
        for subject, new in arrivals.items():
            pending.setdefault(subject.kind, {}).setdefault(subject, []).extend(new)
        snapshots = {code: await self.snapshot(conn, code) for code in sorted({s.municipality for s in arrivals})}
        for kind in self.service.subjects:
            here = pending.pop(kind.name, {})
            for chunk in _pieces(in_lock_order(here)):
                await self._kind(conn, kind, {s: here[s] for s in chunk}, snapshots, moment, work, pending)
        if pending:
            message = f"{self.service.name}: a statement is addressed to a kind that is not later: {sorted(pending)}"
            raise ValueError(message)
        await self._save(conn, work)
        return work

    def committed(self, work: Work) -> None:
        """The transaction is durable: what was derived may be kept."""
        self.kept.keep(work.kept, waiting=work.is_derived_later)
        self._known |= work.known
        if len(self._known) > KNOWN_SUBJECTS:
            self._known.clear()

    def rolled_back(self) -> None:
        """The transaction came to nothing: the reference it read may be its own, and the number of its version be given again."""
        self._snapshots.clear()

    def know(self, subjects: Iterable[Subject]) -> None:
        """These have rows: who was found in the table need not be made."""
        self._known.update(subjects)

    async def snapshot(self, conn: Connection, municipality: str) -> Snapshot:
        """The reference of a municipality, kept as it is until the transaction ends."""
        version = await self._tables.share_reference(conn, municipality)
        held = self._snapshots.get(municipality)
        if held is None or held[0] != version:
            rows = await self._tables.reference_rows(conn, municipality)
            history = History(Subject("reference", UUID(int=0), municipality), rows)
            held = self._snapshots[municipality] = (version, Snapshot(history, self.rules[municipality]))
        return held[1]

    async def add(self, conn: Connection, arrivals: Arrivals, moment: Moment) -> Work:
        """As `reconcile`, but histories only grow: they are derived once everything is read, one time for all that came.

        They are due at the moment of this transaction, and `now` reaches it when no partition has anything older unread.
        """
        work = Work(is_derived_later=True)
        for kind in self.service.subjects:
            for here in _pieces(in_lock_order(s for s in arrivals if s.kind == kind.name)):
                await self._add_to(conn, kind, {s: arrivals[s] for s in here}, moment, work)
        return work

    async def _add_to(self, conn: Connection, kind: SubjectKind, here: Arrivals, moment: Moment, work: Work) -> None:
        rows = await self._locked(conn, kind, here)
        kept = self.kept.of(rows, here)
        unread = [s.id for s in here if s not in kept and rows[s.id].version > 0 and not _all_later(here[s], rows[s.id])]
        texts = await self._tables.histories(conn, kind.name, unread) if unread else {}
        added: list[Added] = []
        for subject, new in here.items():
            row = rows[subject.id]
            state = kept.get(subject) or (empty(subject) if row.version == 0 else None)
            work.known.add(subject)
            if row.erased:
                work.erased.add(subject)
                continue
            text = texts.get(subject.id, b"")
            fresh = {r.number: r for r in new if (r not in state.history if state else mark(r) not in text)}
            if fresh:
                lines = growth(row.tail_size, [*map(pack, fresh.values())])
                added.append(Added(subject, row.chunk, lines, max(r.known_at for r in fresh.values())))
                work.joined.update(fresh)
                if state:
                    work.kept[subject] = (row.version + 1, state._replace(history=state.history.plus(fresh.values())))
        await self._tables.add_lines(conn, kind.name, added, moment.stamp)

    async def _locked(self, conn: Connection, kind: SubjectKind, wanted: Iterable[Subject]) -> dict[UUID, SubjectRow]:
        """Lock the subjects, made where missing; they come in lock order."""
        unknown = [s for s in wanted if s not in self._known]
        made = await self._tables.insert_missing(conn, unknown) if unknown else {}
        there = [s.id for s in wanted if s.id not in made]
        return made | await self._tables.lock(conn, kind.name, there) if there else made

    async def load(self, conn: Connection, kind: SubjectKind, wanted: Iterable[Subject]) -> dict[Subject, tuple[SubjectRow, State]]:
        """Lock the subjects (made where missing) and read what they hold; they come in lock order."""
        rows = await self._locked(conn, kind, wanted)
        kept = self.kept.of(rows, wanted)
        unread = {s.id: s for s in wanted if s not in kept and rows[s.id].version > 0}
        if unread:
            held = await self._tables.held(conn, kind.name, list(unread))
            said = await self._tables.statements(conn, kind.name, {i: s.municipality for i, s in unread.items()})
            for number, subject in unread.items():
                has = held[number]
                history = History(subject, unpack(kind, has.history))
                kept[subject] = State(history, said.get(number, {}), unpack_booked(has.booked), has.reads, has.wake_at, has.reached)
        return {s: (rows[s.id], kept.get(s) or empty(s)) for s in wanted}

    async def _kind(
        self,
        conn: Connection,
        kind: SubjectKind,
        here: Arrivals,
        snapshots: dict[str, Snapshot],
        moment: Moment,
        work: Work,
        pending: dict[str, dict[Subject, list[Revision[Event]]]],
    ) -> None:
        for subject, (row, state) in (await self.load(conn, kind, here)).items():
            work.known.add(subject)
            if row.erased:
                work.erased.add(subject)
                continue
            if not self._anything(row, state, here[subject], subject):
                continue
            if subject.municipality not in snapshots:
                snapshots[subject.municipality] = await self.snapshot(conn, subject.municipality)
            begun = perf_counter()
            step = self._advance(kind, row, state, here[subject], snapshots[subject.municipality], moment)
            work.derive_seconds += perf_counter() - begun
            cause = Cause.of(here[subject][-1]) if here[subject] else None
            self._note(subject, row, step, cause, work)
            for said in step.says:
                if said.to is not None:
                    told = replace(said.revision, correlation=cause.correlation.encode()) if cause else said.revision
                    pending.setdefault(said.to.kind, {}).setdefault(said.to, []).append(told)

    def _anything(self, row: SubjectRow, state: State, new: Sequence[Revision[Event]], subject: Subject) -> bool:
        """Whether there is anything to do: a wake, something new, or a derive by older code or other rules."""
        stale = row.derived_with < self.service.code_version or row.rules != self.rules[subject.municipality].digest
        return stale or not new or any(r not in state.history for r in new)

    def _advance(
        self, kind: SubjectKind, row: SubjectRow, state: State, new: Sequence[Revision[Event]], snapshot: Snapshot, moment: Moment
    ) -> Advance:
        """The step; where newer code has derived or `derive` raises, only the new events are added and nothing is said."""
        if row.derived_with > self.service.code_version:
            return _only_added(state, new, wakes.ALWAYS)
        try:
            return advance(self.service, kind, state, new, snapshot, moment.now, stamp=moment.stamp, epoch=self._epoch)
        except Exception as problem:  # noqa: BLE001 - a derive that raises must not stop the others
            warn(Word.SUBJECT_BROKEN, kind=kind.name, subject=str(state.history.subject.id), error=type(problem).__name__)
            return _only_added(state, new, moment.stamp + pause_after(row.tries + 1))._replace(broken=raised(problem))

    def _note(self, subject: Subject, row: SubjectRow, step: Advance, cause: Cause | None, work: Work) -> None:
        if step.situation is not None:
            work.changed.append(Changed(subject, step.situation, step.recorded, is_new=row.version == 0))
            texts = [(s, body_text(s.revision.body)) for s in step.says]
            last = {s.key: (subject, s, text) for s, text in texts if s.key[0] != DECISION}  # of several steps
            (work.said if row.version else work.said_first).extend(last.values())
            spoken = ((s.revision, text) for s, text in texts if s.to is None and s.revision.body.topic)
            work.outbox += [outgoing(self.service.name, revision, cause, text) for revision, text in spoken]
            if step.booked:
                work.booked.update({(subject.municipality, key): amount for key, amount in step.booked.items()})
        work.broken += step.broken is not None
        work.joined.update(r.number for r in step.recorded)
        work.saves.append(self._saved(subject, row, step))
        work.kept[subject] = (row.version + 1, step.state)

    def _saved(self, subject: Subject, row: SubjectRow, step: Advance) -> SubjectSave:
        done = step.situation is not None
        booked, anew = self._books(row, step)
        return SubjectSave(
            subject=subject,
            chunk=row.chunk,
            grows=growth(row.tail_size, [*map(pack, step.recorded)]),
            derived_with=self.service.code_version if done else row.derived_with,
            rules=self.rules[subject.municipality].digest if done else row.rules,
            reads=step.state.reads,
            wake_at=step.state.wake_at,
            reached=step.state.reached,
            booked=booked,
            books_anew=anew,
            broken=step.broken if done or step.broken else row.broken,
            tries=0 if done else row.tries + (step.broken is not None),
            latest=max((r.known_at for r in step.recorded), default=None),
        )

    def _books(self, row: SubjectRow, step: Advance) -> tuple[bytes, bool]:
        """What is written of what is booked: the difference after the rest, from time to time the sums instead."""
        if self.service.book is None or not step.booked:
            return b"", False
        more = pack_booked(step.booked)
        anew = is_time_to_sum(row.booked_size, len(more))
        return (pack_booked(step.state.booked), True) if anew else (more, False)

    async def _save(self, conn: Connection, work: Work) -> None:
        if not work.saves:
            return
        await self._tables.add_statements(conn, work.said_first)
        await self._tables.save_statements(conn, work.said)
        await self.service.save_rows(conn, work.changed)
        for kind in self.service.subjects:
            if saves := [s for s in work.saves if s.subject.kind == kind.name]:
                await self._tables.save_subjects(conn, kind.name, saves)
        await self._tables.put_outbox(conn, self.traces.carried(work.outbox))
        if self.service.book is not None and (booked := {key: amount for key, amount in work.booked.items() if amount}):
            await self.service.book(conn, booked)  # last: others wait for the cells it locks until this is durable
