"""What a simulated worker is built of; a mutation proof takes one part out."""

from collections.abc import Callable
from dataclasses import dataclass, field

import asyncpg

from services.chassis.outbox import Producer, Relay
from services.chassis.reconcile import Reconciler
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.tables import Tables
from tests.simulator.memory.tables import MemoryTables


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """The parts of the chassis that keep its promises."""

    tables: Callable[[], Tables] = MemoryTables
    reconciler: type[Reconciler] | None = None
    relay: Callable[[Runtime, Callable[[str, str], Producer]], Relay] = field(default=Relay)

    def runtime(self, service: Service, settings: Settings, pool: asyncpg.Pool) -> Runtime:
        """A runtime of these parts."""
        runtime = Runtime(service, settings, pool, self.tables())
        if self.reconciler is not None:
            runtime.reconciler = self.reconciler(service, runtime.rules, tables=runtime.tables)
        return runtime
