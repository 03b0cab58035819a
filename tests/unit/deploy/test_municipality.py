"""The invented municipality: the same for the same seed, and everything in it that a payroll system does to people's patience."""

import csv
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

from deploy.local.municipality import LIVE_FROM, invent, steps, write
from deploy.local.municipality.job import COLUMNS
from deploy.local.municipality.steps import LAST_DAY, folders
from deploy.local.municipality.talks import Window, decide_exit, decide_more_hours, decide_own_wish, decide_review, decide_talk
from deploy.local.municipality.units import UNITS
from deploy.local.municipality.words import POSITIONS
from deploy.local.oracle import figures, read
from deploy.local.oracle.people import People

EMPLOYEES = 500
WINDOW = Window(date(2025, 3, 12), date(2025, 3, 28), date(2025, 4, 11))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("fjordby")
    write(invent(seed=7, employees=EMPLOYEES), written)
    return written


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for each in folders():
        with (folder / each / name).open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file, delimiter=";")
    return found


def everybody(folder: Path) -> People:
    imported = {"history": LIVE_FROM} | {name: day for day, name in steps()}
    deliveries = read(folder, imported)
    return People(deliveries.employments, deliveries.units)


def test_a_seed_means_one_municipality(folder: Path, tmp_path: Path) -> None:
    write(invent(seed=7, employees=EMPLOYEES), tmp_path)

    assert all((tmp_path / each.relative_to(folder)).read_bytes() == each.read_bytes() for each in folder.rglob("*.csv"))


def test_another_seed_means_another(folder: Path, tmp_path: Path) -> None:
    write(invent(seed=8, employees=EMPLOYEES), tmp_path)

    assert (tmp_path / "history/employments.csv").read_bytes() != (folder / "history/employments.csv").read_bytes()


def test_it_has_about_the_employees_that_were_asked_for(folder: Path) -> None:
    people = everybody(folder)

    heads = [len(people.on(date(year, 12, 31), everyone=True)["U01"]) for year in range(2021, 2026)]

    assert all(0.85 * EMPLOYEES < count < 1.15 * EMPLOYEES for count in heads)


def test_the_tree_has_sixty_units_below_one_root_and_a_leader_for_each(folder: Path) -> None:
    people = everybody(folder)

    assert len(people.tree.units) == UNITS
    assert {people.tree.chain(unit, LAST_DAY)[-1] for unit in people.tree.units} == {"U01"}
    assert {row["unit"] for row in rows(folder, "leaders.csv")} == set(people.tree.units)


def test_a_unit_is_told_before_anybody_works_in_it(folder: Path) -> None:
    told = {row["unit"]: row["registered_at"] for row in reversed(rows(folder, "units.csv"))}

    late = [row for row in rows(folder, "employments.csv") if row["registered_at"] > "2021" and row["registered_at"] < told[row["unit"]]]

    assert late == []


def test_units_are_moved_ahead_late_and_while_live(folder: Path) -> None:
    moved = [row for row in rows(folder, "units.csv") if row["change"] == "moved"]

    assert len(moved) == 3
    assert [row["registered_at"][:10] > row["valid_from"] for row in moved] == [False, True, False]
    assert moved[-1]["registered_at"] > LIVE_FROM.isoformat()


def test_each_row_is_whole(folder: Path) -> None:
    codes = {position.code for position in POSITIONS}

    for row in rows(folder, "employments.csv"):
        assert set(row) == set(COLUMNS)
        assert row["municipality"] == "999"
        assert row["position"] in codes
        assert all(row[column] for column in ("person", "name", "employment", "unit", "form", "degree", "start", "first_working_day"))
        assert bool(row["last_day"]) is bool(row["reason"])
    assert len(POSITIONS) == len(codes) == 30


def test_rows_are_delivered_in_the_order_and_month_of_registration(folder: Path) -> None:
    for each in folders():
        with (folder / each / "employments.csv").open(encoding="utf-8") as file:
            moments = [datetime.fromisoformat(row["registered_at"]) for row in csv.DictReader(file, delimiter=";")]
        assert moments == sorted(moments)
        assert all(moment.date() < LIVE_FROM if each == "history" else f"{moment:%Y-%m}" == each for moment in moments)


def test_whatever_is_registered_in_a_month_is_there_by_its_step() -> None:
    assert [day.strftime("%Y-%m") for day, _ in steps()] == [name for _, name in steps()]
    assert all(day.weekday() < 5 for day, _ in steps())


