"""The worked examples on talks (indicators B3, B4), and which window binds when something changes."""

from collections import Counter
from datetime import date

import pytest

from deploy.local.oracle import Deliveries, Recorded, figures
from deploy.local.oracle.days import is_working_day, on_or_before, working_days_after
from deploy.local.oracle.people import People
from deploy.local.oracle.talks import furthest, resignations, talks
from deploy.local.oracle.windows import follow_up, retention
from tests.unit.deploy.source import job, told

TWO_WEEKS = "talk-2-weeks"
START, OPENS, CLOSES, MISSED = "2025-03-03", date(2025, 3, 12), date(2025, 3, 28), date(2025, 4, 11)
LATER = date(2025, 6, 30)


def people(deliveries: Deliveries) -> People:
    return People(deliveries.employments, deliveries.units)


def recorded(person: str, day: date, action: str = "held", kind: str = TWO_WEEKS, on: date | None = None) -> Recorded:
    return Recorded(f"job of {person}", kind, action, day, on or day)


class TestTimeliness:
    def test_two_of_four_windows_were_kept(self) -> None:
        rows = told(
            job("1", START),
            job("2", START),
            job("3", START),
            job("4", START, "2025-03-23", known="2025-03-03"),
            job("5", START, "2025-03-26", known="2025-03-03"),
            job("6", "2025-06-20"),
        )
        log = [recorded("1", date(2025, 3, 20)), recorded("2", date(2025, 3, 30)), recorded("5", date(2025, 3, 20))]

        counted = [each for each in talks(people(rows), log, LATER) if each.kind == TWO_WEEKS]

        assert Counter(each.outcome for each in counted) == {"in-time": 2, "late": 1, "missed": 1}

    @pytest.mark.parametrize(("day", "outcome"), [(OPENS, "in-time"), (CLOSES, "in-time"), (date(2025, 3, 29), "late")])
    def test_both_edges_are_inside(self, day: date, outcome: str) -> None:
        counted = talks(people(told(job("P", START))), [recorded("P", day)], LATER)

        assert [each.outcome for each in counted if each.kind == TWO_WEEKS] == [outcome]

    def test_a_declined_talk_stays_in_the_denominator(self) -> None:
        counted = talks(people(told(job("P", START))), [recorded("P", CLOSES, "declined")], LATER)

        assert [each.outcome for each in counted if each.kind == TWO_WEEKS] == ["declined"]

    def test_a_window_that_opened_before_the_municipality_was_live_is_in_no_denominator(self) -> None:
        rows = told(job("P", "2024-12-02"))

        assert [each.kind for each in talks(people(rows), [], LATER)] == ["talk-3-months"]


