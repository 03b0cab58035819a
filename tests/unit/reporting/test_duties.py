"""Talks, resignations and exit talks: the worked examples of the catalogue."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.base import Call, CallState, Event, HolderRole
from contracts.onboarding import IntroMilestoneDone, IntroMilestoneDue, IntroMilestoneMissed
from contracts.retention import (
    ExitInterviewAccepted,
    ExitInterviewDeclined,
    ExitInterviewDone,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewOffered,
    ResignationClassified,
    RetentionTalkDue,
    RetentionTalkHeld,
)
from contracts.words import EmploymentForm, ExitLevel, MilestoneKind, Occasion, ReasonClass
from services.chassis.subject import History, Revision
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, moved, noon, resigned, withdrawn
from tests.kit.story import revision
from tests.unit.reporting.kit import count, drafts, exact, history

OPENS, CLOSES = date(2025, 5, 1), date(2025, 5, 30)
START = date(2025, 4, 1)


def call(state: CallState, closes: date = CLOSES, opens: date = OPENS) -> Call:
    return Call(
        kind="talk", role=HolderRole.NEAREST_LEADER, unit_id=an_id("unit"), opens=opens, due=closes, closes=closes,
        missed_after=closes, state=state, link="/talk",
    )  # fmt: skip


def block(person: str, state: CallState, closes: date = CLOSES) -> dict[str, Any]:
    return {
        "municipality": MUNICIPALITY,
        "employment_id": an_id(f"job of {person}"),
        "person_key": an_id(person),
        "unit_id": an_id("unit"),
        "call": call(state, closes),
    }


def known(event: Event, day: date = date(2025, 6, 15), fact: str | None = None) -> Revision[Event]:
    return revision(event, noon(day), fact=an_id(fact) if fact else None)


def milestone(
    person: str,
    held: date | None = None,
    *,
    state: CallState | None = None,
    closes: date = CLOSES,
    kind: MilestoneKind = MilestoneKind.TALK_2_WEEKS,
    occasion: Occasion = Occasion.HIRE,
) -> Revision[Event]:
    told = {"plan_id": an_id("plan"), "milestone_id": an_id(person), "milestone_kind": kind, "occasion": occasion}
    if held is not None:
        done = {"done_on": held, "in_window": OPENS <= held <= closes, "by_role": HolderRole.NEAREST_LEADER}
        return known(IntroMilestoneDone(**block(person, CallState.DONE, closes), **told, **done))
    told_as = IntroMilestoneMissed if state in {CallState.MISSED, CallState.DECLINED} else IntroMilestoneDue
    return known(told_as(**block(person, state or CallState.OPEN, closes), **told))


def newcomer(person: str, *events: Event | Revision[Event], last: date | None = None) -> History:
    end = [end_registered(last, person=person)] if last else []
    return history(person, hired(START, person=person), *end, *events)


def test_the_example_of_talk_timeliness() -> None:
    people = [
        newcomer("1", milestone("1", date(2025, 5, 30))),
        newcomer("2", milestone("2", date(2025, 6, 1))),
        newcomer("3", milestone("3", state=CallState.MISSED)),
        newcomer("4", milestone("4", state=CallState.MISSED), last=date(2025, 5, 25)),
        newcomer("5", milestone("5", date(2025, 5, 10)), last=date(2025, 5, 25)),
        newcomer("6", milestone("6", closes=date(2025, 7, 1))),
    ]
    found = drafts(people, date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2") == (2, 4)
    assert exact(found, "talk-timeliness", "2025-Q2").beside == {"late": 1, "missed": 1, "declined": 0}
    assert count(found, "talk-timeliness", "2025-Q2", split="kind=talk-2-weeks") == (2, 4)
    assert count(found, "talk-timeliness", "2025-Q3") == (0, 1)
    assert count(found, "talk-timeliness", "2025") == (2, 5)


@pytest.mark.parametrize(("held", "in_time"), [(date(2025, 4, 30), 0), (OPENS, 1), (CLOSES, 1), (date(2025, 5, 31), 0)])
def test_a_talk_is_in_time_on_the_first_and_the_last_day_of_its_window(held: date, in_time: int) -> None:
    found = drafts([newcomer("P", milestone("P", held))], date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2") == (in_time, 1)


def test_declined_stays_in_the_denominator_and_late_after_leaving_is_not_due() -> None:
    people = [
        newcomer("declined", milestone("declined", state=CallState.DECLINED)),
        newcomer("gone", milestone("gone", date(2025, 6, 5)), last=date(2025, 5, 20)),
    ]
    found = drafts(people, date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2") == (0, 1)
    assert exact(found, "talk-timeliness", "2025-Q2").beside["declined"] == 1


@pytest.mark.parametrize(
    ("kind", "occasion", "word"),
    [
        (MilestoneKind.TALK_3_MONTHS, Occasion.HIRE, "talk-3-months"),
        (MilestoneKind.TALK_2_WEEKS, Occasion.INTERNAL_MOVE, "internal-move"),
        (MilestoneKind.REINTRODUCTION_TALK, Occasion.RETURN_FROM_LEAVE, "return-from-leave"),
    ],
)
def test_the_kind_of_a_talk_follows_its_occasion(kind: MilestoneKind, occasion: Occasion, word: str) -> None:
    found = drafts([newcomer("P", milestone("P", OPENS, kind=kind, occasion=occasion))], date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2", split=f"kind={word}") == (1, 1)


def test_a_step_of_the_plan_is_no_talk() -> None:
    found = drafts([newcomer("P", milestone("P", OPENS, kind=MilestoneKind.SAFETY_INTRODUCTION))], date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2") == (0, 0)


def test_a_talk_belongs_to_the_unit_on_the_day_its_window_closes() -> None:
    person = newcomer("P", milestone("P", OPENS), moved(date(2025, 5, 20), "unit", "other", person="P"))
    found = drafts([person], date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2", "other") == (1, 1)


def test_a_talk_about_an_employment_not_heard_of_stays_with_its_call_and_needs_the_person_to_be_employed() -> None:
    other_job = history("P", hired(START, person="P", employment="another", unit="other"), milestone("P", state=CallState.MISSED))

    assert count(drafts([other_job], date(2025, 12, 31)), "talk-timeliness", "2025-Q2", "unit") == (0, 1)


RECEIVED = date(2025, 5, 2)


def resigning(person: str, *, talk: int | None = None, back: int | None = None, last: date = date(2025, 6, 30), **more: Any) -> History:
    """Resigned on 2 May: a talk and a withdrawal so many days later."""
    given = resigned(last, person=person, received_on=RECEIVED, **more)
    case = an_id(f"case of {person}")
    told: list[Event | Revision[Event]] = [hired(START, person=person), known(given, RECEIVED, f"case of {person}")]
    if talk is not None:
        held = date(2025, 5, 2 + talk)
        told.append(known(RetentionTalkHeld(**block(person, CallState.DONE, date(2025, 5, 7)), case_id=case, held_on=held, in_time=True)))
    if back is not None:
        told.append(withdrawn(case, date(2025, 5, 2 + back), person=person))
    else:
        told.append(end_registered(last, person=person))
    return history(person, *told)


def test_the_example_of_resignations_kept() -> None:
    people = [
        resigning("R1", talk=3, back=6),
        resigning("R2", back=6),
        resigning("R3", talk=3),
        resigning("R4"),
        resigning("R5", talk=5, back=4),
        resigning("R6", talk=3, last=date(2026, 6, 30)),
    ]
    found = drafts(people, date(2025, 12, 31))

    assert count(found, "resignations-kept", "2025-Q2") == (1, 5)
    assert count(found, "resignations-kept", "2025-Q2", split="step=withdrawn") == (3, 5)


@pytest.mark.parametrize(("talk", "kept"), [(3, 1), (4, 1), (5, 0)])
def test_a_talk_on_the_day_of_the_withdrawal_still_kept_the_person(talk: int, kept: int) -> None:
    found = drafts([resigning("R", talk=talk, back=4)], date(2025, 12, 31))

    assert count(found, "resignations-kept", "2025-Q2") == (kept, 1)


def test_what_the_leader_marked_and_what_was_no_resignation_of_a_monthly_paid_is_not_counted() -> None:
    marked = resigning("marked").plus(
        [
            known(
                ResignationClassified(
                    **{k: v for k, v in block("marked", CallState.DONE).items() if k != "call"},
                    case_id=an_id("case of marked"),
                    own_wish=False,
                )
            )
        ]
    )
    retired = resigning("retired", reason_class=ReasonClass.RETIREMENT)
    hourly = history(
        "hourly",
        hired(START, person="hourly", employment_form=EmploymentForm.HOURLY),
        known(resigned(date(2025, 6, 30), person="hourly", received_on=RECEIVED)),
    )

    assert count(drafts([marked, retired, hourly], date(2025, 12, 31)), "resignations-kept", "2025-Q2") == (0, 0)


def test_a_withdrawal_without_a_day_counts_on_the_day_it_became_known() -> None:
    told = withdrawn(an_id("case of R"), date(2025, 5, 9), person="R", withdrawn_on=None)
    person = resigning("R", talk=3).plus([known(told, date(2025, 5, 9))])

    assert count(drafts([person], date(2025, 12, 31)), "resignations-kept", "2025-Q2") == (1, 1)


def test_a_resignation_heard_before_its_employment_is_counted_where_it_says() -> None:
    alone = history("R", known(resigned(date(2025, 6, 30), person="R", unit="other")))

    assert count(drafts([alone], date(2025, 12, 31)), "resignations-kept", "2025-Q2", "other") == (0, 1)


LAST = date(2025, 5, 31)


def exit_talk(person: str, step: str, level: ExitLevel = ExitLevel.LEADER) -> Revision[Event]:
    told: dict[str, Any] = {**block(person, CallState.OPEN), "case_id": an_id(f"end of {person}"), "level": level}
    on = date(2025, 5, 10)
    made: dict[str, Event] = {
        "due": ExitInterviewDue(**told),
        "offered": ExitInterviewOffered(**told, offered_on=on),
        "accepted": ExitInterviewAccepted(**told, offered_on=on, accepted_on=on),
        "declined": ExitInterviewDeclined(**told, offered_on=on, declined_on=on),
        "held": ExitInterviewDone(**told, held_on=on, before_last_day=True, holder_role=HolderRole.NEAREST_LEADER),
        "missed": ExitInterviewMissed(**told),
        "offered-missed": ExitInterviewMissed(**told, offered_on=on),
        "accepted-missed": ExitInterviewMissed(**told, offered_on=on, accepted_on=on),
    }
    return known(made[step])


def leaver(person: str, *steps: Revision[Event]) -> History:
    end = revision(end_registered(LAST, person=person), noon(date(2025, 4, 30)), fact=an_id(f"end of {person}"))
    return history(person, hired(START, person=person), end, *steps)


def test_the_example_of_exit_coverage() -> None:
    steps = (
        ["held"] * 9 + ["accepted"] + ["accepted-missed"] * 2 + ["offered"] * 2 + ["declined"] * 3 + ["offered-missed"] + ["missed", "due"]
    )
    people = [leaver(f"L{n}", exit_talk(f"L{n}", step)) for n, step in enumerate(steps)]
    found = drafts(people, date(2025, 12, 31))

    shown = {step: count(found, "exit-coverage", "2025-Q2", split=f"step={step}") for step in ("offered", "accepted", "held", "reached")}
    assert shown == {"offered": (18, 20), "accepted": (12, 18), "held": (9, 12), "reached": (9, 20)}
    assert count(found, "exit-coverage", "2025-Q2") == (9, 20)
    assert count(found, "exit-coverage", "2025-Q2", split="level=leader,step=held") == (9, 12)


def test_the_levels_are_apart_and_a_talk_at_either_counts_once() -> None:
    both = leaver("P", exit_talk("P", "held"), exit_talk("P", "declined", ExitLevel.EMPLOYEE))
    found = drafts([both], date(2025, 12, 31))

    shown = [
        count(found, "exit-coverage", "2025-Q2", split=split)
        for split in ("level=leader,step=reached", "level=employee,step=reached", "step=reached")
    ]
    assert shown == [(1, 1), (0, 1), (1, 1)]


def test_who_stays_has_no_exit() -> None:
    stays = history("P", hired(START, person="P"), exit_talk("P", "held"))

    assert count(drafts([stays], date(2025, 12, 31)), "exit-coverage", "2025-Q2") == (0, 0)


def test_a_retention_talk_is_a_kind_of_its_own() -> None:
    due = known(RetentionTalkDue(**block("P", CallState.OPEN), case_id=UUID(int=1)))
    found = drafts([newcomer("P", due)], date(2025, 12, 31))

    assert count(found, "talk-timeliness", "2025-Q2", split="kind=retention") == (0, 1)
