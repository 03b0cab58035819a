"""The talks of introductions: those of the viewer's units, and one of them with what may be recorded about it."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import CallState, HolderRole
from contracts.words import TalkTheme
from services.chassis.calendar import add_months
from services.chassis.web import Desk, Form, NotFound
from services.onboarding import store
from services.onboarding.domain.asks import decline_talk, hold_talk
from services.onboarding.domain.rows import StepRow
from services.onboarding.pages.shown import state_word, subject_of

COMING_DAYS = 14
MONTHS_SHOWN = 15
MOST_NEWCOMERS = 300
HOLDERS = (HolderRole.NEAREST_LEADER, HolderRole.DEPUTY, HolderRole.LEADERS_LEADER, HolderRole.HR)
THEMES = tuple(theme for theme in TalkTheme if theme is not TalkTheme.UNKNOWN)


class HeldForm(Form):
    """The talk was held."""

    held_on: date = Field(title="onboarding-held-on")
    by_role: HolderRole = Field(title="onboarding-by-role")
    themes: tuple[TalkTheme, ...] = ()


class DeclinedForm(Form):
    """The employee did not want the talk."""

    declined_on: date = Field(title="onboarding-declined-on")


async def newcomers(request: Request) -> Response:
    """The talks that are open or coming, and how it went with each newcomer."""
    desk = await Desk.of(request)
    since = add_months(desk.today, -MONTHS_SHOWN)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.talks_of_units(conn, desk.viewer.units, desk.viewer.person, since)
    jobs = [list(talks) for _, talks in groupby(found, key=lambda row: (row.first_day, row.person_key, row.employment_id))]
    shown = jobs[:MOST_NEWCOMERS]
    return desk.render(
        "newcomers.html",
        open_talks=sorted((row for row in found if row.state == CallState.OPEN), key=lambda row: (row.closes, row.fact)),
        coming=_coming(found, desk.today),
        coming_days=COMING_DAYS,
        jobs=shown,
        cut_off=MOST_NEWCOMERS if len(jobs) > len(shown) else None,
        names=await desk.runtime.names({row.person_key for row in found}),
        doubtful=await desk.doubtful({row.person_key for row in found}),
        units={row.unit_id: desk.unit_name(row.unit_id) for row in found},
        word=state_word,
    )


def _coming(found: Sequence[StepRow], today: date) -> list[StepRow]:
    until = today + timedelta(days=COMING_DAYS)
    planned = (row for row in found if row.state == CallState.PLANNED and not row.on_leave and today <= row.opens <= until)
    return sorted(planned, key=lambda row: (row.opens, row.fact))


async def talk(request: Request) -> Response:
    """One talk: with whom, from when to when, and the form."""
    desk = await Desk.of(request)
    row = await _row(desk)
    return desk.render(
        "talk.html",
        talk=row,
        word=state_word(row, desk.today),
        unit=desk.unit_name(row.unit_id),
        names=await desk.runtime.names([row.person_key]),
        is_doubtful=bool(await desk.doubtful([row.person_key])),
        holders=[(role.value, desk.text(f"onboarding-role-{role.value}")) for role in HOLDERS],
        themes=[(theme.value, desk.text(f"onboarding-theme-{theme.value}")) for theme in THEMES],
        begun=row.first_day <= desk.today,
    )


async def record_held(request: Request) -> Response:
    """The leader records that the talk was held."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(HeldForm)
    decide = hold_talk(row.fact, asked.held_on, asked.by_role, asked.themes)
    await desk.runtime.ask(subject_of(row), asked.form_id, decide)
    return desk.redirect("/onboarding", notice="onboarding-held-kept")


async def record_declined(request: Request) -> Response:
    """The leader records that the employee did not want the talk."""
    desk = await Desk.of(request)
    row = await _row(desk)
    asked = await desk.form(DeclinedForm, page=talk)
    by_role = HolderRole.HR if desk.viewer.is_hr else HolderRole.NEAREST_LEADER
    await desk.runtime.ask(subject_of(row), asked.form_id, decline_talk(row.fact, asked.declined_on, by_role))
    return desk.redirect("/onboarding", notice="onboarding-declined-kept")


async def _row(desk: Desk) -> StepRow:
    async with desk.runtime.pool.acquire() as conn:
        row = await store.talk(conn, desk.request.path_params["fact"], desk.viewer.units, desk.viewer.person)
    if row is None:
        raise NotFound("onboarding-talk-unknown")
    return row


ROUTES = (
    Route("/onboarding", newcomers),
    Route("/onboarding/talks/{fact:uuid}", talk),
    Route("/onboarding/talks/{fact:uuid}", record_held, methods=["POST"]),
    Route("/onboarding/talks/{fact:uuid}/declined", record_declined, methods=["POST"]),
)
