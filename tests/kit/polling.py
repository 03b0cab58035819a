"""One source at our own payroll service, asked at moments that a test decides."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from services.chassis import clock
from services.chassis.calendar import COPENHAGEN
from services.chassis.runtime import Runtime
from services.intake.polling.client import opened
from services.intake.polling.poll import Poller, Step
from services.intake.polling.source import Source
from tests.kit.deliveries import MAPPINGS
from tests.kit.sd_service import SECRET, USER, SdService

VARIABLES = {"FORBLIV_POLL_SD_ZZ_USER": USER, "FORBLIV_POLL_SD_ZZ_SECRET": SECRET}


def source_of(service: SdService, **more: object) -> Source:
    """The service as the operator names it; only employments are asked for."""
    told = {"name": "sd-zz", "municipality": "730", "institution": service.institution, "address": service.address}
    return Source.model_validate({**told, "mapping": MAPPINGS / "sd.toml", "units": False, "names": False, **more})


def file_of(service: SdService, folder: Path) -> Path:
    """The same as the operator's file."""
    file = folder / "polls.toml"
    file.write_text(
        f'[[sources]]\nname = "sd-zz"\nmunicipality = "730"\ninstitution = "{service.institution}"\naddress = "{service.address}"\n'
        f'mapping = "{MAPPINGS / "sd.toml"}"\nunits = false\nnames = false\n',
        "utf-8",
    )
    return file


async def clock_at(runtime: Runtime, moment: str) -> None:
    """Move the clock to some seconds after a minute of Danish time."""
    wanted = datetime.fromisoformat(moment).replace(tzinfo=COPENHAGEN) + timedelta(seconds=5)
    async with runtime.pool.acquire() as conn, conn.transaction():
        await clock.hold(conn)
        await clock.move(conn, wanted - await clock.moment(conn) + await clock.ahead(conn))


@asynccontextmanager
async def poller(runtime: Runtime, source: Source) -> AsyncIterator[Poller]:
    """Who asks."""
    async with opened(source) as client:
        yield Poller(runtime, source, client)


async def poll(runtime: Runtime, source: Source, at: str = "") -> list[Step]:
    """One round of questions, at a moment of Danish time."""
    if at:
        await clock_at(runtime, at)
    async with poller(runtime, source) as asking:
        return await asking.run()


class Held(NamedTuple):
    """What is durable: what was said, and the deliveries as (feed, rows, refused, whether they are done)."""

    said: Counter[str]
    deliveries: list[tuple[Any, ...]]


async def held(runtime: Runtime) -> Held:
    """What the database holds now."""
    said = await runtime.pool.fetch("select headers from outbox")
    rows = await runtime.pool.fetch("select feed, seen, refused, done from delivery order by received_at, feed")
    return Held(Counter(_type_of(row[0]) for row in said), [tuple(row) for row in rows])


async def marks(runtime: Runtime) -> dict[str, tuple[str, bool]]:
    """By stream: until when it was read (Danish time), and whether a question waits for its answer to be taken."""
    rows = await runtime.pool.fetch("select stream, read_until, asking_until from poll_mark")
    return {row["stream"]: (_danish(row["read_until"]), row["asking_until"] is not None) for row in rows}


def failures(steps: Sequence[Step]) -> list[str]:
    """The names of what went wrong."""
    return [step.failed.reason for step in steps if step.failed]


def _danish(moment: datetime | None) -> str:
    return f"{moment.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}" if moment else ""


def _type_of(headers: str) -> str:
    return str(dict(json.loads(headers))["ce_type"])
