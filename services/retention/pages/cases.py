"""Who leaves in the viewer's units, one case with all its talks, and the one click on whose wish it was."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import CallState
from services.chassis.web import Desk, Form, Refused
from services.retention import store
from services.retention.domain.rows import CaseRow, DutyRow
from services.retention.domain.talk_asks import classify_resignation
from services.retention.pages.seen import lacks_offer, path_of, reader_of, seen_case, state_word

SHOWN_DAYS = 60
"""How long after the last day a case stays in the list; one with an open talk stays as long as that."""
MOST_CASES = 300


class WishForm(Form):
    """The one click."""

    own_wish: bool = Field(title="retention-own-wish")


async def leavers(request: Request) -> Response:
    """What waits for the viewer, what they should have offered but did not, and every case of the viewer's units."""
    desk = await Desk.of(request)
    since = desk.today - timedelta(days=SHOWN_DAYS)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.cases_of_units(conn, desk.viewer.units, desk.viewer.person, since, MOST_CASES + 1)
        shown = found[:MOST_CASES]
        duties = await store.duties(conn, [case.case for case in shown])
    cases = {case.case: case for case in shown}
    own = _own(desk, cases, duties)
    return desk.render(
        "retention-leavers.html",
        parts=_parts(shown, desk.today),
        shown_days=SHOWN_DAYS,
        waiting=[duty for duty in own if duty.state is CallState.OPEN],
        without_offer=[duty for duty in own if lacks_offer(duty, desk.today)],
        duties_of={case: [duty for duty in duties if duty.case == case] for case in cases},
        case_of=cases,
        names=await desk.runtime.names({case.person for case in shown}),
        doubtful=await desk.doubtful({case.person for case in shown}),
        units={case.unit: desk.unit_name(case.unit) for case in shown},
        path_of=path_of,
        word=state_word,
        cut_off=MOST_CASES if len(found) > len(shown) else None,
    )


def _parts(cases: Sequence[CaseRow], today: date) -> list[tuple[str, list[CaseRow]]]:
    """Who is still to leave, the next one first; then those who left or stayed, the latest first."""
    to_leave = [case for case in cases if case.withdrawn_on is None and case.last_day >= today]
    over = [case for case in reversed(cases) if case not in to_leave]
    return [("leavers", to_leave), ("over", over)]


def _own(desk: Desk, cases: Mapping[UUID, CaseRow], duties: Sequence[DutyRow]) -> list[DutyRow]:
    """What is owed and the viewer may record, the first to close on top."""
    readers = {case.case: reader_of(desk, case) for case in cases.values()}
    owed = [duty for duty in duties if duty.owed and readers[duty.case].records(duty)]
    return sorted(owed, key=lambda duty: (duty.window.closes, duty.window.due, duty.fact))


async def case(request: Request) -> Response:
    """One case: who, until when, which talks, and the one click."""
    desk = await Desk.of(request)
    seen = await seen_case(desk)
    return desk.render(
        "retention-case.html",
        case=seen.case,
        duties=seen.duties,
        reader=seen.reader,
        unit=desk.unit_name(seen.case.unit),
        names=await desk.runtime.names([seen.case.person]),
        is_doubtful=bool(await desk.doubtful([seen.case.person])),
        path_of=path_of,
        word=state_word,
    )


async def record_wish(request: Request) -> Response:
    """Whether it was the employee's own wish."""
    desk = await Desk.of(request)
    seen = await seen_case(desk)
    asked = await desk.form(WishForm, page=case)
    if seen.case.resignation is None:
        raise Refused("retention-nobody-resigned")
    await desk.runtime.ask(
        seen.subject, asked.form_id, classify_resignation(seen.case.resignation, seen.reader.role, own_wish=asked.own_wish)
    )
    notice = "retention-wish-kept-own" if asked.own_wish else "retention-wish-kept-not-own"
    return desk.redirect(f"/retention/cases/{seen.case.case}", notice=notice)


ROUTES = (
    Route("/retention", leavers),
    Route("/retention/cases/{fact:uuid}", case),
    Route("/retention/cases/{fact:uuid}/wish", record_wish, methods=["POST"]),
)
