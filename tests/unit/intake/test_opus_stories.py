"""What nightly files show of daily life: moves without a date, leavers without fields, files that are cut off, units that close."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.hr import (
    EmploymentCancelled,
    EmploymentEndRegistered,
    Hired,
    HoursChanged,
    LeaderAppointed,
    PersonNamed,
    PlacementChanged,
    UnitChanged,
)
from contracts.words import UnitChange
from services.chassis.failures import Refused
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit
from tests.unit.intake.payroll import Line, Payroll


class Nights:
    """One nightly file after the other, from 2 March 2026."""

    def __init__(self, folder: Path, mapping: str = OPUS) -> None:
        self.payroll = Payroll(text=mapping)
        self._folder = folder
        self._day = date(2026, 3, 1)

    def shows(self, *elements: str, number: str = "5001") -> list[Line]:
        """The next night; what is said of one employment because of it."""
        self._day += timedelta(days=1)
        self.payroll.clear()
        self.payroll.loads(night(self._folder, *elements, made=f"{self._day:%Y%m%d}224000"), self._day)
        return self.payroll.of(number)

    def said_of_unit(self) -> list[tuple[int, bool, UnitChange, date]]:
        """What was said of unit 31 because of the last night."""
        lines = [(line, line.body) for line in self.payroll.of_unit("31")]
        return [(line.revision, line.stands, body.change, body.effective_date) for line, body in lines if isinstance(body, UnitChanged)]


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """One employee of unit 31 is known."""
    nights = Nights(tmp_path)
    assert [line.name for line in nights.shows(org_unit(), employee())] == ["hired"]
    return nights


def names(lines: list[Line]) -> list[tuple[str, int, bool]]:
    return [(line.name, line.revision, line.stands) for line in lines]


def test_a_new_date_of_change_alone_is_no_change_nor_are_spaces(nights: Nights) -> None:
    assert nights.shows(org_unit(changed="2026-03-03"), employee(changed="2026-03-03", numerator="37 ")) == []


def test_hours_and_moves_hold_from_the_later_of_the_change_and_the_start_of_the_unit(nights: Nights) -> None:
    hours = nights.shows(org_unit(), employee(changed="2026-03-03", numerator="30,5"))
    new = org_unit("33", changed="2026-03-04", startDate="2026-04-01")
    moved = nights.shows(org_unit(), new, employee(changed="2026-03-04", numerator="30,5", orgUnit="33"))

    assert [(line.body.new_degree, line.body.effective_date) for line in hours if isinstance(line.body, HoursChanged)] == [
        ("0.8243", date(2026, 3, 3))
    ]
    assert [(type(line.body), line.short[3]) for line in moved] == [(PlacementChanged, date(2026, 4, 1))]


def test_a_value_that_flips_on_one_day_gives_three_revisions_of_one_fact(nights: Nights) -> None:
    fewer, again = employee(changed="2026-03-03", numerator="30"), employee(changed="2026-03-03")

    assert [names(nights.shows(org_unit(), shown)) for shown in (fewer, again, fewer)] == [
        [("hours-changed", 1, True)],
        [("hours-changed", 2, False)],
        [("hours-changed", 3, True)],
    ]


def test_an_end_that_is_withdrawn_and_comes_again_is_another_end(nights: Nights) -> None:
    late, again = employee(changed="2026-03-03", leaveDate="2026-06-30"), employee(changed="2026-03-03")

    assert [names(nights.shows(org_unit(), shown))[0] for shown in (late, again, late)] == [
        ("employment-end-registered", 1, True),
        ("resignation-withdrawn", 1, True),
        ("employment-end-registered", 1, True),
    ]


def test_who_has_left_without_a_known_end_was_employed_until_the_day_before(nights: Nights) -> None:
    lines = nights.shows(org_unit(), '<employee id="5001" client="999" action="leave"/>', '<employee id="7777" action="leave"/>')

    assert [line.body.last_working_day for line in lines if isinstance(line.body, EmploymentEndRegistered)] == [date(2026, 3, 2)]
    assert nights.shows(org_unit(), '<employee id="5001" client="999" action="leave"/>') == []


def test_who_leaves_before_the_first_day_never_was(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.shows(org_unit(), employee(entryDate="2026-05-01"))

    assert names(nights.shows(org_unit(), '<employee id="5001" action="leave"/>'))[0] == ("employment-cancelled", 1, True)


def test_who_is_missing_never_was_and_can_come_back(nights: Nights) -> None:
    gone = nights.shows(org_unit())
    back = nights.shows(org_unit(), employee(changed="2026-03-04"))

    assert names(gone) == [("employment-cancelled", 1, True), ("hired", 2, False)]
    assert isinstance(gone[0].body, EmploymentCancelled)
    assert names(back) == [("hired", 3, True), ("employment-cancelled", 2, False)]


def test_who_is_missing_for_a_night_comes_back_though_nothing_was_registered(nights: Nights) -> None:
    gone = nights.shows(org_unit())
    back = nights.shows(org_unit(), employee())

    assert [names(gone)[1], names(back)[0]] == [("hired", 2, False), ("hired", 3, True)]


def test_who_is_missing_after_the_last_day_is_only_tidied_away(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.shows(org_unit(), employee(leaveDate="2026-02-28"))

    assert nights.shows(org_unit()) == []


def test_who_is_refused_is_not_missing(nights: Nights) -> None:
    assert nights.shows(org_unit(), employee(changed="2026-03-03", entryDate="")) == []


@pytest.mark.parametrize(
    ("known", "missing", "refused"), [(100, 5, False), (100, 6, True), (99, 50, False), (200, 10, False), (200, 11, True)]
)
def test_a_file_in_which_too_many_are_missing_is_refused_whole(tmp_path: Path, known: int, missing: int, refused: bool) -> None:
    nights = Nights(tmp_path)
    staff = [employee(str(number), cpr=f"99{number:08}") for number in range(known)]
    nights.shows(org_unit(), *staff)

    if refused:
        with pytest.raises(Refused, match="incomplete-file") as told:
            nights.shows(org_unit(), *staff[missing:])
        numbers = {"missing": str(missing), "known": str(known)}
        assert told.value.fields == {**numbers, "would_end": str(missing), "employed": str(known)}
        assert nights.payroll.said == []
    else:
        nights.shows(org_unit(), *staff[missing:])
        cancelled = [revision for _, revision in nights.payroll.said if isinstance(revision.body, EmploymentCancelled)]
        assert len(cancelled) == missing


@pytest.mark.parametrize(("known", "missing", "refused"), [(20, 1, False), (20, 2, True), (20, 20, True), (19, 19, False), (40, 2, False)])
def test_a_file_that_lost_its_units_is_refused_whole_too(tmp_path: Path, known: int, missing: int, refused: bool) -> None:
    nights = Nights(tmp_path)
    units = [org_unit(str(31 + number)) for number in range(known)]
    nights.shows(*units, employee(), employee("5002"))

    if refused:
        with pytest.raises(Refused, match="incomplete-units") as told:
            nights.shows(*units[missing:], employee())
        assert told.value.fields == {"missing": str(missing), "known": str(known), "would_end": "1", "employed": "2"}
        assert nights.payroll.said == []
    else:
        nights.shows(*units[missing:], employee())
        closed = [revision.body.change for _, revision in nights.payroll.said if isinstance(revision.body, UnitChanged)]
        assert closed == [UnitChange.CLOSED] * missing


def test_a_unit_is_since_always_is_renamed_closes_and_comes_back(nights: Nights) -> None:
    renamed = nights.shows(org_unit(changed="2026-03-03", longName="Nordvest"), employee())
    changes = [nights.said_of_unit()]
    for shown in ([], [org_unit(changed="2026-03-05", longName="Nordvest")]):
        nights.shows(*shown, employee())
        changes.append(nights.said_of_unit())

    assert renamed == []
    assert changes == [
        [(1, True, UnitChange.RENAMED, date(2026, 3, 3))],
        [(1, True, UnitChange.CLOSED, date(2026, 3, 4))],
        [(2, False, UnitChange.CLOSED, date(2026, 3, 4))],
    ]


def test_a_unit_whose_end_is_told_closes_the_day_after(nights: Nights) -> None:
    nights.shows(org_unit(changed="2026-03-03", endDate="2026-06-30"), employee())

    assert nights.said_of_unit() == [(1, True, UnitChange.CLOSED, date(2026, 7, 1))]


def test_a_manager_leads_the_unit_and_the_position_can_tell_how_high(tmp_path: Path) -> None:
    nights = Nights(tmp_path, OPUS + '\n[opus.leaders]\n900 = "chief"\n')
    for position, level in (("710", "department"), ("900", "chief")):
        lines = nights.shows(org_unit(), employee(position, isManager="true", positionId=position), number=position)
        assert [line.body.leader_level for line in lines if isinstance(line.body, LeaderAppointed)] == [level]


def test_the_leave_date_can_be_the_first_day_out(tmp_path: Path) -> None:
    nights = Nights(tmp_path, OPUS.replace('leave_date = "last-day"', 'leave_date = "first-day-out"'))
    lines = nights.shows(org_unit(), employee(leaveDate="2026-07-01"))

    assert [line.body.last_working_day for line in lines if isinstance(line.body, EmploymentEndRegistered)] == [date(2026, 6, 30)]


def test_several_jobs_are_one_person_and_a_name_goes_to_the_directory(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    both = [employee(number, firstName="Anne", lastName="Prøvesen") for number in ("5001", "5002")]
    nights.shows(org_unit(), *both)

    hires = [revision.body for _, revision in nights.payroll.said if isinstance(revision.body, Hired)]
    assert len({hire.employment_id for hire in hires}) == 2
    assert len({hire.person_key for hire in hires}) == 1
    assert [revision.body.display_name for _, revision in nights.payroll.said if isinstance(revision.body, PersonNamed)] == [
        "Anne Prøvesen"
    ]


@pytest.mark.parametrize(("key", "told"), [("", None), ("work_mail = true\n", "anne@example.invalid")])
def test_a_mail_is_told_where_the_municipality_says_that_it_is_the_one_at_work(tmp_path: Path, key: str, told: str | None) -> None:
    nights = Nights(tmp_path, OPUS.replace("[opus]\n", f"[opus]\n{key}"))
    nights.shows(org_unit(), employee(firstName="Anne", lastName="Prøvesen", email="anne@example.invalid"))

    assert [revision.body.work_mail for _, revision in nights.payroll.said if isinstance(revision.body, PersonNamed)] == [told]


@pytest.mark.parametrize(
    ("element", "reason", "column"),
    [
        (employee(entryDate=""), "missing-entry-date", "entryDate"),
        (employee(entryDate="0000-00-00"), "missing-entry-date", "entryDate"),
        (employee(entryDate="2026-02-30"), "bad-date", "entryDate"),
        (employee(leaveDate="2019-12-31"), "end-before-start", "leaveDate"),
        (employee(changed="yesterday"), "bad-date", "lastChanged"),
        (employee(cpr=""), "missing-key", "cpr"),
        (employee(orgUnit=""), "missing-key", "orgUnit"),
        (employee(""), "missing-key", "employee@id"),
        (employee("5" * 81), "bad-key", "employee@id"),
        (employee(workContract="77"), "unknown-code", "workContract"),
        (employee(positionId="5 2"), "bad-code", "positionId"),
        (employee(numerator=""), "missing-value", "numerator"),
        (employee(numerator="many"), "bad-number", "numerator"),
        (employee(denominator="0"), "bad-number", "numerator"),
        (employee(numerator="75"), "bad-number", "numerator"),
        (employee(firstName="Anne\tB"), "bad-text", "lastName"),
        (org_unit("32", startDate=""), "missing-value", "startDate"),
        (org_unit("32", endDate="1899-12-31"), "bad-date", "startDate"),
        (org_unit("32", longName=""), "missing-value", "longName"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_next_is_taken(tmp_path: Path, element: str, reason: str, column: str) -> None:
    payroll = Payroll(text=OPUS.replace('"*" = "unknown"', ""))
    reading = payroll.loads(night(tmp_path, element, employee("5002")), date(2026, 3, 2))

    assert [(wrong.line, wrong.reason, wrong.column) for wrong in reading.wrong] == [(1, reason, column)]
    assert [row.draft.employment for row in reading.accepted] == ["5002"]


@pytest.mark.parametrize("name", ["ZLPE_delta.xml", "ZLPE20261319224012_delta.xml", "ZLPE20261119224012_delta.csv"])
def test_a_file_whose_name_does_not_tell_when_it_was_made_is_refused(tmp_path: Path, name: str) -> None:
    path = night(tmp_path, employee()).rename(tmp_path / name)

    with pytest.raises(Refused, match="no-export-time"):
        Payroll("opus").loads(path, date(2026, 3, 2))
