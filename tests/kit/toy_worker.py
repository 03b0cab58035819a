"""A process of the toy service for tests that stop, block or freeze it: `python -m tests.kit.toy_worker NAME [HOW]`."""

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime

from services.chassis.pulse import Pulse
from services.chassis.reference import Reference
from services.chassis.runtime import Runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.subject import History, Situation
from services.chassis.worker import Worker
from tests.kit.toy import TOY


def _blocked(_history: History, _reference: Reference, _now: datetime) -> Situation:
    time.sleep(3_600)
    return Situation()


class Obstinate(Worker):
    """Hears no stop while it starts."""

    async def _open(self, opened: AsyncExitStack, _stop: asyncio.Event, pulse: Pulse) -> Runtime | None:
        return await super()._open(opened, asyncio.Event(), pulse)


def service(name: str, how: str) -> Service:
    """The toy under another name; `blocked`: its derive never returns."""
    person = replace(TOY.subjects[0], derive=_blocked) if how == "blocked" else TOY.subjects[0]
    return replace(TOY, name=name, subjects=(person, TOY.subjects[1]))


if __name__ == "__main__":
    name, how = (*sys.argv[1:], "well")[:2]
    asyncio.run((Obstinate if how == "obstinate" else Worker)(service(name, how), Settings()).run())
