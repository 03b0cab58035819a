"""The answers of SD Løn among the samples become exactly the events their README lists, record by record."""

from datetime import date, datetime
from uuid import UUID

import pytest

from contracts.hr import (
    EmploymentCancelled,
    EmploymentEndRegistered,
    Hired,
    HoursChanged,
    LeaderEnded,
    LeaveRegistered,
    PlacementChanged,
    PostVacant,
    ResignationWithdrawn,
    Resigned,
    UnitChanged,
)
from contracts.words import ReasonClass, UnitChange
from services.chassis.calendar import COPENHAGEN, midnight
from services.intake.domain.keys import unit_id
from services.intake.reading.files import read
from tests.kit.builders import an_id
from tests.kit.deliveries import samples
from tests.unit.intake.payroll import Payroll

NEW_YEAR = date(2027, 1, 1)
DECEMBER = date(2026, 12, 1)
LEFT = ("employment-end-registered", "resigned")


@pytest.fixture
def payroll() -> Payroll:
    """The organisation and the first load are known; what they said is of no matter any more."""
    payroll = Payroll()
    for name in ("GetOrganization", "GetDepartment", "GetEmploymentChanged.baseline"):
        payroll.loads(samples(f"{name}.xml", "sd"), date(2026, 11, 1))
    payroll.clear()
    payroll.loads(samples("GetEmploymentChangedAtDate.xml", "sd"), date(2026, 11, 21))
    return payroll


@pytest.mark.parametrize(
    ("number", "said", "later"),
    [
        pytest.param("70101", [("hired", 1, True, NEW_YEAR)], [("employment-started", NEW_YEAR)], id="S1"),
        pytest.param(
            "70203", [("leave-registered", 1, True, DECEMBER)], [("leave-started", DECEMBER), ("leave-ended", date(2027, 6, 1))], id="S2"
        ),
        pytest.param("70305", [(name, 1, True, NEW_YEAR) for name in LEFT], [("employment-ended", NEW_YEAR)], id="S3"),
        pytest.param("70412", [("hired", 1, True, DECEMBER)], [("employment-started", DECEMBER)], id="S4"),
        pytest.param("70520", [("employment-cancelled", 1, True, DECEMBER), ("hired", 2, False, DECEMBER)], [], id="S5"),
        pytest.param("70631", [("placement-changed", 1, True, DECEMBER)], [], id="S6a"),
        pytest.param("80632", [("hours-changed", 1, True, NEW_YEAR)], [], id="S6b"),
        pytest.param("00745", [("hours-changed", 1, True, date(2027, 2, 1))], [], id="S7"),
        pytest.param("70850", [(name, 2, True, date(2027, 3, 1)) for name in LEFT], [("employment-ended", date(2027, 3, 1))], id="S8"),
        pytest.param(
            "70933",
            [("resignation-withdrawn", 1, True, NEW_YEAR), ("employment-end-registered", 2, False, NEW_YEAR)],
            [],
            id="S9",
        ),
        pytest.param("61044", [], [], id="S10"),
        pytest.param("71150", [], [], id="S11"),
        pytest.param(
            "71261",
            [("employment-end-registered", 1, True, DECEMBER), ("leader-ended", 1, True, DECEMBER)],
            [("employment-ended", DECEMBER)],
            id="S12",
        ),
        pytest.param("71302", [], [], id="S13"),
        pytest.param(
            "71414",
            [("hired", 1, True, DECEMBER), ("leave-registered", 1, True, date(2026, 11, 15))],
            [("employment-started", DECEMBER), ("leave-started", DECEMBER), ("leave-ended", date(2027, 4, 1))],
            id="S14",
        ),
        pytest.param(
            "71507",
            [("employment-end-registered", 1, True, date(2026, 11, 14)), ("employment-ended", 1, True, date(2026, 11, 14))],
            [],
            id="S15",
        ),
    ],
)
def test_a_record_says_what_the_table_lists_at_once_and_later(
    payroll: Payroll, number: str, said: list[tuple[str, int, bool, date]], later: list[tuple[str, date]]
) -> None:
    assert [line.short for line in payroll.of(f"ZZ {number}")] == said

    payroll.clear().reaches(date(2027, 12, 31))

    assert [(line.name, line.short[3]) for line in payroll.of(f"ZZ {number}")] == later


