"""What talks and resignations add: windows kept, resignations settled, exit talks of those who left (indicators B3, B4)."""

from datetime import date
from itertools import product
from uuid import UUID

from contracts.base import CallState
from contracts.hr import ResignationWithdrawn, Resigned
from contracts.onboarding import IntroMilestone, IntroMilestoneDone
from contracts.retention import (
    ExitInterview,
    ExitInterviewAccepted,
    ExitInterviewDeclined,
    ExitInterviewDone,
    ExitInterviewMissed,
    ExitInterviewOffered,
    ResignationClassified,
    RetentionTalk,
    RetentionTalkHeld,
)
from contracts.words import ExitLevel, MilestoneKind, Occasion, ReasonClass
from services.chassis.calendar import day_of
from services.chassis.subject import History, Revision
from services.reporting.contributions.employment import Career, Population, Spell, leaving
from services.reporting.contributions.sheet import Sheet
from services.reporting.months import month_of, text

TALKS_DUE = "talks.due"
TALKS_IN_TIME = "talks.in-time"
TALKS_LATE = "talks.late"
TALKS_MISSED = "talks.missed"
TALKS_DECLINED = "talks.declined"
RESIGNATIONS = "resignations.settled"
RESIGNATIONS_WITHDRAWN = "resignations.withdrawn"
RESIGNATIONS_KEPT = "resignations.kept"
EXIT_OFFERED = "exit.offered"
EXIT_ACCEPTED = "exit.accepted"
EXIT_HELD = "exit.held"
EITHER = "either"
RETENTION = "retention"

TALK_KINDS = {
    MilestoneKind.TALK_2_WEEKS: "talk-2-weeks",
    MilestoneKind.TALK_3_MONTHS: "talk-3-months",
    MilestoneKind.TALK_6_12_MONTHS: "talk-6-12-months",
    MilestoneKind.REINTRODUCTION_TALK: "return-from-leave",
}
"""The milestones that are talks; the others are steps of the plan and belong to other indicators."""
OCCASION_KINDS = {
    Occasion.RETURN_FROM_LEAVE: "return-from-leave",
    Occasion.INTERNAL_MOVE: "internal-move",
    Occasion.NEW_LEADER: "new-leader",
}


def count_duties(history: History, career: Career, sheet: Sheet) -> None:
    """Everything that is counted in talks and cases."""
    for milestone in history.standing(IntroMilestone):
        _milestone(milestone.body, career, sheet)
    for talk in history.standing(RetentionTalk):
        body = talk.body
        held = (body.held_on, body.in_time) if isinstance(body, RetentionTalkHeld) else None
        _talk(body, RETENTION, held, career, sheet)
    for resignation in history.standing(Resigned):
        _resignation(resignation, history, career, sheet)
    _exits(history, career, sheet)


def _milestone(body: IntroMilestone, career: Career, sheet: Sheet) -> None:
    kind = TALK_KINDS.get(body.milestone_kind)
    if kind is not None:
        held = (body.done_on, body.in_window) if isinstance(body, IntroMilestoneDone) else None
        _talk(body, OCCASION_KINDS.get(body.occasion, kind), held, career, sheet)


def _talk(body: IntroMilestone | RetentionTalk, kind: str, held: tuple[date, bool] | None, career: Career, sheet: Sheet) -> None:
    """Due: the window closes while the person is still employed, or the talk is already held then (`talk-timeliness`)."""
    call = body.call
    already = held is not None and held[0] <= call.closes
    if not already and not career.is_employed(call.closes):
        return
    beside = {CallState.MISSED: TALKS_MISSED, CallState.DECLINED: TALKS_DECLINED}.get(call.state)
    if held is not None:
        beside = TALKS_IN_TIME if held[1] else TALKS_LATE if not already else None
    month = text(month_of(call.closes))
    for measure in (TALKS_DUE, beside):
        if measure is not None:
            sheet.add((measure, str(_unit_on(call.closes, body, career)), month, month, kind), 1)