def test_everything_happens_that_happens_in_a_payroll_system(folder: Path) -> None:
    by_number: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(folder, "employments.csv"):
        by_number[row["employment"]].append(row)
    people = everybody(folder)
    spells = [job for jobs in people.jobs.values() for job in jobs]
    ends = [job.last_day for job in spells if job.last_day]
    gaps = {
        (later.start - job.last_day).days
        for jobs in people.jobs.values()
        for job in jobs
        for later in jobs
        if job.last_day and later.start > job.last_day
    }

    assert any(row["start"] > row["registered_at"][:10] for row in rows(folder, "employments.csv"))  # known ahead
    assert any(numbered[0]["start"] < numbered[0]["registered_at"][:10] for numbered in by_number.values())  # known late
    assert any(numbered[-1]["cancelled"] for numbered in by_number.values())
    assert any(numbered[0]["start"] != numbered[-1]["start"] for numbered in by_number.values())
    assert any(row["withdrawn_on"] for row in rows(folder, "employments.csv"))
    assert any(row["leave_from"] for row in rows(folder, "employments.csv"))
    assert any(len(job.terms) > 0 for job in spells)
    assert 1 in gaps  # a move by two numbers
    assert any(1 < gap < 89 for gap in gaps)
    assert any(gap > 95 for gap in gaps)
    assert any(sum(job.holds(date(2024, 6, 1)) for job in jobs) > 1 for jobs in people.jobs.values())
    assert sum((day.replace(day=28).month != (date.fromordinal(day.toordinal() + 1)).month) for day in ends) > 0.7 * len(ends)


def test_no_end_is_told_before_its_hire(folder: Path) -> None:
    first: dict[str, dict[str, str]] = {}
    for row in rows(folder, "employments.csv"):
        first.setdefault(row["employment"], row)

    assert all(not row["last_day"] and not row["cancelled"] for row in first.values())


def test_the_flow_closes_at_every_month_end(folder: Path) -> None:
    """Opening + in − out + back − interrupted = closing, for persons in the municipality."""
    people = everybody(folder)
    for year in range(2021, 2026):
        opening = people.after(date(year - 1, 12, 31), everyone=True)["U01"]
        closing = people.after(date(year, 12, 31), everyone=True)["U01"]
        left = people.left(date(year, 1, 1), date(year, 12, 31), everyone=True).get("U01", [])
        away = {p for p in opening - closing if p not in left}

        assert all(any(job.start > date(year, 12, 31) for job in people.jobs[person]) for person in away)  # interrupted over the turn


def test_every_figure_can_be_computed_for_a_small_municipality(folder: Path) -> None:
    imported = {"history": LIVE_FROM} | {name: day for day, name in steps()}

    known = figures(read(folder, imported), [], date(2025, 6, 30))

    assert {figure.indicator for figure in known} == {
        "headcount",
        "turnover-leavers-over-average-headcount",
        "turnover-cohort-12m",
        "percent-terminated",
        "leavers-by-kind",
        "talk-timeliness",
        "resignations-kept",
        "exit-coverage",
    }


def test_most_talks_are_held_in_time_and_the_rest_in_other_ways() -> None:
    talks = [decide_talk(1, str(n), "talk-2-weeks", WINDOW) for n in range(400)]
    held = [talk.day for talk in talks if talk.action == "held" and talk.day is not None]

    assert {talk.action for talk in talks} == {"held", "declined", "missed"}
    assert sum(WINDOW.opens <= day <= WINDOW.closes for day in held) > 250
    assert any(WINDOW.closes < day <= WINDOW.missed_after for day in held)
    assert all(day <= WINDOW.missed_after for day in held)


def test_a_retention_talk_is_held_when_its_window_opens() -> None:
    days = {decide_talk(1, str(n), "retention-talk", WINDOW).day for n in range(100)}

    assert days == {WINDOW.opens, None}


def test_the_same_task_is_decided_the_same_way() -> None:
    assert decide_talk(1, "00001", "talk-2-weeks", WINDOW) == decide_talk(1, "00001", "talk-2-weeks", WINDOW)


def test_exit_talks_go_step_by_step_and_never_past_the_last_day() -> None:
    last = date(2025, 3, 20)
    exits = [decide_exit(1, str(n), "leader", WINDOW, last) for n in range(300)]

    for each in exits:
        days = [day for day in (each.offered_on, each.accepted_on, each.declined_on, each.held_on) if day is not None]
        assert days == sorted(days)
        assert all(day <= last for day in days)
        assert not (each.held_on and each.declined_on)
    assert any(each.held_on and not each.accepted_on for each in exits)
    assert any(each == type(each)() for each in exits)


def test_other_tasks_are_decided_too() -> None:
    assert {decide_own_wish(1, str(n), WINDOW.opens) for n in range(100)} == {True, False}
    assert any(decide_review(1, str(n), WINDOW) is None for n in range(50))
    answers = [decide_more_hours(1, str(n)) for n in range(50)]
    assert any(answer is None for answer in answers)
    assert all(answer.accepted <= answer.asked for answer in answers if answer)
