"""What every page of a case begins with: the case, as far as the viewer may see it, and how the viewer stands to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.base import CallState
from services.chassis.subject import Subject
from services.chassis.web import Desk, NotFound
from services.retention import store
from services.retention.domain.readers import Reader, nearest_leaders
from services.retention.domain.rows import CaseRow, DutyKind, DutyRow


@dataclass(frozen=True, slots=True)
class Seen:
    """A case, its duties, and the reader."""

    case: CaseRow
    duties: Sequence[DutyRow]
    reader: Reader

    @property
    def subject(self) -> Subject:
        """Whose history the case belongs to."""
        return Subject("person", self.case.person, self.case.municipality)


def reader_of(desk: Desk, case: CaseRow) -> Reader:
    """How the viewer stands to a case today."""
    nearest = nearest_leaders(desk.snapshot.organisation(), case.unit, case.person, desk.today)
    return Reader(is_hr=desk.viewer.is_hr, is_nearest=desk.viewer.person in nearest)


async def seen_case(desk: Desk) -> Seen:
    """The case of the path: by the fact of the resignation or of the end. Raises `NotFound`."""
    async with desk.runtime.pool.acquire() as conn:
        case = await store.case(conn, desk.request.path_params["fact"], desk.viewer.units, desk.viewer.person)
        duties = await store.duties(conn, [case.case]) if case else []
    if case is None:
        raise NotFound("retention-case-unknown")
    return Seen(case, duties, reader_of(desk, case))


async def seen_duty(desk: Desk, *kinds: DutyKind) -> tuple[Seen, DutyRow]:
    """The case of the duty of the path, and the duty. Raises `NotFound`, also for a duty of another kind."""
    fact: UUID = desk.request.path_params["fact"]
    async with desk.runtime.pool.acquire() as conn:
        case = await store.case_of_duty(conn, fact, desk.viewer.units, desk.viewer.person)
        duties = await store.duties(conn, [case.case]) if case else []
    found = next((duty for duty in duties if duty.fact == fact and duty.kind in kinds), None)
    if case is None or found is None:
        raise NotFound("retention-talk-unknown" if DutyKind.RETENTION_TALK in kinds else "retention-exit-unknown")
    return Seen(case, duties, reader_of(desk, case)), found


def path_of(duty: DutyRow) -> str:
    """Where a duty is shown and recorded."""
    return f"/retention/{'talks' if duty.kind is DutyKind.RETENTION_TALK else 'exits'}/{duty.fact}"


def lacks_offer(duty: DutyRow, today: date) -> bool:
    """Whether an exit talk should have been offered by now and was not: it is past its due date. Who declined was offered one."""
    is_unheard = duty.owed and duty.offered_on is None and duty.state in {CallState.OPEN, CallState.MISSED}
    return is_unheard and duty.kind is not DutyKind.RETENTION_TALK and duty.window.due < today


def state_word(duty: DutyRow, today: date) -> str:
    """The word people see for the state of a duty: late, to offer, offered and accepted are words of the page, not states of the duty."""
    if not duty.owed:
        return "withdrawn"
    if duty.state is CallState.DONE and duty.state_on > duty.window.closes:
        return "done-late"
    if duty.state is not CallState.OPEN:
        return duty.state.value
    if today > duty.window.closes:
        return "late"
    if duty.kind is DutyKind.RETENTION_TALK:
        return "open"
    return "accepted" if duty.accepted_on else "offered" if duty.offered_on else "to-offer"
