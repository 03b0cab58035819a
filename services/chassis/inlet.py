"""A batch of the bus into one transaction: fence, parse, dead letters, names, reference, subjects. Knows no Kafka client."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import chain

import asyncpg

from services.chassis.calendar import day_of
from services.chassis.envelope import Partition, Record
from services.chassis.failures import end_if_told, raised
from services.chassis.limit import Flooded, Limit
from services.chassis.logs import Word, log, warn
from services.chassis.metrics import Laps, Outcome, Place, Step
from services.chassis.outcomes import of_histories, of_new
from services.chassis.outrun import outrun
from services.chassis.reconcile import Moment
from services.chassis.reference import ORGANISATION, read_name
from services.chassis.runtime import Done, Runtime
from services.chassis.service import Connection
from services.chassis.sorting import Sorted, Sorter
from services.chassis.stretches import id_text, stretches

PAUSE_SECONDS = 0.2
PAUSE_LIMIT = 10.0
BEHIND_LIMIT = 600.0
"""Seconds after which a worker that is still behind derives as it reads, however long that makes it take."""
TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was ended while it was used
    asyncpg.TransactionRollbackError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    OSError,
    TimeoutError,
)
"""What passes by itself: the database away, a deadlock, a full disk."""


def is_about_data(problem: Exception) -> bool:
    """Whether what a record holds may be the cause: a value no column takes, or code of ours that it trips up."""
    if isinstance(problem, asyncpg.PostgresError):
        return isinstance(problem, asyncpg.DataError | asyncpg.IntegrityConstraintViolationError)
    return isinstance(problem, ValueError) or not isinstance(problem, TRANSIENT)  # the client's own DataError is a ValueError


def why_held_up(problem: Exception) -> str | None:
    """What readiness says at once, in plain words; none for what passes by itself, which a full disk does only when a person helps."""
    if isinstance(problem, asyncpg.InsufficientResourcesError):
        return f"the database has no room, memory or connections left: {raised(problem)}"
    return None if isinstance(problem, TRANSIENT) else f"a batch fails again and again: {raised(problem)}"


def why_not_taken(problem: Exception) -> str:
    """The reason of a letter that can be read and that our tables or our code refuse."""
    return f"nobody here can take it: {raised(problem)}"


class Missing(Exception):
    """A batch begins behind the fence of a partition, or behind where it was asked for: what lies between must be asked for."""

    def __init__(self, fences: Mapping[tuple[str, int], int]) -> None:
        """Where to go on instead."""
        super().__init__(fences)
        self.fences = fences


class Strange(Missing):
    """What lies before the fence is not what was read there: the topic was made anew, or the batch is of one that is no more."""


class Inlet:
    """Takes batches of records; the offsets it answers are durable. It never raises for what a record holds."""

    def __init__(self, runtime: Runtime, asked_for: Callable[[], Mapping[Partition, int]] | None = None) -> None:
        """Take for this runtime's readers; `asked_for`: what a client that can be asked again was to bring next, by partition."""
        self._runtime = runtime
        self._asked_for = asked_for
        self._organisation = frozenset(c.topic for c in ORGANISATION)
        self._limit = Limit(runtime.settings.dead_letter_limit_records, runtime.settings.dead_letter_limit_window)
        self._behind_since: float | None = None
        self._sorter = Sorter(runtime)
        self._heard: dict[tuple[str, str], date] = {}
        self._holes: dict[Partition, tuple[int, str]] = {}
        """What was missing and was asked for: behind which fence, and the record that came instead. Forgotten as soon as it came."""

    def placed(self) -> None:
        """All is read from its fence on anew: what was missing before may have come, here or with others, and lie there no more."""
        self._holes.clear()

    async def take(self, records: Sequence[Record]) -> None:
        """The organisation first and alone, then the rest; a transient failure is tried again for as long as it lasts.

        From a client that can be asked again it raises `Missing` where something lies before the batch that was not read; some of it
        may be durable then; and `Strange`.
        """
        self._note_whether_behind(len(records))
        first = [r for r in records if r.topic in self._organisation]
        rest = [r for r in records if r.topic not in self._organisation] if first else records
        for part in (first, rest):
            if part:
                with self._runtime.pulse.batch():
                    await self._durably(part)

    def _note_whether_behind(self, count: int) -> None:
        """A full batch says that more is waiting."""
        if count < self._runtime.settings.batch_records:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()

    def _derives_later(self) -> bool:
        """While more is waiting, what came is only added, and derived once when all is read; but nobody waits for ever."""
        return self._behind_since is not None and time.monotonic() - self._behind_since < BEHIND_LIMIT

    async def _durably(self, records: Sequence[Record], refused: str | None = None) -> None:
        """Until it is durable: the client would go on behind a batch that raised.

        Where one record is what nobody can take, the batch is halved until it stands alone, and it is a dead letter.
        """
        pause, pulse = PAUSE_SECONDS, self._runtime.pulse
        while True:
            try:
                await self._transaction(records, refused)
            except Missing:
                raise
            except Flooded as flooded:
                await self._stopped(flooded)
            except Exception as problem:  # noqa: BLE001 - a batch that raised would be lost
                end_if_told()
                if is_about_data(problem) and refused is None:
                    await self._halved(records, why_not_taken(problem))
                    return
                pulse.held_up = why_held_up(problem) or pulse.held_up
                warn(Word.BATCH_RETRIED, error=raised(problem), count=len(records))
            else:
                pulse.held_up = None
                return
            self._runtime.metrics.retries.inc()
            pulse.sign()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, PAUSE_LIMIT)

    async def _halved(self, records: Sequence[Record], reason: str) -> None:
        if len(records) == 1:
            await self._durably(records, reason)
            return
        middle = len(records) // 2
        for half in (records[:middle], records[middle:]):
            await self._durably(half)

    async def _stopped(self, flooded: Flooded) -> None:
        """Read no further, keep nothing of the batch, and live on for those who ask why, until the process ends."""
        self._runtime.pulse.held_up = str(flooded)
        warn(Word.READING_STOPPED, reason=str(flooded))
        while True:
            self._runtime.pulse.sign()
            await asyncio.sleep(PAUSE_LIMIT)

    async def _transaction(self, records: Sequence[Record], refused: str | None) -> None:
        with self._runtime.traces.batch(records):
            await self._traced(records, refused)

    async def _traced(self, records: Sequence[Record], refused: str | None) -> None:
        runtime, laps = self._runtime, Laps()
        async with runtime.transaction() as (conn, moment):
            laps.done(Step.WAIT)
            parts = stretches(records)
            fence = await self._runtime.tables.fence(conn, runtime.readers, parts)
            is_again = any(part.first.offset < fence[tp] for tp, part in parts.items())
            if self._asked_for is not None:
                self._nothing_is_missing({tp: part.first for tp, part in parts.items()}, fence, self._asked_for())
                if is_again:
                    await self._nothing_is_strange(conn, records, fence)
            live = [r for r in records if r.offset >= fence[r.topic, r.partition]] if is_again else records
            laps.done(Step.FENCE)
            found = self._sorter.sort(live, moment) if refused is None else self._sorter.refuse(live, refused)
            weighed = self._limit.weigh(live, [*found.dead, *found.outlived])
            found.outcomes[Outcome.DUPLICATE, Place.FENCE] = len(records) - len(live)
            laps.done(Step.PARSE)
            done = await self.enter(conn, found, moment, laps)
            ends = {tp: (part.last.offset + 1, id_text(part.last)) for tp, part in parts.items()}
            moved = {tp: end for tp, end in ends.items() if end[0] > fence[tp]}
            await self._runtime.tables.move_fence(conn, runtime.readers, moved)
        laps.done(Step.COMMIT)
        done()
        self._limit.durable(weighed)
        self._heard.update(self._new_days(found))
        for record, why in (*found.dead, *found.outlived):
            warn(Word.DEAD_LETTERED, topic=record.topic, partition=record.partition, offset=record.offset, reason=why.reason)
        runtime.metrics.batch(found.outcomes, laps)
        log(Word.BATCH_TAKEN, count=len(live))

    def _nothing_is_missing(
        self, firsts: Mapping[Partition, Record], fence: Mapping[Partition, int], asked: Mapping[Partition, int]
    ) -> None:
        """What lies before a batch is asked for. Where the same record comes first again, there is nothing: a hole in the log itself.

        The fence alone does not tell: a late batch of a deleted topic may have moved it over what the client has lost of the new one.
        """
        due = {tp: min(fence[tp], asked.get(tp, fence[tp])) for tp in firsts}
        gaps = {tp: (due[tp], id_text(first)) for tp, first in firsts.items() if first.offset > due[tp]}
        for tp in firsts.keys() - gaps.keys():
            self._holes.pop(tp, None)
        if any(self._holes.get(tp) != gap for tp, gap in gaps.items()):
            self._holes.update(gaps)
            raise Missing({tp: min(first.offset, due[tp]) for tp, first in firsts.items()})

    async def _nothing_is_strange(self, conn: Connection, records: Sequence[Record], fence: Mapping[tuple[str, int], int]) -> None:
        """A batch of a topic that was deleted may become durable after others began to read the new one: its fence is no fence there."""
        again = {(r.topic, r.partition): id_text(r) for r in records if r.offset == fence[r.topic, r.partition] - 1}
        if again:
            marks = await self._runtime.tables.marks(conn, self._runtime.readers)
            if any(tp in marks and marks[tp][1] != known for tp, known in again.items()):
                raise Strange(fence)

    async def enter(self, conn: Connection, found: Sorted, moment: Moment, laps: Laps) -> Done:
        """All of it into the tables, inside the caller's transaction."""
        await self._names(conn, found, moment)
        await self._reference(conn, found)
        laps.done(Step.REFERENCE)
        taking = self._runtime.add if self._derives_later() else self._runtime.reconcile
        done = await taking(conn, found.subjects, moment)
        found.outcomes.update(of_histories(found.subjects, done.work.joined, done.work.erased))
        laps.done(Step.RECONCILE)
        await self._runtime.tables.bury(conn, found.dead, moment.stamp)
        if await self._runtime.tables.any_open(conn):
            heard = chain(*found.subjects.values(), found.reference, found.names)
            await outrun(self._runtime, conn, [why for _, why in found.dead], heard, moment.stamp)
        laps.done(Step.DEAD_LETTERS)
        if days := self._new_days(found):
            await self._runtime.tables.note_heard(conn, days)
        return done

    def _new_days(self, found: Sorted) -> dict[tuple[str, str], date]:
        """Where something was heard on a later day than this process knows of: once a day, so that no batch waits for another."""
        days = {place: day_of(moment) for place, moment in found.heard.items()}
        return {place: day for place, day in days.items() if place not in self._heard or self._heard[place] < day}

    async def _names(self, conn: Connection, found: Sorted, moment: Moment) -> None:
        if found.erased:
            persons = [e.person for e in found.erased]
            await self._runtime.tables.bury(conn, found.outlived, moment.stamp)
            await self._runtime.tables.erase_letters(conn, persons, moment.stamp)  # first: who puts one back is waited for
            await self._runtime.tables.erase_names(conn, persons)
        if found.names:
            latest = {r.body.person_key: r for r in sorted(found.names, key=lambda r: r.order)}
            new = await self._runtime.tables.save_names(conn, [latest[person] for person in sorted(latest)])
            found.outcomes.update(of_new(Place.NAMES, len(found.names), new))

    async def _reference(self, conn: Connection, found: Sorted) -> None:
        for code in sorted({r.body.municipality for r in found.reference}):
            await self._runtime.tables.hold_reference(conn, code)
            told = [r for r in found.reference if r.body.municipality == code]
            added = await self._runtime.tables.add_reference(conn, told)
            new = set(added)
            found.outcomes.update(of_new(Place.REFERENCE, len(told), len(added)))
            if new:
                await self._runtime.tables.raise_version(conn, code, (read_name(r.body) for r in told if r.fact in new))
