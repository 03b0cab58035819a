"""What may be recorded about a resignation, and when a rule says no."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import CallState, HolderRole
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.domain.asks import Decide, possible_day
from services.retention.domain.duty import Duty
from services.retention.domain.leaving import Resignation, resignations
from services.retention.domain.records import TalkDeclined, TalkHeld, TalkOutcome, WishJudged
from services.retention.domain.situation import leavings


def hold_talk(resignation: UUID, held_on: date, outcome: TalkOutcome, by_role: HolderRole) -> Decide[TalkHeld]:
    """The retention talk was held: between the notice and the last day, and not after the resignation was withdrawn."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkHeld:
        left, duty = _talk(resignation, history, reference, now)
        if duty.state is CallState.DONE:
            raise Refused("retention-talk-already-held")
        possible_day(held_on, left, history, now, "held_on")
        if left.withdrawn_on is not None and held_on > left.withdrawn_on:
            raise Refused("retention-talk-after-withdrawal", field="held_on")
        if held_on > left.last_day:
            raise Refused("retention-talk-after-last-day", field="held_on")
        return TalkHeld(municipality=reference.municipality, by_role=by_role, resignation=resignation, held_on=held_on, outcome=outcome)

    return decide


def decline_talk(resignation: UUID, declined_on: date, by_role: HolderRole) -> Decide[TalkDeclined]:
    """The employee did not want the retention talk."""

    def decide(history: History, reference: Reference, now: datetime) -> TalkDeclined:
        left, duty = _talk(resignation, history, reference, now)
        if duty.state is CallState.DONE:
            raise Refused("retention-talk-already-held")
        if duty.state is CallState.DECLINED:
            raise Refused("retention-talk-already-declined")
        if not duty.owed:
            raise Refused("retention-resignation-withdrawn")
        possible_day(declined_on, left, history, now, "declined_on")
        return TalkDeclined(municipality=reference.municipality, by_role=by_role, resignation=resignation, declined_on=declined_on)

    return decide


def classify_resignation(resignation: UUID, by_role: HolderRole, *, own_wish: bool) -> Decide[WishJudged]:
    """Whether the employee wanted to leave; a wrong click is put right by the other one."""

    def decide(history: History, reference: Reference, _now: datetime) -> WishJudged:
        found = next((r for r in resignations(history) if r.fact == resignation), None)
        if found is None:
            raise NotFound("retention-case-unknown")
        if own_wish is (found.own_wish is not False):
            raise Refused("retention-wish-already-so")
        return WishJudged(municipality=reference.municipality, by_role=by_role, resignation=resignation, own_wish=own_wish)

    return decide


def _talk(resignation: UUID, history: History, reference: Reference, now: datetime) -> tuple[Resignation, Duty]:
    for talk in leavings(history, reference, now).talks:
        if talk.resignation.fact == resignation and talk.duty is not None and talk.duty.state is not CallState.NEVER_STARTED:
            return talk.resignation, talk.duty
    raise NotFound("retention-talk-unknown")
