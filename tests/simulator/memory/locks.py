"""Locks as PostgreSQL keeps them: shared or exclusive, who came first is first served, a ring of waiters is broken at once."""

import asyncio
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

import asyncpg

LOCK_SECONDS = 4.0
"""Who waits longer for a lock gives up."""


class Session:
    """Who holds locks: one connection."""


@dataclass(slots=True)
class Waiter:
    """Somebody who waits for a lock."""

    session: Session
    shared: bool
    granted: "asyncio.Future[None]"


def _give_up(waiter: Waiter) -> None:
    if not waiter.granted.done():
        waiter.granted.set_exception(asyncpg.LockNotAvailableError("canceling statement due to lock timeout"))


@dataclass(slots=True)
class Lock:
    """One lock: its holders, each with whether it is shared, and those who wait in line."""

    holders: dict[Session, bool] = field(default_factory=dict)
    line: list[Waiter] = field(default_factory=list)

    def free_for(self, session: Session, shared: bool) -> bool:
        """Whether the holders leave room for one more."""
        others = [held for holder, held in self.holders.items() if holder is not session]
        return not others or (shared and all(others))

    def hold(self, session: Session, shared: bool) -> None:
        """One more holder; who holds it alone keeps it alone."""
        self.holders[session] = shared and self.holders.get(session, True)


class Locks:
    """All locks of one server."""

    def __init__(self) -> None:
        """Nobody holds any."""
        self._locks: dict[Hashable, Lock] = {}

    def attempt(self, session: Session, name: Hashable, *, shared: bool = False) -> bool:
        """Take a lock if that is possible at once; nobody overtakes who waits, unless it holds the lock already."""
        lock = self._locks.setdefault(name, Lock())
        if not lock.free_for(session, shared) or (lock.line and session not in lock.holders):
            return False
        lock.hold(session, shared)
        return True

    async def take(self, session: Session, name: Hashable, *, shared: bool = False) -> None:
        """Take a lock, waiting for it. Raises `DeadlockDetectedError` where all would wait for each other."""
        if self.attempt(session, name, shared=shared):
            return
        waiter = Waiter(session, shared, asyncio.get_running_loop().create_future())
        lock = self._locks[name]
        lock.line.append(waiter)
        if self._waits_for_itself(session):
            waiter.granted.set_exception(asyncpg.DeadlockDetectedError("deadlock detected"))
        patience = asyncio.get_running_loop().call_later(LOCK_SECONDS, _give_up, waiter)
        try:
            await waiter.granted
        except BaseException:
            if waiter in lock.line:
                lock.line.remove(waiter)
            self._serve(lock)
            raise
        finally:
            patience.cancel()

    def release_all(self, session: Session) -> None:
        """Give all locks of a session back, also one that was granted and not noticed yet."""
        for name, lock in list(self._locks.items()):
            if lock.holders.pop(session, None) is not None:
                self._serve(lock)
            if not lock.holders and not lock.line:
                del self._locks[name]

    def interrupt(self, session: Session, problem: Exception | None) -> None:
        """Whatever this session waits for, it never gets: `problem` is raised there, or the waiting is cancelled."""
        for lock in self._locks.values():
            for waiter in lock.line:
                if waiter.session is session and not waiter.granted.done():
                    if problem is None:
                        waiter.granted.cancel()
                    else:
                        waiter.granted.set_exception(problem)

    def are_held(self, session: Session) -> bool:
        """Whether a session holds any lock."""
        return any(session in lock.holders for lock in self._locks.values())

    def are_awaited(self, session: Session) -> bool:
        """Whether a session waits for a lock."""
        return any(waiter.session is session for lock in self._locks.values() for waiter in lock.line)

    def _serve(self, lock: Lock) -> None:
        while lock.line and lock.free_for(lock.line[0].session, lock.line[0].shared):
            waiter = lock.line.pop(0)
            if not waiter.granted.done():
                lock.hold(waiter.session, waiter.shared)
                waiter.granted.set_result(None)

    def _blockers(self, session: Session) -> Iterator[Session]:
        for lock in self._locks.values():
            for place, waiter in enumerate(lock.line):
                if waiter.session is session:
                    yield from (
                        holder for holder, shared in lock.holders.items() if holder is not session and not (shared and waiter.shared)
                    )
                    yield from (w.session for w in lock.line[:place] if w.session is not session)

    def _waits_for_itself(self, session: Session) -> bool:
        seen: set[Session] = set()
        todo = list(self._blockers(session))
        while todo:
            blocker = todo.pop()
            if blocker is session:
                return True
            if blocker not in seen:
                seen.add(blocker)
                todo += self._blockers(blocker)
        return False
