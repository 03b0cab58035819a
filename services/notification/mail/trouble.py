"""What HR must know of mail itself, as tasks in HR's queue: duties of our own, recorded as any other that is heard (decision 28)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.base import Call, Called, CallState, HolderRole
from services.chassis.calendar import day_of
from services.chassis.runtime import Runtime
from services.chassis.subject import Revision, Subject, fact_id
from services.notification.domain.duty import SERVICE_NAME
from services.notification.domain.task import Task
from services.notification.store import open_of_kind

WIRE = "note.mail-trouble"
LINK = "/mail"
CLOSES_AFTER = 5
"""Working days after which the task is late."""
KEPT = timedelta(days=365)


class Trouble(StrEnum):
    """Kinds of tasks."""

    NO_DIGEST = "silence-digests"
    CARD_FAILED = "card-failed"


WORDS: Mapping[str, str] = {
    Trouble.NO_DIGEST: "no digest went out on a digest day",
    Trouble.CARD_FAILED: "the card of counts cannot be posted",
}


async def tell(runtime: Runtime, trouble: Trouble, municipality: str, moment: datetime) -> None:
    """HR has a task from today on, unless it has one of this kind already; what comes again within the hour is the same."""
    if await _open(runtime, trouble, municipality):
        return
    day, snapshot = day_of(moment), await runtime.snapshot(municipality)
    hour = moment.isoformat(timespec="hours")
    task = fact_id(SERVICE_NAME, Subject("trouble", UUID(int=0), municipality), (trouble, municipality, hour))
    calendar = snapshot.calendar(None, day)
    closes = calendar.add_working_days(day, CLOSES_AFTER)
    call = Call(
        kind=trouble,
        role=HolderRole.HR,
        unit_id=snapshot.organisation().root(day) or task,
        opens=day,
        due=calendar.add_working_days(day, 1),
        closes=closes,
        missed_after=closes + KEPT,
        state=CallState.OPEN,
        state_on=day,
        link=LINK,
    )
    await _record(runtime, Subject("task", task, municipality), call, 1, moment)


async def settle(runtime: Runtime, trouble: Trouble, municipality: str, moment: datetime) -> None:
    """It is well again."""
    for task in await _open(runtime, trouble, municipality):
        call = Call(
            kind=task.kind,
            role=task.role,
            unit_id=task.unit_id,
            opens=task.opens,
            due=task.due,
            closes=task.closes,
            missed_after=task.missed_after,
            state=CallState.DONE,
            state_on=day_of(moment),
            link=task.link,
        )
        await _record(runtime, Subject("task", task.task_id, municipality), call, 2, moment)


async def _open(runtime: Runtime, trouble: Trouble, municipality: str) -> list[Task]:
    async with runtime.pool.acquire() as conn:
        return await open_of_kind(conn, municipality, trouble)


async def _record(runtime: Runtime, subject: Subject, call: Call, number: int, moment: datetime) -> None:
    body = Called(municipality=subject.municipality, call=call)
    await runtime.record({subject: [Revision(subject.id, 0, number, True, moment, body, WIRE)]})
