"""A process of the toy service for tests that stop, block or freeze it: `python -m tests.kit.toy_worker NAME [HOW]`."""

import asyncio
import sys
import time
from dataclasses import replace
from datetime import datetime

from services.chassis.reference import Reference
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.subject import History, Situation
from services.chassis.worker import Worker
from tests.kit.toy import TOY


def _blocked(_history: History, _reference: Reference, _now: datetime) -> Situation:
    time.sleep(3_600)
    return Situation()


def service(name: str, how: str) -> Service:
    """The toy under another name; `blocked`: its derive never returns."""
    person = replace(TOY.subjects[0], derive=_blocked) if how == "blocked" else TOY.subjects[0]
    return replace(TOY, name=name, subjects=(person, TOY.subjects[1]))


if __name__ == "__main__":
    asyncio.run(Worker(service(sys.argv[1], (sys.argv[2:] or ["well"])[0]), Settings()).run())
