"""One talk: with whom, from when to when, and what may be recorded about it: held, not wanted, on another day."""

from datetime import date

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.base import HolderRole
from contracts.words import TalkTheme
from services.chassis.web import Desk, Form
from services.chassis.web.forms import Endpoint
from services.onboarding import store
from services.onboarding.domain.asks import decline_talk, hold_talk, move_step
from services.onboarding.pages.access import Seen, seen_step
from services.onboarding.pages.learning import Words, keep_learning, learnt
from services.onboarding.pages.shown import roles, state_word, step_text, step_title, themes, told_at, units_named

UNKNOWN = "onboarding-talk-unknown"
MOVE_REFUSED = (
    *("onboarding-move-to-past", "onboarding-move-outside-window", "onboarding-move-to-day-off", "onboarding-move-to-half-day"),
    "onboarding-step-not-ahead",
)
DAY_REFUSED = ("onboarding-talk-in-future", "onboarding-talk-before-first-day", "onboarding-talk-after-last-day")


class HeldForm(Form):
    """The talk was held."""

    held_on: date = Field(title="onboarding-held-on")
    by_role: HolderRole = Field(title="onboarding-by-role")
    themes: tuple[TalkTheme, ...] = ()
    observations: tuple[TalkTheme, ...] = ()
    words: Words = Field(default="", title="onboarding-words")


class DeclinedForm(Form):
    """The employee did not want the talk."""

    declined_on: date = Field(title="onboarding-declined-on")


class MovedForm(Form):
    """Another day was agreed on."""

    moved_to: date = Field(title="onboarding-moved-to")


async def talk(request: Request) -> Response:
    """One talk: with whom, from when to when, and the forms."""
    desk = await Desk.of(request)
    seen = await seen_step(desk, UNKNOWN, is_talk=True)
    row = seen.row
    return desk.render(
        "talk.html",
        talk=row,
        seen=seen,
        title=step_title(desk, row),
        what=step_text(desk, row),
        word=state_word(row, desk.today),
        unit=units_named(desk, [row.unit_id])[row.unit_id],
        names=await desk.runtime.names([row.person_key]),
        is_doubtful=bool(await desk.doubtful([row.person_key])),
        holders=roles(desk, seen.role),
        themes=themes(desk),
        learnt=await learnt(desk, seen),
        most_letters=store.MOST_LETTERS,
        begun=row.first_day <= desk.today,
        latest=min(desk.today, row.last_day or desk.today),
    )


async def record_held(request: Request) -> Response:
    """The talk was held; what was learnt is kept beside."""
    desk = await Desk.of(request)
    seen = await _talk(desk)
    asked = await desk.form(HeldForm)
    decide = hold_talk(seen.row.fact, asked.held_on, asked.by_role, asked.themes, asked.observations)
    await desk.runtime.ask(seen.subject, asked.form_id, told_at(decide, held_on=DAY_REFUSED))
    await keep_learning(desk, seen, asked.form_id, asked.held_on, asked.words)
    return desk.redirect(seen.page_of_plan, notice="onboarding-held-kept")


async def record_declined(request: Request) -> Response:
    """The employee did not want the talk."""
    desk = await Desk.of(request)
    seen = await _talk(desk)
    asked = await desk.form(DeclinedForm, page=talk)
    decide = decline_talk(seen.row.fact, asked.declined_on, seen.role)
    await desk.runtime.ask(seen.subject, asked.form_id, told_at(decide, declined_on=DAY_REFUSED))
    return desk.redirect(seen.page_of_plan, notice="onboarding-declined-kept")


async def record_moved(request: Request) -> Response:
    """The talk is to be on another day."""
    desk = await Desk.of(request)
    return await keep_moved(desk, await _talk(desk), talk)


async def keep_moved(desk: Desk, seen: Seen, page: Endpoint) -> Response:
    """Another day for a talk or any other step; `page` is shown again where the day cannot be."""
    asked = await desk.form(MovedForm, page=page)
    decide = move_step(seen.row.fact, asked.moved_to, seen.role)
    await desk.runtime.ask(seen.subject, asked.form_id, told_at(decide, moved_to=MOVE_REFUSED))
    return desk.redirect(seen.page_of_plan, notice="onboarding-moved-kept")


async def _talk(desk: Desk) -> Seen:
    return await seen_step(desk, UNKNOWN, is_talk=True)


ROUTES = (
    Route("/onboarding/talks/{fact:uuid}", talk),
    Route("/onboarding/talks/{fact:uuid}", record_held, methods=["POST"]),
    Route("/onboarding/talks/{fact:uuid}/declined", record_declined, methods=["POST"]),
    Route("/onboarding/talks/{fact:uuid}/moved", record_moved, methods=["POST"]),
)
