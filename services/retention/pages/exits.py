"""The page of an exit talk at one level: offered, accepted, declined, held with its coded answers."""

from datetime import date
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.words import ExitLevel, ExitReason
from services.chassis.web import Desk, Form, NotFound, wrong
from services.retention import store
from services.retention.domain.exit_asks import accept_exit, decline_exit, hold_exit, offer_exit
from services.retention.domain.records import REASONS_AT_MOST, Answers, Recommends
from services.retention.domain.rows import DutyKind, DutyRow
from services.retention.pages.seen import Seen, seen_duty, state_word

EXITS = (DutyKind.EXIT_TALK_LEADER, DutyKind.EXIT_TALK_EMPLOYEE)
LEVELS = {DutyKind.EXIT_TALK_LEADER: ExitLevel.LEADER, DutyKind.EXIT_TALK_EMPLOYEE: ExitLevel.EMPLOYEE}
REASONS = tuple(reason for reason in ExitReason if reason is not ExitReason.UNKNOWN)
RECOMMENDS = tuple(degree for degree in Recommends if degree is not Recommends.UNKNOWN)


class OfferedForm(Form):
    """The offer has reached the person."""

    offered_on: date = Field(title="retention-offered-on")


class AcceptedForm(Form):
    """The person wants the talk."""

    accepted_on: date = Field(title="retention-accepted-on")


class DeclinedForm(Form):
    """The person does not want the talk."""

    declined_on: date = Field(title="retention-declined-on")


class HeldForm(Form):
    """The talk was held; the main reason is asked for where there are several."""

    held_on: date = Field(title="retention-held-on")
    reasons: tuple[ExitReason, ...] = Field(default=(), title="retention-reasons")
    main_reason: ExitReason | None = Field(default=None, title="retention-main-reason-label", validate_default=True)
    recommends: Recommends = Field(default=Recommends.UNKNOWN, title="retention-recommends")

    @field_validator("reasons")
    @classmethod
    def _at_most_three(cls, reasons: tuple[ExitReason, ...]) -> tuple[ExitReason, ...]:
        if len(reasons) > REASONS_AT_MOST:
            raise wrong("retention-reasons-at-most", most=REASONS_AT_MOST)
        return reasons

    @field_validator("main_reason")
    @classmethod
    def _one_of_them_is_the_main_one(cls, main: ExitReason | None, given: ValidationInfo) -> ExitReason | None:
        reasons = given.data.get("reasons", ())
        if (main is None and len(reasons) > 1) or (main is not None and main not in reasons):
            raise wrong("retention-main-reason")
        return main

    @property
    def answers(self) -> Answers:
        """The coded answers; a single reason is the main one by itself."""
        alone = self.reasons[0] if len(self.reasons) == 1 else None
        return Answers(reasons=self.reasons, main_reason=self.main_reason or alone, recommends=self.recommends)


async def exit_talk(request: Request) -> Response:
    """One exit talk: with whom, how far it has come, the forms, and the answers for those who may read them."""
    desk = await Desk.of(request)
    seen, duty = await seen_duty(desk, *EXITS)
    answers = None
    if seen.reader.reads_answers(duty):
        async with desk.runtime.pool.acquire() as conn:
            answers = await store.answers(conn, duty.fact)
    return desk.render(
        "retention-exit.html",
        case=seen.case,
        duty=duty,
        word=state_word(duty, desk.today),
        may_record=seen.reader.records(duty),
        answers=answers,
        unit=desk.unit_name(seen.case.unit),
        names=await desk.runtime.names([seen.case.person]),
        reasons=[(reason.value, desk.text(f"retention-reason-{reason.value}")) for reason in REASONS],
        recommends=[(degree.value, desk.text(f"retention-recommends-{degree.value}")) for degree in RECOMMENDS],
    )


async def record_offered(request: Request) -> Response:
    """The offer has reached the person."""
    desk = await Desk.of(request)
    seen, duty, end = await _recorded(desk)
    asked = await desk.form(OfferedForm, page=exit_talk)
    decide = offer_exit(end, LEVELS[duty.kind], asked.offered_on, seen.reader.role)
    await desk.runtime.ask(seen.subject, asked.form_id, decide)
    return desk.redirect(f"/retention/exits/{duty.fact}", notice="retention-exit-kept-offered")


async def record_accepted(request: Request) -> Response:
    """The person wants the talk."""
    desk = await Desk.of(request)
    seen, duty, end = await _recorded(desk)
    asked = await desk.form(AcceptedForm, page=exit_talk)
    decide = accept_exit(end, LEVELS[duty.kind], asked.accepted_on, seen.reader.role)
    await desk.runtime.ask(seen.subject, asked.form_id, decide)
    return desk.redirect(f"/retention/exits/{duty.fact}", notice="retention-exit-kept-accepted")


async def record_declined(request: Request) -> Response:
    """The person does not want the talk."""
    desk = await Desk.of(request)
    seen, duty, end = await _recorded(desk)
    asked = await desk.form(DeclinedForm, page=exit_talk)
    decide = decline_exit(end, LEVELS[duty.kind], asked.declined_on, seen.reader.role)
    await desk.runtime.ask(seen.subject, asked.form_id, decide)
    return desk.redirect(f"/retention/cases/{seen.case.case}", notice="retention-exit-kept-declined")


async def record_held(request: Request) -> Response:
    """The talk was held."""
    desk = await Desk.of(request)
    seen, duty, end = await _recorded(desk)
    asked = await desk.form(HeldForm)
    decide = hold_exit(end, LEVELS[duty.kind], asked.held_on, asked.answers, seen.reader.role)
    await desk.runtime.ask(seen.subject, asked.form_id, decide)
    return desk.redirect(f"/retention/cases/{seen.case.case}", notice="retention-exit-kept-held")


async def _recorded(desk: Desk) -> tuple[Seen, DutyRow, UUID]:
    """The duty that is recorded about, and its end. Raises `NotFound` for who may not record about it."""
    seen, duty = await seen_duty(desk, *EXITS)
    if seen.case.end is None or not seen.reader.records(duty):
        raise NotFound("retention-exit-unknown")
    return seen, duty, seen.case.end


ROUTES = (
    Route("/retention/exits/{fact:uuid}", exit_talk),
    Route("/retention/exits/{fact:uuid}", record_held, methods=["POST"]),
    Route("/retention/exits/{fact:uuid}/offered", record_offered, methods=["POST"]),
    Route("/retention/exits/{fact:uuid}/accepted", record_accepted, methods=["POST"]),
    Route("/retention/exits/{fact:uuid}/declined", record_declined, methods=["POST"]),
)
