"""Whatever the door takes is said again under its own name: type by type, through the real steps, which say nothing undeclared."""

import pytest

from contracts.hr import ResignationWithdrawn, Resigned
from services.chassis.subject import Revision
from services.intake.domain.event_seen import EventSeen
from services.intake.told.bodies import BODIES, FACTS, FILLED
from tests.unit.intake.directory.test_told import told
from tests.unit.intake.source import LONG_AFTER, Source

OURS = {*FACTS, *FILLED}
"""What is filled in here, under ids of facts of ours."""


def notice_of(withdrawal: EventSeen) -> Revision[EventSeen]:
    """The notice that is taken back: before it has come, its withdrawal says nothing."""
    _, notice = told(Resigned.wire)
    seen = notice.body.model_copy(update={"told_fact": withdrawal.event.resignation_fact})  # type: ignore[attr-defined]  # of this type
    return Revision(seen.fact(), 0, 1, True, LONG_AFTER, seen, seen.wire)


@pytest.mark.parametrize("wire", BODIES)
def test_what_the_door_takes_is_said_again(wire: str) -> None:
    kind, revision = told(wire)
    before = [notice_of(revision.body)] if wire == ResignationWithdrawn.wire else []
    source = Source(kind).records([*before, revision])
    said = [each.body for each in source.spoken if each.type == wire]

    assert [each.model_dump(exclude=OURS) for each in said] == [revision.body.event.model_dump(exclude=OURS)]
