"""What the pages need of a running service; the real one is `services.chassis.runtime.Runtime`."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

import asyncpg

from contracts.base import Event
from services.chassis.reference import Reference, Snapshot
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.subject import History, Subject

Decide: TypeAlias = Callable[[History, Reference, datetime], Event]


class Running(Protocol):
    """A service whose pool is open."""

    @property
    def pool(self) -> asyncpg.Pool:
        """The connections to the service's own database."""
        ...

    async def ask(self, subject: Subject, form_id: UUID, decide: Decide) -> None:
        """Decide and reconcile in one transaction. Raises `Refused`."""
        ...

    async def now(self) -> datetime:
        """What time it is."""
        ...

    async def snapshot(self, municipality: str) -> Snapshot:
        """The organisation, calendars and rules of a municipality as heard."""
        ...

    async def names(self, persons: Iterable[UUID]) -> Mapping[UUID, str]:
        """The names that the directory knows."""
        ...


Open: TypeAlias = Callable[[Service, Settings], AbstractAsyncContextManager[Running]]