def _unit_on(day: date, body: IntroMilestone | RetentionTalk, career: Career) -> UUID:
    """The unit of the employment when the window closed, or of its last day where it was over by then (O2)."""
    begun = [spell for spell in career.spells if spell.employment == body.employment_id and spell.first <= day]
    return begun[-1].unit(min(day, begun[-1].last or day)) if begun else body.call.unit_id


def _resignation(resignation: Revision[Resigned], history: History, career: Career, sheet: Sheet) -> None:
    """Settled when it is withdrawn, or when the last day has passed; without what the leader marked "not own wish"."""
    body = resignation.body
    case = resignation.fact
    classified = [r.body for r in history.standing(ResignationClassified) if r.body.case_id == case]
    spell, received = _of_resignation(body, career)
    counted = body.reason_class in {ReasonClass.OWN_REQUEST, ReasonClass.UNKNOWN} and all(c.own_wish for c in classified)
    if not counted or (spell is not None and not career.counts(spell, received, Population.P2)):
        return
    withdrawn = _withdrawn_on(case, history)
    settled = withdrawn or (spell.last if spell else None) or body.last_working_day
    talks = [r.body.held_on for r in history.standing(RetentionTalkHeld) if r.body.case_id == case]
    cell = (str(spell.unit(received) if spell else body.unit_id), text(month_of(received)), text(month_of(settled)), "")
    sheet.add((RESIGNATIONS, *cell), 1)
    if withdrawn is not None:
        sheet.add((RESIGNATIONS_WITHDRAWN, *cell), 1)
        if any(held <= withdrawn for held in talks):
            sheet.add((RESIGNATIONS_KEPT, *cell), 1)


def _of_resignation(body: Resigned, career: Career) -> tuple[Spell | None, date]:
    """The employment that was resigned and the day of receipt; the day it was registered where no receipt is told."""
    received = body.received_on or day_of(body.registered_at)
    spells = [s for s in career.spells if s.employment == body.employment_id and s.first <= body.last_working_day]
    return (spells[-1] if spells else None), received


def _withdrawn_on(case: UUID, history: History) -> date | None:
    """The day of withdrawal; where it is not told, the day it became known."""
    days = [
        revision.body.withdrawn_on or day_of(history.first_known(revision.fact))
        for revision in history.standing(ResignationWithdrawn)
        if revision.body.resignation_fact == case
    ]
    return min(days, default=None)


def _exits(history: History, career: Career, sheet: Sheet) -> None:
    """Of each leaving: whether an exit talk was offered, accepted and held, by level and at either."""
    talks = history.standing(ExitInterview)
    for stay in career.stays:
        end = leaving(stay)
        if not talks or end is None or end.last is None:
            continue
        cases = {spell.ended_by for spell in stay[-1].spells if spell.last == end.last}
        of_case = [r.body for r in talks if r.body.case_id in cases]
        units = career.during(stay[-1], end.last, Population.P1)
        for level, step in product((EITHER, ExitLevel.LEADER, ExitLevel.EMPLOYEE), _STEPS):
            reached = (body for body in of_case if level in (EITHER, body.level))
            if any(_STEPS[step](body) for body in reached):
                sheet.event(step, units, end.last, split=level)


def _offered(body: ExitInterview) -> bool:
    if isinstance(body, ExitInterviewMissed):
        return body.offered_on is not None or body.accepted_on is not None
    return isinstance(body, ExitInterviewOffered | ExitInterviewDeclined) or _accepted(body)


def _accepted(body: ExitInterview) -> bool:
    """A talk held without a recorded answer counts as accepted."""
    if isinstance(body, ExitInterviewMissed):
        return body.accepted_on is not None
    return isinstance(body, ExitInterviewAccepted | ExitInterviewDone)


def _held(body: ExitInterview) -> bool:
    return isinstance(body, ExitInterviewDone)


_STEPS = {EXIT_OFFERED: _offered, EXIT_ACCEPTED: _accepted, EXIT_HELD: _held}
