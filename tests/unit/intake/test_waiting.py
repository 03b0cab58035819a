"""What HR is asked about a delivery that waits: when it must be decided, what settles it, and that it may wait once more."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.intake import DeliveryHeldBack, DeliveryOutcome, DeliverySettled
from services.chassis.subject import Subject
from services.intake.app import SERVICE
from services.intake.domain.records import DELIVERY
from services.intake.domain.waiting import Doubt, WaitBegun, WaitOver
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import Story, revision

MONDAY = date(2026, 3, 2)
WAITING = Subject(DELIVERY, an_id("delivery"), MUNICIPALITY)


def begun(story: Story, would_end: int = 20) -> None:
    told = {"municipality": MUNICIPALITY, "feed": "staff", "registered_at": story.now, "file_ref": "delivery-0a1b"}
    asked = {"doubt": Doubt.WAITS, "would_end": would_end, "employed": 40, "unit_id": an_id("root")}
    story._step(WAITING, [revision(WaitBegun.model_validate({**told, **asked}), story.now)])


def over(story: Story, outcome: DeliveryOutcome = DeliveryOutcome.ACCEPTED, *, by_hr: bool = True) -> None:
    record = WaitOver(municipality=MUNICIPALITY, feed="staff", registered_at=story.now, outcome=outcome, by_hr=by_hr)
    story._step(WAITING, [revision(record, story.now)])


@pytest.mark.parametrize(
    ("came", "due", "closes"),
    [
        (MONDAY, MONDAY, MONDAY + timedelta(1)),
        (date(2026, 3, 6), date(2026, 3, 6), date(2026, 3, 9)),
        (date(2026, 3, 7), date(2026, 3, 9), date(2026, 3, 10)),
        (date(2026, 4, 2), date(2026, 4, 7), date(2026, 4, 8)),
    ],
    ids=["monday", "friday", "saturday", "maundy thursday"],
)
def test_hr_is_to_decide_on_the_working_day_on_which_it_came(came: date, due: date, closes: date) -> None:
    story = Story(SERVICE, came)
    begun(story)

    (asked,) = story.said(DeliveryHeldBack)
    call = asked.call
    assert (call.opens, call.due, call.closes, call.state, call.state_on) == (came, due, closes, CallState.OPEN, came)
    assert (call.kind, call.role, call.about_person, call.link) == (
        "delivery-wait",
        HolderRole.HR,
        None,
        f"/intake/deliveries/{WAITING.id}",
    )


def test_it_is_settled_on_the_day_of_the_decision_with_the_window_it_had() -> None:
    story = Story(SERVICE, MONDAY)
    begun(story)
    (asked,) = story.said(DeliveryHeldBack)
    story.reaches(date(2026, 3, 4))
    over(story, DeliveryOutcome.REFUSED)

    (settled,) = story.said(DeliverySettled)
    assert (settled.settled_on, settled.outcome, settled.would_end) == (date(2026, 3, 4), DeliveryOutcome.REFUSED, 20)
    assert settled.call == asked.call.model_copy(update={"state": CallState.DONE, "state_on": date(2026, 3, 4), "by_role": HolderRole.HR})
    assert story.said(DeliveryHeldBack) == []
    assert {said.fact for _, said in story.spoken} == {story.spoken[0][1].fact}


def test_other_numbers_leave_the_window_and_one_that_waits_once_more_has_another() -> None:
    story = Story(SERVICE, MONDAY)
    begun(story, 20)
    story.reaches(date(2026, 3, 4))
    begun(story, 19)
    assert [(asked.would_end, asked.call.opens) for asked in story.said(DeliveryHeldBack)] == [(19, MONDAY)]

    over(story, by_hr=False)
    assert [settled.call.by_role for settled in story.said(DeliverySettled)] == [None]
    story.reaches(date(2026, 3, 5))
    begun(story, 19)
    assert [asked.call.opens for asked in story.said(DeliveryHeldBack)] == [date(2026, 3, 5)]
    assert [said.revision for _, said in story.spoken] == [1, 2, 3, 4]


def test_what_never_waited_is_not_settled() -> None:
    story = Story(SERVICE, noon(MONDAY))
    over(story)

    assert story.spoken == []
