"""The pages of vacancies: those of the viewer's units, and one with what is done before an ad and who filled it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import CallState
from contracts.recruitment import ReviewOutcome
from services.chassis.calendar import midnight
from services.chassis.subject import Subject
from services.chassis.web import Desk, Form, NotFound, Refused
from services.chassis.web.seams import Decide
from services.recruitment import store
from services.recruitment.domain.asks import Opening, confirm_filled, offer_more_hours, publish_ad, review_vacancy
from services.recruitment.domain.said import VacancyRow
from services.recruitment.domain.vacancy import Status

DAYS_SHOWN = 365
OUTCOMES = tuple(outcome for outcome in ReviewOutcome if outcome is not ReviewOutcome.UNKNOWN)
OVER = frozenset({Status.FILLED.value, Status.GIVEN_UP.value})
"""A vacancy in one of these is asked nothing more."""


def _danish(value: object) -> object:
    """People write 7,5."""
    return value.replace(",", ".") if isinstance(value, str) else value


class ReviewForm(Form):
    """Tasks and competences were reconsidered."""

    reviewed_on: date = Field(title="recruitment-reviewed-on")
    outcome: ReviewOutcome = Field(title="recruitment-outcome")
    tasks_checked: bool = False
    competences_checked: bool = False


class MoreHoursForm(Form):
    """The own part-timers were offered more hours."""

    offered_on: date = Field(title="recruitment-offered-on")
    asked: int = Field(ge=0, le=9999, title="recruitment-asked")
    accepted: int = Field(ge=0, le=9999, title="recruitment-accepted")
    hours_gained: Annotated[Decimal, BeforeValidator(_danish)] = Field(ge=0, le=99999, decimal_places=2, title="recruitment-hours-gained")


class AdForm(Form):
    """An ad is published."""

    published_on: date = Field(title="recruitment-published-on")


class FilledForm(Form):
    """A hire filled the vacancy."""

    hired_fact: UUID = Field(title="recruitment-hire")
    accepted_on: date = Field(title="recruitment-accepted-on")
    alignment_noted: bool = False
    agency_used: bool = False


async def vacancies(request: Request) -> Response:
    """The vacancies of the viewer's units, those that are over below."""
    desk = await Desk.of(request)
    since = midnight(desk.today - timedelta(days=DAYS_SHOWN))
    async with desk.runtime.pool.acquire() as conn:
        found = await store.vacancies_of_units(conn, desk.viewer.units, since)
    return desk.render(
        "vacancies.html",
        parts=_parts(found, desk.today),
        units={row.unit_id: desk.unit_name(row.unit_id) for row in found},
        names=await desk.runtime.names({row.filled_by for row in found if row.filled_by}),
        doubtful=await desk.doubtful([row.vacancy_id for row in found], told_by="person"),
        left=left_to_do,
    )


def _parts(found: Sequence[VacancyRow], today: date) -> list[tuple[str, list[VacancyRow]]]:
    """Those the leader has something to do about first, then the other open ones, then those that are over."""
    to_do = [row for row in found if left_to_do(row, today)]
    waiting = [row for row in found if row.status not in OVER and row not in to_do]
    return [("to-do", to_do), ("waiting", waiting), ("over", [row for row in found if row.status in OVER])]


def left_to_do(row: VacancyRow, today: date) -> list[str]:
    """The duties before an ad that are not done, and whether each is late: words of the page."""
    duties = (("review", row.review_state, row.review_closes), ("more-hours", row.more_hours_state, row.more_hours_closes))
    return [
        f"{name}-late" if closes is not None and today > closes else name
        for name, state, closes in duties
        if state is not None and state != CallState.DONE and row.status not in OVER
    ]


