"""The CSV among the samples becomes exactly the events its README lists, row by row; a test names each difference (`…_differs_…`)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.chassis.calendar import COPENHAGEN, midnight
from services.chassis.rules import parse
from services.intake.domain.keys import unit_id
from tests.kit.deliveries import samples
from tests.unit.intake.payroll import Line, Payroll

ARRIVED = date(2026, 11, 21)
DECEMBER = date(2026, 12, 1)
MIDDLE = date(2026, 12, 15)
NEW_YEAR = date(2027, 1, 1)
TAUGHT_UNTIL, AFTER_SCHOOL = date(2027, 9, 14), date(2027, 9, 15)
KNOWN = """\
707;90102;9905750002;P410;4102;Social- og sundhedsassistent;Månedsløn;2021-05-01;;Ansat;;;1,0000;37;90010;2021-04-01;Ny ansættelse
707;90103;9906750003;P420;4115;Pædagog;Månedsløn;2018-08-01;;Ansat;;;0,8108;30;90020;2018-07-01;Ny ansættelse
707;90105;9908750005;P420;4115;Pædagog;Månedsløn;2017-03-01;;Ansat;;;0,8649;32;90020;2017-02-01;Ny ansættelse
707;90107;9910750007;P420;4115;Pædagog;Månedsløn;2026-12-01;;Ansat;;;1,0000;37;90020;2026-10-20;Ny ansættelse
"""
"""What rows 3, 4, 6 and 10 assume."""


def at(day: int, hour: int, minute: int) -> datetime:
    """A moment of November 2026 in Copenhagen."""
    return datetime(2026, 11, day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)


def rows(*numbers: int) -> str:
    """Rows of the sample, by their number in the README; the header first."""
    lines = samples("employments.csv").read_text("utf-8-sig").splitlines(keepends=True)
    return "".join(lines[number - 1] for number in (1, *numbers))


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def live_from(day: date) -> Payroll:
    """Nothing is known, in a municipality whose feeds are live from another day."""
    payroll = Payroll("samples", municipality="707")
    payroll.rules = parse(f'municipality = "707"\nname = "Samples"\nlive_from = {day}\n')
    return payroll


@pytest.fixture
def unaware() -> Payroll:
    """Nothing is known when the sample comes."""
    payroll = Payroll("samples", municipality="707")
    assert not payroll.loads(samples("employments.csv"), ARRIVED).wrong
    return payroll


@pytest.fixture
def payroll(tmp_path: Path) -> Payroll:
    """What the rows assume is known when the sample comes; what that said is of no matter any more."""
    payroll = Payroll("samples", municipality="707")
    payroll.loads(written(tmp_path, rows() + KNOWN, "known.csv"), date(2026, 11, 1))
    payroll.clear().reaches(ARRIVED)
    assert not payroll.loads(samples("employments.csv"), ARRIVED).wrong
    return payroll


ROWS: dict[str, tuple[list[tuple[str, int, bool, date]], list[tuple[str, date]]]] = {
    "90102": (  # row 3
        [("employment-end-registered", 1, True, NEW_YEAR), ("resigned", 1, True, NEW_YEAR)],
        [("employment-ended", NEW_YEAR)],
    ),
    "90103": ([("leave-registered", 1, True, DECEMBER)], [("leave-started", DECEMBER), ("leave-ended", date(2027, 6, 1))]),  # row 4
    "00104": (  # row 5
        [
            ("hired", 1, True, date(2026, 11, 15)),
            ("employment-end-registered", 1, True, date(2027, 2, 1)),
            ("employment-started", 1, True, date(2026, 11, 15)),
        ],
        [("employment-ended", date(2027, 2, 1))],
    ),
    "90105": ([("hours-changed", 1, True, NEW_YEAR)], []),  # row 6
    "90106": (  # row 7
        [
            ("hired", 1, True, date(2026, 1, 15)),
            ("employment-end-registered", 1, True, AFTER_SCHOOL),
            ("education-started", 1, True, date(2026, 1, 15)),
            ("employment-started", 1, True, date(2026, 1, 15)),
        ],
        [("employment-ended", AFTER_SCHOOL), ("education-ended", AFTER_SCHOOL)],
    ),
    "90107": ([("employment-cancelled", 1, True, DECEMBER), ("hired", 2, False, DECEMBER)], []),  # row 10
}
"""By employment: what is said at once, and later by the clock."""


@pytest.mark.parametrize("number", ROWS)
def test_a_row_says_what_the_table_lists_at_once_and_later(payroll: Payroll, number: str) -> None:
    said, later = ROWS[number]
    assert [line.short for line in payroll.of(number)] == said

    payroll.clear().reaches(date(2027, 12, 31))

    assert [(line.name, line.short[3]) for line in payroll.of(number)] == later


def test_nothing_else_is_said_and_nothing_noted(payroll: Payroll) -> None:
    assert len(payroll.said) == sum(len(said) for said, _ in ROWS.values()) + len(payroll.of("90101"))
    assert payroll.notes == {}


def test_rows_2_8_and_9_in_a_file_each_are_a_hire_the_same_hire_and_its_next_revision(tmp_path: Path) -> None:
    payroll = Payroll("samples", municipality="707")
    said: dict[int, list[tuple[tuple[str, int, bool, date], datetime]]] = {}
    for number in (2, 8, 9):
        payroll.clear().loads(written(tmp_path, rows(number), f"{number}.csv"), ARRIVED)
        said[number] = [(line.short, getattr(line.body, "registered_at")) for line in payroll.of("90101")]  # noqa: B009

    assert said == {
        2: [(("hired", 1, True, DECEMBER), at(16, 9, 12))],
        8: [],
        9: [(("hired", 2, True, MIDDLE), at(20, 13, 1))],
    }


def test_rows_2_8_and_9_in_one_file_are_one_hire_and_so_differs_the_revision_alone(payroll: Payroll, tmp_path: Path) -> None:
    """A delivery is known at once: what its source had put right by then is not said first."""
    one_by_one = Payroll("samples", municipality="707")
    for number in (2, 9):
        one_by_one.loads(written(tmp_path, rows(number), f"{number}.csv"), ARRIVED)
    (line,), (_, last) = payroll.of("90101"), one_by_one.of("90101")

    assert line.short == ("hired", 1, True, MIDDLE)
    assert line._replace(revision=2) == last
    assert set(one_by_one.standing()) <= payroll.standing().keys()


def test_rows_2_8_and_9_in_one_file_of_history_are_the_hire_and_its_next_revision() -> None:
    """In the first load of a feed that goes live later, what was put right before is said as it became known: as the README lists it."""
    payroll = live_from(date(2026, 11, 21))
    payroll.loads(samples("employments.csv"), ARRIVED, first_load=True)

    assert [(line.short, getattr(line.body, "registered_at")) for line in payroll.of("90101")] == [  # noqa: B009
        (("hired", 1, True, DECEMBER), at(16, 9, 12)),
        (("hired", 2, True, MIDDLE), at(20, 13, 1)),
    ]


def test_what_was_unknown_is_hired_first_and_from_row_10_only_a_note_comes(unaware: Payroll) -> None:
    of = {number: [line.short for line in unaware.of(number)] for number in ("90102", "90103", "90105", "90107")}
    hired = {"90102": date(2021, 5, 1), "90103": date(2018, 8, 1), "90105": date(2017, 3, 1)}

    assert {number: lines[0] for number, lines in of.items() if lines} == {n: ("hired", 1, True, day) for n, day in hired.items()}
    assert (of["90102"][1:], of["90103"][1:]) == (ROWS["90102"][0], ROWS["90103"][0])
    assert of["90107"] == []
    assert unaware.notes == {"cancel-of-unknown": 1}


def test_what_began_before_the_feed_was_live_differs_it_is_hired_and_not_started(unaware: Payroll) -> None:
    """The README lists a start beside the hire; of history only the registered facts are said, and the figures use them."""
    assert unaware.rules.live_from == date(2026, 1, 1)
    assert {line.name for number in ("90102", "90103", "90105") for line in unaware.of(number)} & {"employment-started"} == set()


def test_what_was_unknown_is_hired_and_started_where_the_feed_was_live_then() -> None:
    """As the README lists it: both with the day of the row, then what the row itself tells."""
    payroll = live_from(date(2017, 1, 1))
    payroll.loads(samples("employments.csv"), ARRIVED)

    for number, begun in {"90102": date(2021, 5, 1), "90103": date(2018, 8, 1), "90105": date(2017, 3, 1)}.items():
        lines = {line.short for line in payroll.of(number)}
        told = set(ROWS[number][0]) - {("hours-changed", 1, True, NEW_YEAR)}
        assert lines == {("hired", 1, True, begun), ("employment-started", 1, True, begun)} | told


def test_what_hours_were_changed_from_is_unknown_so_differs_row_6_it_is_a_hire_alone(unaware: Payroll) -> None:
    (line,) = unaware.of("90105")

    assert (line.name, getattr(line.body, "degree")) == ("hired", "0.6757")  # noqa: B009 - not every event has one


SAME = {"municipality": "707", "source_system": "csv", "registered_precision": "instant"}
P410, P420 = unit_id("707", "P410"), unit_id("707", "P420")
FIELDS: dict[str, dict[str, dict[str, Any]]] = {
    "90101": {
        "*": {"registered_at": at(20, 13, 1), "unit_id": P410, "employment_form": "monthly"},
        "hired": {"effective_date": MIDDLE, "position_code": "4115", "occupation_group": "pedagogue", "degree": "0.8649", "rehire": False},
    },
    "90102": {
        "*": {"registered_at": at(17, 10, 40), "unit_id": P410, "last_working_day": date(2026, 12, 31), "reason_class": "own-request"},
    },
    "90103": {
        "*": {"registered_at": midnight(date(2026, 11, 17)), "registered_precision": "day", "unit_id": P420},
        "leave-registered": {"leave_from": DECEMBER, "leave_to": date(2027, 5, 31)},
    },
    "00104": {
        "*": {"registered_at": at(18, 8, 5), "unit_id": P420, "employment_form": "hourly"},
        "hired": {"degree": "0.2703", "position_code": "4190"},
        "employment-end-registered": {"last_working_day": date(2027, 1, 31), "reason_class": "fixed-term-end"},
    },
    "90105": {
        "*": {"registered_at": at(18, 11, 30), "unit_id": P420, "employment_form": "monthly"},
        "hours-changed": {"old_degree": "0.8649", "new_degree": "0.6757"},
    },
    "90106": {
        "*": {"registered_at": at(19, 7, 55), "unit_id": P410, "employment_form": "pupil"},
        "hired": {"degree": "1.0000", "position_code": "4106"},
        "education-started": {"planned_end": TAUGHT_UNTIL, "ladder_step": "other"},
        "employment-end-registered": {"last_working_day": TAUGHT_UNTIL, "reason_class": "education-end"},
    },
    "90107": {"employment-cancelled": {"registered_at": at(20, 14, 20), "unit_id": P420}},
}
"""By employment and event (`*`: by each): what its fields hold."""


@pytest.mark.parametrize("number", FIELDS)
def test_the_events_hold_what_the_row_tells(payroll: Payroll, number: str) -> None:
    lines = payroll.of(number)
    told = FIELDS[number]

    assert told.keys() - {"*"} <= {line.name for line in lines}
    for line, wanted in _wanted(lines, told):
        assert {name: getattr(line.body, name) for name in wanted} == wanted, line.name


def _wanted(lines: list[Line], told: dict[str, dict[str, Any]]) -> Iterator[tuple[Line, dict[str, Any]]]:
    for line in lines:
        if line.stands:
            yield line, {**SAME, **told.get("*", {}), **told.get(line.name, {})}


def test_the_cancelled_hire_is_the_one_that_was_known(payroll: Payroll) -> None:
    cancelled = payroll.of("90107")[0].body
    withdrawn = [r.fact for _, r in payroll.said if r.type == "hr.hired.v1" and not r.stands]

    assert withdrawn == [getattr(cancelled, "hired_fact")]  # noqa: B009 - not every event has one


def test_the_sample_again_under_another_name_says_nothing(payroll: Payroll, tmp_path: Path) -> None:
    payroll.clear().loads(written(tmp_path, samples("employments.csv").read_text("utf-8"), "again.csv"), date(2026, 11, 22))

    assert payroll.said == []
