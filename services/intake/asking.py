"""HR is asked to look at a delivery, and asked no longer once it is settled: said in the very transaction that holds it or settles it."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple
from uuid import UUID

from contracts.base import Event
from contracts.intake import DeliveryHeldBack, DeliveryOutcome
from services.chassis.reconcile import Moment
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision, Subject
from services.intake import delivery_store, hold_store, noting
from services.intake.delivery_store import Hold
from services.intake.domain.records import DELIVERY
from services.intake.domain.waiting import Doubt, WaitBegun, WaitOver
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Delivery
from services.intake.whole import CUT_OFF


class _Doubted(NamedTuple):
    """Why somebody must look at a delivery, and how many of how many employments it would end."""

    doubt: Doubt
    would_end: int
    employed: int


async def held(runtime: Runtime, conn: Connection, moment: Moment, number: UUID, delivery: Delivery, hold: Hold) -> None:
    """A delivery waits: HR has a task from now on; nothing is said where it has it with the same numbers already."""
    await _ask(runtime, conn, moment, number, delivery, _Doubted(Doubt.WAITS, hold.ending, hold.employed))


async def turned_down(runtime: Runtime, conn: Connection, moment: Moment, number: UUID, delivery: Delivery, why: DeliveryRefused) -> None:
    """A delivery is refused whole. HR must know where it is cut off, since nobody may look at what brought it (samples: "and alarm")."""
    await noting.turn_down(conn, number, why)
    if why.reason in CUT_OFF.values():
        doubted = _Doubted(Doubt.INCOMPLETE, int(why.fields["would_end"]), int(why.fields["employed"]))
        await _ask(runtime, conn, moment, number, delivery, doubted)


async def _ask(runtime: Runtime, conn: Connection, moment: Moment, number: UUID, delivery: Delivery, doubted: _Doubted) -> None:
    told = (await hold_store.asked(conn, [number])).get(number)
    if told is not None and (told.call.kind, told.would_end, told.employed) == doubted:
        return
    code = delivery.municipality
    begun = WaitBegun(
        municipality=code,
        feed=delivery.feed,
        registered_at=moment.stamp,
        file_ref=f"delivery-{delivery.digest[:12]}",
        doubt=doubted.doubt,
        would_end=doubted.would_end,
        employed=doubted.employed,
        unit_id=await hold_store.top_unit(conn, code) or number,
    )
    await _record(runtime, conn, moment, {number: begun})


async def settle(
    runtime: Runtime, conn: Connection, moment: Moment, numbers: Collection[UUID], outcome: DeliveryOutcome, *, by_hr: bool = False
) -> Mapping[UUID, DeliveryHeldBack]:
    """HR's tasks for these deliveries are done; what HR was asked, of those of which it was."""
    told = await hold_store.asked(conn, numbers)
    over = {
        number: WaitOver(municipality=was.municipality, feed=was.feed, registered_at=moment.stamp, outcome=outcome, by_hr=by_hr)
        for number, was in told.items()
    }
    await _record(runtime, conn, moment, over)
    return told


async def taken(runtime: Runtime, conn: Connection, moment: Moment, number: UUID, delivery: Delivery) -> None:
    """A delivery was taken to its end: neither it nor an earlier one of its order is asked about any more.

    The earlier ones would be refused as older now, whoever lets them go (`Delivering`), so they are.
    """
    await settle(runtime, conn, moment, [number], DeliveryOutcome.ACCEPTED)
    earlier = await hold_store.earlier(conn, number, inclusive=delivery.whole is not None)
    for each, was in (await settle(runtime, conn, moment, earlier, DeliveryOutcome.REFUSED)).items():
        if was.call.kind == Doubt.WAITS:
            await delivery_store.turn_down(conn, each, "older-delivery", {"feed": delivery.feed})
            await hold_store.forget_parts(conn, each)


async def _record(runtime: Runtime, conn: Connection, moment: Moment, records: dict[UUID, WaitBegun] | dict[UUID, WaitOver]) -> None:
    for number, seen in records.items():
        revision: Revision[Event] = Revision(seen.fact(), 0, 1, True, moment.stamp, seen, seen.wire)
        work = await runtime.reconciler.reconcile(conn, {Subject(DELIVERY, number, seen.municipality): [revision]}, moment)
        await delivery_store.count_said(conn, number, Counter(out.type for out in work.outbox))
