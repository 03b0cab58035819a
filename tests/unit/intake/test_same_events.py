"""A story told event by event and the same one shown row by row end as the same events, but for who registered them where and when."""

from datetime import date
from typing import Any

from contracts.hr import LeaveEnded, LeaveRegistered, LeaveStarted, ResignationWithdrawn
from tests.kit.builders import an_id
from tests.unit.intake.source import FIRST, KNOWN, LAST, Source, leaving, shown
from tests.unit.intake.teller import ended, event, hired, resigned, withdrawn

HOW = {"registered_at", "registered_precision", "source_system"}
IDS = {LeaveRegistered.wire: {"leave_id"}, ResignationWithdrawn.wire: {"resignation_fact"}}
"""Ids of facts: each way in has its own."""
TOLD_ALONE = {LeaveStarted.wire, LeaveEnded.wire}
"""What is said of leaves that were told and not yet of rows."""
MOVED = date(2021, 9, 1)


def standing(source: Source) -> list[tuple[str, dict[str, Any]]]:
    held = [said.revision for said in source.state.said.values() if said.revision.stands and said.revision.type not in TOLD_ALONE]
    bodies = ((r.type, r.body.model_dump(mode="json", exclude=HOW | IDS.get(r.type, set()))) for r in held)
    return sorted(bodies, key=str)


def test_a_hire_a_move_fewer_hours_a_leave_and_an_end() -> None:
    moved: dict[str, Any] = {"valid_from": MOVED, "unit_id": an_id("other unit"), "degree": "0.8000"}
    away = {**moved, "leave_from": date(2021, 10, 1), "leave_to": date(2021, 11, 30), "leave_kind": "parental"}
    rows = Source().shows(
        shown(KNOWN),
        shown(date(2021, 2, 1), **moved),
        shown(date(2021, 2, 2), **away),
        leaving(date(2021, 2, 3), **moved),
    )
    events = Source().records(
        [
            hired(1, first_day=FIRST.isoformat()),
            event(
                "placement-changed", 2, "move", effective_date=MOVED.isoformat(), unit_id=an_id("other unit"),
                old_unit_id=an_id("unit"), new_unit_id=an_id("other unit"), internal_move=True,
            ),
            event(
                "hours-changed", 3, "hours", effective_date=MOVED.isoformat(), unit_id=an_id("other unit"),
                old_degree="1.0000", new_degree="0.8000",
            ),
            event(
                "leave-registered", 4, "leave", effective_date="2021-10-01", unit_id=an_id("other unit"), leave_id=an_id("theirs"),
                leave_from="2021-10-01", leave_to="2021-11-30", leave_kind="parental",
            ),
            ended(5, last=LAST.isoformat(), unit_id=an_id("other unit")),
        ]
    )  # fmt: skip

    assert len(standing(rows)) == 8
    assert standing(events) == standing(rows)


def test_a_resignation_that_is_withdrawn() -> None:
    back = {"end_told": True, "withdrawn_on": date(2021, 2, 5)}
    rows = Source().shows(shown(KNOWN), leaving(date(2021, 2, 1), received_on=date(2021, 2, 1)), shown(date(2021, 2, 6), **back))
    events = Source().records(
        [
            hired(1, first_day=FIRST.isoformat()),
            resigned(2, last=LAST.isoformat(), received_on="2021-02-01"),
            withdrawn(6, withdrawn_on="2021-02-05"),
        ]
    )

    assert len(standing(rows)) == 4
    assert standing(events) == standing(rows)


def test_an_employment_that_never_was() -> None:
    rows = Source().shows(shown(KNOWN), shown(date(2021, 2, 1), cancelled=True))
    events = Source().records([hired(1, first_day=FIRST.isoformat()), hired(2, first=False, first_day=FIRST.isoformat(), cancelled=True)])

    different = [{**body, "hired_fact": None} for _, body in standing(rows)], [{**body, "hired_fact": None} for _, body in standing(events)]
    assert different[0] == different[1]
    assert len(different[0]) == 1
