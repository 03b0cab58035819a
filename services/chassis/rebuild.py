"""All that a service has booked is made again from its histories and compared with what was there, in one transaction.

Histories are what a service knows; what it booked follows from them. The service stands still meanwhile (its transactions wait, as
they do for a clock that is moved), so nothing has to be caught up, and a rebuild that is cut short leaves everything as it was.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.chassis import clock
from services.chassis.advance import State, advance
from services.chassis.failures import raised
from services.chassis.logs import Word, warn
from services.chassis.packing import pack_booked, unpack, unpack_booked
from services.chassis.reference import Snapshot
from services.chassis.runtime import Runtime
from services.chassis.service import Booked, Connection, Differs, SubjectKind
from services.chassis.subject import Booking, History, Subject
from services.chassis.tables import rebooks
from services.chassis.tables.subjects import Held

AT_ONCE = 2_000
NO_LIMITS = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
Progress = Callable[[int], None]


@dataclass(slots=True)
class Rebuilt:
    """How many subjects and revisions were read; whose derive raised (they keep what they had); what was otherwise before."""

    subjects: int = 0
    revisions: int = 0
    broken: int = 0
    corrected: int = 0
    differences: list[Differs] = field(default_factory=list)


class BooksNothing(Exception):
    """There is nothing that could be made again: what the service says is derived anew by itself when code or rules change."""


class Rebuild:
    """One rebuild of one service."""

    def __init__(self, runtime: Runtime, progress: Progress = lambda _count: None) -> None:
        """`progress` is told how many more subjects are done. Raises `BooksNothing`."""
        if runtime.service.rebook is None:
            raise BooksNothing(runtime.service.name)
        self._runtime = runtime
        self._rebook = runtime.service.rebook
        self._progress = progress
        self._found = Rebuilt()
        self._snapshots: Mapping[str, Snapshot] = {}

    async def run(self, *, trial: bool = False) -> Rebuilt:
        """Make all bookings again; a trial only says what would be otherwise."""
        async with self._runtime.pool.acquire() as conn:
            work = conn.transaction()
            await work.start()
            try:
                await conn.execute(NO_LIMITS)
                await clock.hold(conn)
                self._found.differences += await self._rebook(conn, self._batches(conn))
            except BaseException:
                await work.rollback()
                raise
            await (work.rollback() if trial else work.commit())
        return self._found

    async def _batches(self, conn: Connection) -> AsyncIterator[Booked]:
        moment = await clock.moment(conn)
        for kind in self._runtime.service.subjects:
            after = None
            while subjects := await rebooks.everybody(conn, kind.name, after, AT_ONCE):
                after = subjects[-1].id
                yield await self._booked(conn, kind, subjects, moment)
                self._progress(len(subjects))

    async def _booked(self, conn: Connection, kind: SubjectKind, subjects: list[Subject], moment: datetime) -> Booked:
        """What these subjects book; where that is otherwise than before, it is written back."""
        self._snapshots = {code: await self._runtime.reconciler.snapshot(conn, code) for code in sorted({s.municipality for s in subjects})}
        held = await self._runtime.tables.held(conn, kind.name, [s.id for s in subjects])
        booked: Counter[tuple[str, Booking]] = Counter()
        corrected: dict[UUID, bytes] = {}
        for subject in subjects:
            before = unpack_booked(held[subject.id].booked)
            now = self._again(kind, subject, held[subject.id], moment)
            if now is not None and now != before:
                corrected[subject.id] = pack_booked(now)
            booked.update({(subject.municipality, booking): amount for booking, amount in (before if now is None else now).items()})
        self._found.subjects += len(subjects)
        self._found.corrected += len(corrected)
        await rebooks.rebooked(conn, kind.name, corrected)
        return booked

    def _again(self, kind: SubjectKind, subject: Subject, held: Held, moment: datetime) -> dict[Booking, int] | None:
        """What a subject's history comes to; none where there is none (an erasure leaves figures), or where its derive raises."""
        if not held.history:
            return None
        history = History(subject, unpack(kind, held.history))
        self._found.revisions += len(history)
        try:
            state = State(history, reached=held.reached)
            return dict(advance(self._runtime.service, kind, state, (), self._snapshots[subject.municipality], moment).state.booked)
        except Exception as problem:  # noqa: BLE001 - a derive that raises must not stop the others
            warn(Word.SUBJECT_BROKEN, kind=kind.name, subject=str(subject.id), error=raised(problem))
            self._found.broken += 1
            return None
