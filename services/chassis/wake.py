"""The loop that reconciles subjects whose time has come: by the clock, by a changed reference, by new code or rules."""

import asyncio

from services.chassis.broken import pause_after
from services.chassis.failures import end_if_told, raised
from services.chassis.inlet import TRANSIENT, is_about_data
from services.chassis.logs import Word, log, warn
from services.chassis.resting import rest
from services.chassis.runtime import Runtime
from services.chassis.service import SubjectKind
from services.chassis.subject import Subject
from services.chassis.tables import wakes

CHUNK = 1_000
IDLE_SECONDS = 0.4
UNDERIVED_SECONDS = 300.0
"""How often subjects are looked for that older code or other rules derived: a worker of the last version may work on for a while."""
BROKEN_LOOKS = 2
"""So many of these looks after a start wake the broken too: ours may be the code that mends them, and a worker of the last version may
have tried them between the first and the second. Later ones leave them to their own pause."""


class Wake:
    """Wakes the subjects of one service."""

    def __init__(self, runtime: Runtime, underived_seconds: float = UNDERIVED_SECONDS) -> None:
        """Wake for this runtime's service."""
        self._runtime = runtime
        self._underived_seconds = underived_seconds
        self._look_again = 0.0
        self._looks = 0

    async def run(self) -> None:
        """Wake until cancelled."""
        while True:
            try:
                await self._underived_now_and_then()
                worked = await self.once()
            except TRANSIENT as problem:
                end_if_told()
                warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="wake")
                worked = 0
            if not worked:
                await rest(self._runtime.read_on, IDLE_SECONDS)

    async def once(self) -> int:
        """One chunk of every kind; how many subjects were woken. Idle it asks two cheap questions and no transaction."""
        await self._readers()
        kinds = [kind.name for kind in self._runtime.service.subjects]
        async with self._runtime.pool.acquire() as conn:
            next_wake = await self._runtime.tables.next_wake(conn, kinds, self._runtime.service.code_version)
            if next_wake is None or next_wake > await self._runtime.tables.moment(conn):
                self._runtime.reconciler.kept.nobody_waits()
                return 0
        return sum([await self._chunk(kind) for kind in self._runtime.service.subjects])

    async def _chunk(self, kind: SubjectKind) -> int:
        """One kind and at most a chunk per transaction, so that batches are not held up."""
        with self._runtime.traces.span("wake"):
            try:
                return await self._woken(kind, CHUNK)
            except Exception as problem:
                if not is_about_data(problem):
                    raise
                return await self._one_by_one(kind)

    async def _one_by_one(self, kind: SubjectKind) -> int:
        """One of a chunk cannot be saved: each by itself, and that one is broken; it starves nobody."""
        for woken in range(CHUNK):
            try:
                if not await self._woken(kind, 1):
                    return woken
            except Exception as problem:
                if not is_about_data(problem):
                    raise
                await self._break_first(kind, raised(problem))
        return CHUNK

    async def _break_first(self, kind: SubjectKind, problem: str) -> None:
        runtime = self._runtime
        async with runtime.transaction() as (conn, moment):
            for number, _ in await runtime.tables.due(conn, kind.name, moment.now, runtime.service.code_version, 1):
                row = (await runtime.tables.lock(conn, kind.name, [number]))[number]
                await runtime.tables.break_subject(conn, kind.name, number, problem, moment.stamp + pause_after(row.tries + 1))
                warn(Word.SUBJECT_BROKEN, kind=kind.name, subject=str(number), error=problem)
        runtime.metrics.derive_failures.inc()

    async def _woken(self, kind: SubjectKind, limit: int) -> int:
        runtime = self._runtime
        async with runtime.transaction() as (conn, moment):
            due = await self._runtime.tables.due(conn, kind.name, moment.now, runtime.service.code_version, limit)
            if not due:
                return 0
            woken = [Subject(kind.name, number, code) for number, code in due]
            runtime.reconciler.know(woken)
            done = await runtime.reconcile(conn, {subject: [] for subject in woken}, moment)
        done()
        runtime.metrics.woken.inc(len(due))
        log(Word.WOKEN, kind=kind.name, count=len(due))
        return len(due)

    async def _readers(self) -> None:
        """Who read what changed becomes due at once; the change is forgotten when all of them are."""
        async with self._runtime.pool.acquire() as conn:
            waiting = await self._runtime.tables.waiting_wakes(conn)
            for number, code, name in waiting:
                chunk = 1
                while chunk:
                    chunk = await self._runtime.tables.wake_readers(conn, code, name, wakes.ALWAYS, CHUNK * 10)
                await self._runtime.tables.wakes_done(conn, [number])

    async def _underived_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._look_again:
            await self._underived()
            self._look_again = now + self._underived_seconds

    async def _underived(self) -> None:
        rules = {code: held.digest for code, held in self._runtime.rules.items()}
        async with self._runtime.pool.acquire() as conn, conn.transaction():
            await self._runtime.tables.moment(conn)
            version, with_broken = self._runtime.service.code_version, self._looks < BROKEN_LOOKS
            await self._runtime.tables.wake_underived(conn, version, rules, wakes.ALWAYS, with_broken=with_broken)
        self._looks += 1
