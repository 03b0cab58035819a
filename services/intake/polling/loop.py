"""Asks every source again and again beside the worker's other loops."""

import asyncio
from pathlib import Path

from services.chassis.failures import Refused, end_if_told
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, warn
from services.chassis.runtime import Runtime
from services.intake.polling.client import opened
from services.intake.polling.poll import Poller
from services.intake.polling.source import Source, load
from services.intake.vault import Vault

SECONDS_A_MINUTE = 60


async def keep_asking(runtime: Runtime) -> None:
    """Until cancelled. Raises `ValueError` (`NoKeys` too) or `DeliveryRefused` at once where a source cannot be asked as it is told.

    Without a file nobody is asked.
    """
    file: Path | None = runtime.settings.polls
    if file is None:
        await asyncio.Event().wait()
        return
    sources = load(file)
    Vault.of(runtime.settings)
    for source in sources:
        source.who()
    async with asyncio.TaskGroup() as together:
        for source in sources:
            together.create_task(_keep(runtime, source))
        together.create_task(asyncio.Event().wait())


async def _keep(runtime: Runtime, source: Source) -> None:
    async with opened(source) as client:
        poller = Poller(runtime, source, client)
        while True:
            try:
                await poller.run()
            except (*TRANSIENT, Refused) as problem:
                end_if_told()
                warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason=f"poll {source.name}")
            await asyncio.sleep(source.every_minutes * SECONDS_A_MINUTE)