@pytest.mark.parametrize(
    ("numbers", "day"),
    [
        pytest.param(["70101"], 16, id="S1"),
        pytest.param(["70203"], 5, id="S2"),
        pytest.param(["70305"], 9, id="S3"),
        pytest.param(["70412"], 10, id="S4"),
        pytest.param(["70520"], 11, id="S5"),
        pytest.param(["70631", "80632"], 12, id="S6"),
        pytest.param(["00745"], 13, id="S7"),
        pytest.param(["70850"], 16, id="S8"),
        pytest.param(["70933"], 17, id="S9"),
        pytest.param(["71261"], 18, id="S12"),
        pytest.param(["71414"], 19, id="S14"),
        pytest.param(["71507"], 16, id="S15"),
    ],
)
def test_what_stands_at_once_and_later_is_registered_on_the_day_the_table_lists(payroll: Payroll, numbers: list[str], day: int) -> None:
    payroll.reaches(date(2027, 12, 31))
    told = [line.body for number in numbers for line in payroll.of(f"ZZ {number}") if line.stands]

    assert told
    assert {(getattr(body, "registered_at"), getattr(body, "registered_precision")) for body in told} == {  # noqa: B009 - each has them
        (midnight(date(2026, 11, day)), "day")
    }


def test_sixteen_employments_twelve_persons_with_events_and_two_refusals(payroll: Payroll) -> None:
    reading = read(payroll.mapping, samples("GetEmploymentChangedAtDate.xml", "sd"))

    assert [(wrong.line, wrong.reason, wrong.column) for wrong in reading.wrong] == [
        (12, "unknown-status-code", "EmploymentStatusCode"),
        (14, "end-before-start", "ActivationDate"),
    ]
    assert len({row.draft.employment for row in reading.accepted}) + len(reading.wrong) == 16
    assert len({subject for subject, _ in payroll.said if subject.kind == "person"}) == 12
    assert payroll.notes == {"source-record-purged": 1, "leave-before-start": 1}


def test_the_hire_of_s1_is_told_with_its_unit_degree_and_first_day_at_work(payroll: Payroll) -> None:
    ((_, _, _, hired),) = payroll.of("ZZ 70101")

    assert isinstance(hired, Hired)
    assert (hired.degree, hired.first_working_day, hired.position_code, hired.rehire) == ("0.8108", NEW_YEAR, "4102", False)
    assert (hired.registered_at, hired.registered_precision) == (midnight(date(2026, 11, 16)), "day")
    assert (hired.employment_form, hired.occupation_group, hired.source_system) == ("monthly", "sosu-assistant", "sd")


def test_the_leaves_of_s2_and_s14_have_their_days(payroll: Payroll) -> None:
    leaves = [line.body for number in ("70203", "71414") for line in payroll.of(f"ZZ {number}") if isinstance(line.body, LeaveRegistered)]
    (hired,) = [line.body for line in payroll.of("ZZ 71414") if isinstance(line.body, Hired)]

    assert [(leave.leave_from, leave.leave_to) for leave in leaves] == [
        (DECEMBER, date(2027, 5, 31)),
        (date(2026, 11, 15), date(2027, 3, 31)),
    ]
    assert hired.first_working_day == date(2027, 4, 1)


def test_the_ends_have_their_last_day_and_reason(payroll: Payroll) -> None:
    ends = {
        number: (line.body.last_working_day, line.body.reason_class)
        for number in ("70305", "70850", "71261", "71507")
        for line in payroll.of(f"ZZ {number}")
        if isinstance(line.body, EmploymentEndRegistered)
    }

    assert ends == {
        "70305": (date(2026, 12, 31), ReasonClass.UNKNOWN),
        "70850": (date(2027, 2, 28), ReasonClass.UNKNOWN),
        "71261": (date(2026, 11, 30), ReasonClass.RETIREMENT),
        "71507": (date(2026, 11, 13), ReasonClass.DEATH_OR_EMIGRATION),
    }


def test_who_resigns_in_s3_and_s8_gave_no_day_and_no_reason(payroll: Payroll) -> None:
    resigned = [line.body for number in ("70305", "70850") for line in payroll.of(f"ZZ {number}") if isinstance(line.body, Resigned)]

    assert [(body.last_working_day, body.reason_class, body.received_on) for body in resigned] == [
        (date(2026, 12, 31), ReasonClass.UNKNOWN, None),
        (date(2027, 2, 28), ReasonClass.UNKNOWN, None),
    ]


def test_the_hire_that_s5_cancels_is_the_one_that_was_known(payroll: Payroll) -> None:
    cancelled = payroll.of("ZZ 70520")[0].body

    assert isinstance(cancelled, EmploymentCancelled)
    assert [r.fact for _, r in payroll.said if r.type == Hired.wire and not r.stands] == [cancelled.hired_fact]


def test_the_rehire_of_s4_keeps_its_id_and_names_the_old_end(payroll: Payroll) -> None:
    ((_, _, _, hired),) = payroll.of("ZZ 70412")

    assert isinstance(hired, Hired)
    assert (hired.employment_id, hired.rehire, hired.previous_last_working_day) == (an_id("ZZ 70412"), True, date(2026, 6, 30))
    assert hired.unit_id == payroll_unit("B210")