class TestWindows:
    def test_a_closed_talk_keeps_its_window_when_the_start_moves_later(self) -> None:
        rows = [job("P", START), job("P", "2025-04-01", known="2025-03-25")]

        duty = follow_up(TWO_WEEKS, 0, rows, [recorded("P", date(2025, 3, 20))], LATER)

        assert duty is not None
        assert (duty.held_on, duty.window.closes) == (date(2025, 3, 20), CLOSES)

    def test_a_rehire_under_the_same_number_has_talks_of_its_own(self) -> None:
        rows = [job("P", START, "2025-05-31"), job("P", "2025-10-01")]

        first, second = (follow_up(TWO_WEEKS, n, rows, [recorded("P", date(2025, 3, 20))], date(2025, 12, 31)) for n in (0, 1))

        assert first is not None
        assert second is not None
        assert (first.held_on, second.held_on) == (date(2025, 3, 20), None)

    def test_an_open_talk_moves_with_the_start(self) -> None:
        rows = [job("P", START), job("P", "2025-03-10", known="2025-03-05")]

        duty = follow_up(TWO_WEEKS, 0, rows, [recorded("P", date(2025, 3, 20))], LATER)

        assert duty is not None
        assert (duty.window.opens, duty.window.closes) == (date(2025, 3, 19), date(2025, 4, 4))

    def test_a_missed_talk_held_afterwards_is_held_late(self) -> None:
        duty = follow_up(TWO_WEEKS, 0, [job("P", START)], [recorded("P", date(2025, 4, 20))], LATER)

        assert duty is not None
        assert (duty.held_on, duty.window.missed_after) == (date(2025, 4, 20), MISSED)

    def test_what_was_known_too_late_is_due_and_not_missed(self) -> None:
        duty = follow_up(TWO_WEEKS, 0, [job("P", START, known="2025-05-01")], [], LATER)

        assert duty is not None
        assert not duty.missed

    @pytest.mark.parametrize(
        ("reason", "last", "owed"), [("Afsked", "2025-03-28", True), ("Afsked", "2025-03-27", False), ("Død", "2025-04-11", False)]
    )
    def test_who_has_gone_before_the_close_is_owed_nothing(self, reason: str, last: str, owed: bool) -> None:
        rows = [job("P", START), job("P", START, last, known="2025-03-27", reason=reason)]

        assert (follow_up(TWO_WEEKS, 0, rows, [], LATER) is not None) is owed

    def test_a_leave_in_the_middle_pauses_the_window(self) -> None:
        rows = [job("P", START, leave_from="2025-03-17", leave_to="2025-03-30")]

        duty = follow_up(TWO_WEEKS, 0, rows, [], LATER)

        assert duty is not None
        assert (duty.window.opens, duty.window.closes) == (OPENS, date(2025, 4, 11))

    def test_a_leave_over_the_opening_moves_all_of_it(self) -> None:
        rows = [job("P", START, leave_from="2025-03-10", leave_to="2025-04-13")]

        duty = follow_up(TWO_WEEKS, 0, rows, [], LATER)

        assert duty is not None
        assert (duty.window.opens, duty.window.closes) == (date(2025, 4, 14), date(2025, 4, 30))

    def test_a_leave_that_is_over_or_far_off_changes_nothing(self) -> None:
        rows = [
            job("P", START, leave_from="2025-03-04", leave_to="2025-03-05"),
            job("P", START, known="2025-03-04", leave_from="2025-08-01", leave_to="2025-08-31"),
        ]

        duty = follow_up(TWO_WEEKS, 0, rows, [], LATER)

        assert duty is not None
        assert (duty.window.opens, duty.window.closes) == (OPENS, CLOSES)


class TestRetention:
    LAST = "2025-06-30"
    KNOWN = "2025-04-30"

    def rows(self, **more: str) -> Deliveries:
        return told(job("P", "2020-01-01"), job("P", "2020-01-01", self.LAST, known=self.KNOWN, received_on="2025-04-29", **more))

    def test_three_working_days_from_the_day_it_was_known(self) -> None:
        duty = retention(0, 0, self.rows().employments, [], date(2025, 12, 31))

        assert duty is not None
        assert (duty.window.opens, duty.window.closes, duty.missed) == (date(2025, 4, 30), date(2025, 5, 5), True)

    def test_what_was_withdrawn_before_anybody_talked_is_owed_nothing(self) -> None:
        rows = [*self.rows().employments, job("P", "2020-01-01", known="2025-05-02", withdrawn_on="2025-05-02")]

        assert retention(0, 0, rows, [], LATER) is None

    def test_not_the_own_wish_is_owed_nothing(self) -> None:
        log = [recorded("P", date(2025, 5, 1), "not-own-wish", "retention")]

        assert retention(0, 0, self.rows().employments, log, LATER) is None

    def test_known_after_the_last_day_is_owed_nothing(self) -> None:
        rows = told(job("P", "2020-01-01"), job("P", "2020-01-01", "2025-04-29", known=self.KNOWN))

        assert retention(0, 0, rows.employments, [], LATER) is None

    def test_a_second_resignation_is_a_new_case(self) -> None:
        rows = [
            *self.rows().employments,
            job("P", "2020-01-01", known="2025-05-10", withdrawn_on="2025-05-09"),
            job("P", "2020-01-01", "2025-09-30", known="2025-07-31"),
        ]
        log = [recorded("P", date(2025, 5, 2), kind="retention"), recorded("P", date(2025, 8, 1), kind="retention")]

        duties = [retention(0, notice, rows, log, date(2025, 12, 31)) for notice in (0, 1)]

        assert [duty.held_on for duty in duties if duty] == [date(2025, 5, 2), date(2025, 8, 1)]