async def vacancy(request: Request) -> Response:
    """One vacancy: what is known, what is to be done, the forms."""
    desk = await Desk.of(request)
    row = await _row(desk)
    async with desk.runtime.pool.acquire() as conn:
        hires = await store.hires_that_may_fill(conn, row, desk.viewer.units)
    people = {hire.person_key for hire in hires} | ({row.filled_by} if row.filled_by else set())
    return desk.render(
        "vacancy.html",
        vacancy=row,
        unit=desk.unit_name(row.unit_id),
        over=row.status in OVER,
        left=left_to_do(row, desk.today),
        may_advertise=row.status == Status.OPEN and not left_to_do(row, desk.today),
        outcomes=[(outcome.value, desk.text(f"recruitment-outcome-{outcome.value}")) for outcome in OUTCOMES],
        hires=hires,
        names=await desk.runtime.names(people),
        doubtful=await desk.doubtful([row.vacancy_id, *(hire.person_key for hire in hires)], told_by="person"),
    )


async def record_review(request: Request) -> Response:
    """The leader reconsidered tasks and competences."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(ReviewForm, page=vacancy)
    decide = review_vacancy(
        asked.reviewed_on, asked.outcome, tasks_checked=asked.tasks_checked, competences_checked=asked.competences_checked
    )
    return await _recorded(desk, row, asked, decide, "recruitment-review-kept")


async def record_more_hours(request: Request) -> Response:
    """The leader offered the part-timers more hours."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(MoreHoursForm, page=vacancy)
    decide = offer_more_hours(asked.offered_on, asked.asked, asked.accepted, asked.hours_gained)
    return await _recorded(desk, row, asked, decide, "recruitment-more-hours-kept")


async def record_ad(request: Request) -> Response:
    """The leader published an ad."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(AdForm, page=vacancy)
    return await _recorded(desk, row, asked, publish_ad(asked.published_on), "recruitment-ad-kept")


async def record_filled(request: Request) -> Response:
    """The leader confirmed which hire filled the vacancy: asked of the newcomer's history."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(FilledForm, page=vacancy)
    async with desk.runtime.pool.acquire() as conn:
        hire = await store.hire(conn, asked.hired_fact, desk.viewer.units)
    if hire is None:
        raise NotFound("recruitment-hire-unknown")
    if row.status in OVER and hire.vacancy_id != row.vacancy_id:
        raise Refused(f"recruitment-vacancy-{row.status}")
    decide = confirm_filled(
        Opening(row.vacancy_id, row.unit_id, row.occupation_group, row.known_at),
        asked.hired_fact,
        asked.accepted_on,
        agency_used=asked.agency_used,
        alignment_noted=asked.alignment_noted,
    )
    await desk.runtime.ask(Subject("person", hire.person_key, hire.municipality), asked.form_id, decide)
    return desk.redirect(_path(row), notice="recruitment-filled-kept")


async def _row(desk: Desk) -> VacancyRow:
    async with desk.runtime.pool.acquire() as conn:
        row = await store.vacancy(conn, desk.request.path_params["vacancy"], desk.viewer.units)
    if row is None:
        raise NotFound("recruitment-vacancy-unknown")
    return row


async def _recorded(desk: Desk, row: VacancyRow, asked: Form, decide: Decide, notice: str) -> Response:
    await desk.runtime.ask(Subject("vacancy", row.vacancy_id, row.municipality), asked.form_id, decide)
    return desk.redirect(_path(row), notice=notice)


def _path(row: VacancyRow) -> str:
    return f"/recruitment/vacancies/{row.vacancy_id}"


PLACE = "/recruitment/vacancies/{vacancy:uuid}"
ROUTES = (
    Route("/recruitment", vacancies),
    Route(PLACE, vacancy),
    Route(f"{PLACE}/review", record_review, methods=["POST"]),
    Route(f"{PLACE}/more-hours", record_more_hours, methods=["POST"]),
    Route(f"{PLACE}/ad", record_ad, methods=["POST"]),
    Route(f"{PLACE}/filled", record_filled, methods=["POST"]),
)
