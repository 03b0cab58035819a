"""The page of a retention talk: held, or not wanted."""

from datetime import date

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.web import Desk, Form
from services.retention.domain.records import TalkOutcome
from services.retention.domain.rows import DutyKind
from services.retention.domain.talk_asks import decline_talk, hold_talk
from services.retention.pages.seen import seen_duty, state_word

OUTCOMES = tuple(outcome for outcome in TalkOutcome if outcome is not TalkOutcome.UNKNOWN)


class HeldForm(Form):
    """The talk was held."""

    held_on: date = Field(title="retention-held-on")
    outcome: TalkOutcome = Field(title="retention-outcome")


class DeclinedForm(Form):
    """The employee did not want the talk."""

    declined_on: date = Field(title="retention-declined-on")


async def talk(request: Request) -> Response:
    """One retention talk: with whom, from when to when, and the forms."""
    desk = await Desk.of(request)
    seen, duty = await seen_duty(desk, DutyKind.RETENTION_TALK)
    return desk.render(
        "retention-talk.html",
        case=seen.case,
        duty=duty,
        word=state_word(duty, desk.today),
        unit=desk.unit_name(seen.case.unit),
        names=await desk.runtime.names([seen.case.person]),
        outcomes=[(outcome.value, desk.text(f"retention-outcome-{outcome.value}")) for outcome in OUTCOMES],
        latest=min(desk.today, seen.case.withdrawn_on or desk.today, seen.case.last_day),
    )


async def record_held(request: Request) -> Response:
    """The talk was held."""
    desk = await Desk.of(request)
    seen, duty = await seen_duty(desk, DutyKind.RETENTION_TALK)
    asked = await desk.form(HeldForm)
    await desk.runtime.ask(seen.subject, asked.form_id, hold_talk(duty.case, asked.held_on, asked.outcome, seen.reader.role))
    return desk.redirect(f"/retention/cases/{duty.case}", notice="retention-talk-kept-held")


async def record_declined(request: Request) -> Response:
    """The employee did not want the talk."""
    desk = await Desk.of(request)
    seen, duty = await seen_duty(desk, DutyKind.RETENTION_TALK)
    asked = await desk.form(DeclinedForm, page=talk)
    await desk.runtime.ask(seen.subject, asked.form_id, decline_talk(duty.case, asked.declined_on, seen.reader.role))
    return desk.redirect(f"/retention/cases/{duty.case}", notice="retention-talk-kept-declined")


ROUTES = (
    Route("/retention/talks/{fact:uuid}", talk),
    Route("/retention/talks/{fact:uuid}", record_held, methods=["POST"]),
    Route("/retention/talks/{fact:uuid}/declined", record_declined, methods=["POST"]),
)