def test_one_of_five_resignations_was_kept() -> None:
    day = "2025-04-{:02d}".format

    def resigned(person: str, last: str, withdrawn: int | None = None) -> list[object]:
        rows = [job(person, "2020-01-01"), job(person, "2020-01-01", last, known=day(1), received_on=day(1))]
        return [*rows, *([job(person, "2020-01-01", known=day(withdrawn), withdrawn_on=day(withdrawn))] if withdrawn else [])]

    rows = [
        *resigned("R1", "2025-05-31", 7),
        *resigned("R2", "2025-05-31", 7),
        *resigned("R3", "2025-04-30"),
        *resigned("R4", "2025-04-30"),
        *resigned("R5", "2025-05-31", 4),
        *resigned("R6", "2025-07-31"),
    ]
    log = [recorded(person, date(2025, 4, talk), kind="retention") for person, talk in (("R1", 4), ("R3", 4), ("R5", 5), ("R6", 4))]

    settled = resignations(people(told(*rows)), log, LATER)  # type: ignore[arg-type]  # rows of one test in one list

    assert (len(settled), sum(each.kept for each in settled), sum(each.withdrawn for each in settled)) == (5, 1, 3)


def test_a_resignation_that_was_not_the_own_wish_is_not_counted() -> None:
    rows = told(job("P", "2020-01-01"), job("P", "2020-01-01", "2025-04-30", known="2025-04-01"))

    assert not resignations(people(rows), [recorded("P", date(2025, 4, 2), "not-own-wish", "retention")], LATER)


def test_eighteen_of_twenty_were_offered_and_nine_reached() -> None:
    rows = told(*(job(f"P{n}", "2020-01-01", "2025-05-31", known="2025-04-01") for n in range(20)))
    steps = [("offered", 18), ("accepted", 12), ("held", 9)]
    log = [recorded(f"P{n}", date(2025, 5, 2), action, "exit-leader") for action, count in steps for n in range(count)]

    shown = {f.split: f.value for f in figures(rows, log, LATER) if (f.indicator, f.period) == ("exit-coverage", "2025-Q2")}

    assert [round(float(shown[f"{step},either"] or 0), 1) for step in ("offered", "accepted", "held", "reached")] == [
        90.0,
        66.7,
        75.0,
        45.0,
    ]
    assert shown["offered,leader"] == shown["offered,either"]
    assert shown["offered,employee"] == 0


@pytest.mark.parametrize(
    ("told_so", "step"),
    [
        ((), "none"),
        (("offered", "declined"), "offered"),
        (("held",), "held"),
        (("accepted", "declined"), "offered"),
        (("held", "declined"), "held"),
    ],
)
def test_each_step_implies_the_earlier_ones(told_so: tuple[str, ...], step: str) -> None:
    assert furthest(recorded("P", LATER, action, "exit-leader") for action in told_so) == step


def test_a_word_that_counts_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="talked"):
        recorded("P", LATER, "talked")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 5, 5), False),  # Store Bededag, the last one
        (date(2024, 4, 26), True),  # the same Friday a year later
        (date(2025, 4, 17), False),
        (date(2025, 5, 29), False),
        (date(2025, 5, 30), True),
        (date(2025, 6, 5), True),
        (date(2025, 6, 9), False),
        (date(2025, 12, 24), False),
        (date(2025, 3, 1), False),
    ],
)
def test_the_danish_calendar(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_working_days_are_counted_over_easter() -> None:
    assert working_days_after(date(2025, 4, 16), 2) == date(2025, 4, 23)
    assert on_or_before(date(2025, 4, 21)) == date(2025, 4, 16)
