"""Whose row it is: erased persons stay away, and a changed number is the same person; pure, with what is known told."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake import identity
from services.intake.identity import is_erased, keeper
from services.intake.identity_store import NO_DAY, Known
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.told.event import Refused, Speaker, Told, hear
from services.intake.told.faults import Fault, Reason
from services.intake.told.message import Raw
from tests.kit.builders import an_id
from tests.kit.speakers import MUNICIPALITY, SOURCE
from tests.kit.told import HIRED, hire, told

START, ERASED, LATER = date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1)
ANNE, BO, JOB = an_id("anne"), an_id("bo"), an_id("job")
LEAVE = "hr.leave-registered.v1"
NAMED = {Kind.PERSONS, Kind.LISTED}


def row(person: str = "P", employment: str = "1", start: date | None = START, kind: Kind = Kind.EMPLOYMENTS, other: str = "") -> Draft:
    return Draft(kind, 1, "U", {"first_day": start}, person, employment, other)


def known(
    persons: dict[str, UUID] | None = None,
    *,
    employed: bool = True,
    stopped: tuple[str, ...] = (),
    holders: dict[date, UUID] | None = None,
) -> Known:
    """What is known: of the employment 1 too where somebody is `employed`; `stopped` persons, or the employment, on the day `ERASED`."""
    return Known(
        persons=persons or {},
        employments={"1": JOB} if employed else {},
        stopped_persons={name: ERASED for name in stopped if name != "1"},
        stopped_employments={name: ERASED for name in stopped if name == "1"},
        holders={JOB: holders or {}},
    )


@pytest.mark.parametrize("stopped", [("P",), ("1",), ("P", "1")])
@pytest.mark.parametrize(("start", "passed_over"), [(START, True), (ERASED, True), (LATER, False)])
def test_until_the_day_of_the_erasure_a_row_is_of_who_was_erased(stopped: tuple[str, ...], start: date, passed_over: bool) -> None:
    assert is_erased(row(start=start), known(employed=False, stopped=stopped)) is passed_over


def test_a_row_of_the_employment_that_was_erased_is_passed_over_also_after_the_person_was_employed_anew() -> None:
    assert is_erased(row(start=START), known({"P": BO}, stopped=("P", "1")))


@pytest.mark.parametrize("kind", [Kind.LEADERS, Kind.DEPUTIES, Kind.PERSONS, Kind.LISTED, Kind.ROLES, Kind.FACTS])
def test_a_row_that_does_not_tell_the_first_day_counts_where_all_it_names_has_begun_anew(kind: Kind) -> None:
    told = row(kind=kind, start=None, employment="" if kind in NAMED else "1", other="Q" if kind is Kind.DEPUTIES else "")
    leader = {"Q": ANNE} if kind is Kind.DEPUTIES else {}

    assert is_erased(told, known({**leader}, stopped=("P",)))
    assert not is_erased(told, known({"P": BO, **leader}, stopped=("P",)))
    assert is_erased(told, known({"P": BO, **leader}, employed=False, stopped=("P",))) is (kind not in NAMED)


def test_who_stands_in_for_somebody_erased_does_not_bring_that_one_back() -> None:
    assert is_erased(row(kind=Kind.DEPUTIES, start=LATER, other="Q"), known({"P": BO}, stopped=("Q",)))


@pytest.mark.parametrize("kind", [Kind.LISTED, Kind.LEADERS, Kind.DEPUTIES, Kind.ROLES])
def test_a_row_of_a_directory_that_names_no_employment_is_passed_over_with_its_person(kind: Kind) -> None:
    told = row(kind=kind, employment="", start=LATER)

    assert is_erased(told, known(employed=False, stopped=("P",)))
    assert not is_erased(told, known({"P": BO}, employed=False, stopped=("P",)))
    assert not is_erased(told, known({"P": BO}, employed=False))


def test_a_post_nobody_holds_is_of_nobody() -> None:
    assert not is_erased(Draft(Kind.POSTS, 1, "U", {"first_day": LATER}, other="P"), known(stopped=("P",)))


def test_nobody_else_is_passed_over() -> None:
    assert not is_erased(row(), known())
    assert not is_erased(Draft(Kind.UNITS, 1, "U", {}), known())


def test_the_same_employment_with_the_same_first_day_stays_with_its_person() -> None:
    assert keeper(row("new"), known({"old": ANNE}, holders={START: ANNE})) == ANNE
    assert keeper(row("old"), known({"old": ANNE}, holders={START: ANNE})) is None, "nothing to keep: the number tells the same"


def test_it_stays_also_where_the_new_number_is_known_as_somebody_else() -> None:
    assert keeper(row("new"), known({"new": BO}, holders={START: ANNE})) == ANNE


def test_an_employment_of_the_same_number_that_begins_another_day_is_of_who_the_row_tells() -> None:
    assert keeper(row("new", start=LATER), known({"old": ANNE}, holders={START: ANNE})) is None


@pytest.mark.parametrize(
    ("persons", "holders", "whose"),
    [
        ({}, {START: ANNE}, ANNE),
        ({}, {NO_DAY: ANNE, START: ANNE}, ANNE),
        ({}, {START: ANNE, LATER: BO}, None),
        ({"new": BO}, {START: ANNE}, None),
        ({}, {}, None),
    ],
)
def test_a_row_without_the_first_day_follows_the_employment_of_one_person_where_nobody_knows_its_number(
    persons: dict[str, UUID], holders: dict[date, UUID], whose: UUID | None
) -> None:
    assert keeper(row("new", kind=Kind.LEADERS, start=LATER), known(persons, holders=holders)) == whose


def an_event(name: str, data: dict[str, Any], kind: str = HIRED) -> Told:
    raw = told(name, data, kind)
    heard = hear(
        Raw({k: v for k, v in raw.items() if k != "data"}, raw["data"]), Speaker(SOURCE, MUNICIPALITY), datetime(2030, 1, 1, tzinfo=UTC)
    )
    assert isinstance(heard, Told), heard
    return heard


def on_leave(**more: Any) -> dict[str, Any]:
    return hire("2026-08-01", leave_from="2026-08-01", **more)


def refused_fields(*events: Told, of: Known) -> list[str | None]:
    """Which field each is refused for, told one after the other."""
    found = identity._judged(events, of)
    return [each.faults[0].field if isinstance(each, Refused) else None for each in found]


def test_an_event_about_who_was_erased_is_refused_with_the_field_alone() -> None:
    (refused,) = identity._judged([an_event("1", on_leave(), LEAVE)], known(employed=False, stopped=("P-1",)))

    assert refused == Refused((Fault(Reason.ERASED_BEFORE, "person_key"),), "1", SOURCE)


def test_a_hire_from_a_later_day_is_of_somebody_new_and_what_follows_it_too() -> None:
    erased = known(employed=False, stopped=("P-1",))
    early, late, leave = an_event("1", hire("2026-06-30")), an_event("2", hire("2026-07-01")), an_event("3", on_leave(), LEAVE)

    assert refused_fields(early, leave, of=erased) == ["person_key", "person_key"]
    assert refused_fields(late, leave, of=erased) == [None, None]
    assert refused_fields(early, of=known({"P-1": BO}, stopped=("P-1",))) == ["person_key"], "the old hire comes again"
    assert refused_fields(leave, of=known({"P-1": BO}, stopped=("P-1",))) == [None]


def test_events_about_others_pass() -> None:
    assert refused_fields(an_event("1", on_leave(person_key="P-2"), LEAVE), of=known(stopped=("P-1",))) == [None]
