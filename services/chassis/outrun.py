"""A letter nobody could read is only late: once a revision of its fact is read that is as high or higher, it has nothing left to say.

Whatever came first, the letter or the higher revision, and in whatever batch: the end is the same.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from contracts.base import Event
from services.chassis.packing import unpack
from services.chassis.remains import Invalid
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Revision

Named = tuple[UUID, int, int]
"""A revision by its fact, epoch and number."""


async def outrun(runtime: Runtime, conn: Connection, dead: Sequence[Invalid], heard: Iterable[Revision[Event]], moment: datetime) -> None:
    """Settle what was heard in this transaction, and of what was buried in it all that was read before."""
    told = {_named(revision) for revision in heard}
    if facts := {why.fact for why in dead if why.fact is not None}:
        told |= await _read_before(runtime, conn, facts | {why.subject for why in dead if why.subject is not None}, facts)
        await runtime.tables.outrun_by_reference(conn, facts, moment)
    if told:
        await runtime.tables.outrun(conn, told, moment)


async def _read_before(runtime: Runtime, conn: Connection, ids: Collection[UUID], facts: Collection[UUID]) -> set[Named]:
    """The revisions that the histories of these subjects hold of these facts."""
    found: set[Named] = set()
    for kind in runtime.service.subjects:
        texts = await runtime.tables.histories(conn, kind.name, sorted(ids))
        found |= {_named(r) for text in texts.values() for r in unpack(kind, text) if r.fact in facts}
    return found


def _named(revision: Revision[Event]) -> Named:
    return revision.fact, revision.epoch, revision.revision