def test_the_withdrawal_of_s9_names_the_resignation_that_still_stands(payroll: Payroll) -> None:
    withdrawn, end = (line.body for line in payroll.of("ZZ 70933"))
    stood = [revision for state in payroll.states.values() for revision in (said.revision for said in state.said.values())]

    assert isinstance(end, EmploymentEndRegistered)
    assert end.last_working_day == date(2026, 12, 31)
    assert isinstance(withdrawn, ResignationWithdrawn)
    assert [(r.type, r.stands) for r in stood if r.fact == withdrawn.resignation_fact] == [("hr.resigned.v1", True)]


def test_the_retiring_leader_of_s12_leaves_the_unit_without_one(payroll: Payroll) -> None:
    ended = payroll.of("ZZ 71261")[1].body

    assert isinstance(ended, LeaderEnded)
    assert (ended.unit_id, ended.last_day, ended.reason_class) == (payroll_unit("A130"), date(2026, 11, 30), ReasonClass.RETIREMENT)
    (vacant,) = payroll.of_post("A130")
    assert vacant.short == ("post-vacant", 1, True, DECEMBER)
    assert isinstance(vacant.body, PostVacant)
    assert (vacant.body.leader_post, vacant.body.leader_level) == (True, "department")
    assert (vacant.body.registered_at, vacant.body.registered_precision) == (midnight(date(2026, 11, 18)), "day")


def test_the_move_of_s6_is_from_a120_to_a130(payroll: Payroll) -> None:
    ((_, _, _, moved),) = payroll.of("ZZ 70631")

    assert isinstance(moved, PlacementChanged)
    assert (moved.old_unit_id, moved.new_unit_id) == (payroll_unit("A120"), payroll_unit("A130"))
    assert moved.unit_id == payroll_unit("A130")


@pytest.mark.parametrize(("number", "old", "new"), [("80632", "0.2703", "0.4054"), ("00745", "0.8108", "1.0000")], ids=["S6b", "S7"])
def test_the_hours_of_s6_and_s7_change_from_one_degree_to_the_other(payroll: Payroll, number: str, old: str, new: str) -> None:
    ((_, _, _, changed),) = payroll.of(f"ZZ {number}")

    assert isinstance(changed, HoursChanged)
    assert (changed.old_degree, changed.new_degree) == (old, new)


def test_the_two_jobs_of_s6_are_one_person(payroll: Payroll) -> None:
    assert {payroll.of(f"ZZ {number}")[0].body.record_key() for number in ("70631", "80632")} == {str(an_id("9906700006"))}


def test_both_answers_again_in_any_order_say_nothing(payroll: Payroll) -> None:
    payroll.clear()
    for name in ("GetEmploymentChangedAtDate", "GetEmploymentChanged.baseline", "GetDepartment", "GetOrganization"):
        payroll.loads(samples(f"{name}.xml", "sd"), date(2026, 11, 22))

    assert payroll.said == []


def test_the_answers_the_other_way_round_come_to_the_same(payroll: Payroll) -> None:
    other = Payroll()
    for name in ("GetEmploymentChangedAtDate", "GetDepartment", "GetEmploymentChanged.baseline", "GetOrganization"):
        other.loads(samples(f"{name}.xml", "sd"), date(2026, 11, 21))

    assert other.standing() == payroll.standing()


def test_every_unit_is_created_once_and_a130_moves_at_new_year() -> None:
    payroll = Payroll()
    payroll.loads(samples("GetDepartment.xml", "sd").parent, date(2026, 11, 21))
    moved = [line.body for line in payroll.of_unit("A130")]
    answered = {getattr(r.body, "registered_at") for _, r in payroll.said if isinstance(r.body, UnitChanged)}  # noqa: B009 - as above

    for code in ("Z001", "N510", "N520", "A120", "B210"):
        assert [line.short for line in payroll.of_unit(code)] == [("unit-changed", 1, True, date(2018, 1, 1))]
    assert [(body.effective_date, body.change) for body in moved if isinstance(body, UnitChanged)] == [
        (date(2018, 1, 1), UnitChange.CREATED),
        (NEW_YEAR, UnitChange.MOVED),
    ]
    assert isinstance(moved[1], UnitChanged)
    assert (moved[1].old_parent_unit_id, moved[1].parent_unit_id) == (payroll_unit("N510"), payroll_unit("N520"))
    assert moved[1].name == "Hjemmeplejen Øst"
    assert answered == {datetime(2026, 11, 21, 5, 0, 30, tzinfo=COPENHAGEN)}, "when the answer that told last was made"


def payroll_unit(code: str) -> UUID:
    """The id of a unit of the samples."""
    return unit_id("730", code)
