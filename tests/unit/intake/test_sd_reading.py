"""How answers of SD Løn are read: both shapes, what a municipality decides, names, units, and every reason to refuse."""

from datetime import date
from pathlib import Path

import pytest

from contracts.hr import Hired, PersonNamed, UnitChanged
from services.chassis.failures import Refused
from services.intake.domain.shown_facts import State
from services.intake.reading.sd_mapping import SdStatus
from tests.unit.intake.payroll import Payroll
from tests.unit.intake.sd_answer import SD, answer, degree, fact, hired, job, reading_of, status, unit, written

ZZ = "ZZ 70001"


@pytest.mark.parametrize(
    "root", ["GetEmploymentChangedAtDate20070401", "GetEmployment20070401", "GetEmployment20111201", "GetEmploymentChanged20111201"]
)
def test_the_calls_of_2007_have_other_names_and_dates_and_mean_the_same(tmp_path: Path, root: str) -> None:
    old = fact("Department", "15.12.2025", "01.01.2026", "31.12.9999", "A120")
    text = answer(job(hired()[0], old, hired()[2], start="01.01.2026"), root=root)
    payroll = Payroll()
    payroll.loads(written(tmp_path, text), date(2026, 2, 1))

    assert payroll.of(ZZ)[0].short == ("hired", 1, True, date(2026, 1, 1))


def test_a_source_that_is_never_asked_for_working_time_can_have_a_degree_of_its_mapping(tmp_path: Path) -> None:
    payroll = Payroll(text=SD.replace("[sd]", '[sd]\nuntold_degree = "1.0000"'))
    payroll.loads(written(tmp_path, answer(job(*hired()[:2]))), date(2026, 2, 1))

    hire = payroll.of(ZZ)[0].body
    assert isinstance(hire, Hired)
    assert hire.degree == "1.0000"


def test_what_changed_at_which_date_is_not_told_was_registered_when_it_was_answered(tmp_path: Path) -> None:
    text = answer(job(*hired())).replace(' changedAtDate="2025-12-01"', "")

    fields = reading_of(tmp_path, text).accepted[0].draft.fields
    assert (fields["registered_precision"], fields["registered_at"]) == ("instant", fields["answered_at"])


def test_institutions_keep_numbers_and_where_told_units_apart(tmp_path: Path) -> None:
    drafts = [
        reading_of(tmp_path, answer(job(*hired()), institution=told), mapping).accepted[0].draft
        for told, mapping in (
            ("ZZ", SD),
            ("", SD.replace("[sd]", '[sd]\ninstitution = "QQ"')),
            ("ZZ", SD.replace("[sd]", "[sd]\nunits_by_institution = true")),
        )
    ]

    assert [draft.employment for draft in drafts] == ["ZZ 70001", "QQ 70001", "ZZ 70001"]
    assert [draft.fields["units"][0]["unit"] for draft in drafts] == ["A120", "A120", "ZZ A120"]


def test_names_go_to_the_directory_and_a_mail_of_ones_own_does_not(tmp_path: Path) -> None:
    mails = "<ContactInformation><EmailAddressIdentifier>{}</EmailAddressIdentifier></ContactInformation>"
    person = (
        "<Person><PersonCivilRegistrationIdentifier>9901700001</PersonCivilRegistrationIdentifier>"
        "<PersonGivenName>Anne</PersonGivenName><PersonSurnameName>Prøvesen</PersonSurnameName>" + mails.format("own@example.invalid")
    )
    payroll = Payroll()
    for job_mail in ("Empty@Empty", "work@example.invalid"):
        text = f"{person}<Employment><EmploymentIdentifier>1</EmploymentIdentifier>{mails.format(job_mail)}</Employment></Person>"
        made = f"2026-02-0{len(job_mail) % 7 + 1}T05:00:00"
        assert payroll.loads(written(tmp_path, answer(text, root="GetPerson20111201", made=made)), date(2026, 2, 8)).feed == "sd.persons"

    named = [revision.body for _, revision in payroll.said if isinstance(revision.body, PersonNamed)]
    assert {(name.display_name, name.work_mail) for name in named} == {
        ("Anne Prøvesen", None),
        ("Anne Prøvesen", "work@example.invalid"),
    }


@pytest.mark.parametrize(
    ("text", "reason", "column"),
    [
        (job(*hired(), person=""), "missing-key", "PersonCivilRegistrationIdentifier"),
        (job(*hired(), number=""), "missing-key", "EmploymentIdentifier"),
        (job(*hired(), number="7" * 81), "bad-key", "EmploymentIdentifier"),
        (job(*hired(), start="2026-02-30"), "bad-date", "EmploymentDate"),
        (job(status("2026-02-30", "2026-01-01", "", "1")), "bad-date", "changedAtDate"),
        (job(status("2026-02-01", "", "", "1")), "missing-value", "ActivationDate"),
        (job(status("2026-02-01", "2026-01-02", "2026-01-01", "1")), "end-before-start", "ActivationDate"),
        (job(status("2026-02-01", "2026-01-01", "", "5")), "unknown-status-code", "EmploymentStatusCode"),
        (job(unit("2026-02-01", "2026-01-01", "", "")), "missing-key", "DepartmentIdentifier"),
        (job(degree("2026-02-01", "2026-01-01", "", "0,81")), "bad-number", "OccupationRate"),
        (job(degree("2026-02-01", "2026-01-01", "", "")), "missing-value", "OccupationRate"),
        (job(fact("Profession", "2026-02-01", "2026-01-01", "", "4 1")), "bad-code", "JobPositionIdentifier"),
    ],
)
def test_a_bad_employment_is_refused_with_its_reason_and_the_next_is_taken(tmp_path: Path, text: str, reason: str, column: str) -> None:
    reading = reading_of(tmp_path, answer(text, job(*hired(), number="70002")))

    assert [(wrong.line, wrong.reason, wrong.column) for wrong in reading.wrong] == [(1, reason, column)]
    assert [row.draft.employment for row in reading.accepted] == ["ZZ 70002"]
    assert any("70002" not in cell and "=" in cell for cell in reading.wrong[0].cells)


def test_refused_employments_of_an_answer_on_one_line_are_told_apart(tmp_path: Path) -> None:
    bad = [job(*hired(), number="", person=f"990170000{count}") for count in range(3)]
    reading = reading_of(tmp_path, answer(*bad).replace("\n", ""))

    assert [wrong.line for wrong in reading.wrong] == [1, 2, 3]


def test_the_words_of_the_table_are_those_of_the_records() -> None:
    assert {word.value for word in SdStatus} == {word.value for word in State}


def test_dates_that_mean_none_are_none_and_always_is_always(tmp_path: Path) -> None:
    fields = (
        reading_of(tmp_path, answer(job(unit("2026-02-01", "1900-01-01", "0000-00-00", "A"), start="0000-00-00"))).accepted[0].draft.fields
    )

    assert fields["first_day"] is None
    assert fields["units"] == ({"first": date(1900, 1, 1), "last": None, "unit": "A"},)


def test_a_unit_whose_last_name_ends_is_closed(tmp_path: Path) -> None:
    days = "<ActivationDate>2020-01-01</ActivationDate><DeactivationDate>2025-12-31</DeactivationDate>"
    text = f"<Department>{days}<DepartmentIdentifier>A120</DepartmentIdentifier><DepartmentName>Nord</DepartmentName></Department>"
    payroll = Payroll()
    payroll.loads(written(tmp_path, answer(text, root="GetDepartment20111201")), date(2026, 2, 1))

    changes = [
        (line.body.change, line.body.effective_date, line.body.level)
        for line in payroll.of_unit("A120")
        if isinstance(line.body, UnitChanged)
    ]
    assert changes == [("created", date(2020, 1, 1), "unit"), ("closed", date(2026, 1, 1), "unit")]


def test_a_unit_without_a_name_is_called_by_its_code_until_it_is_told(tmp_path: Path) -> None:
    inner = "<DepartmentReference><DepartmentIdentifier>A120</DepartmentIdentifier></DepartmentReference>"
    text = f"<Organization><ActivationDate>2026-01-01</ActivationDate>{inner}</Organization>"
    payroll = Payroll(text=SD + '\n[sd.level]\n"Afdelings-niveau" = "department"\n')
    payroll.loads(written(tmp_path, answer(text, root="GetOrganization20111201")), date(2026, 2, 1))

    assert [line.body.name for line in payroll.of_unit("A120") if isinstance(line.body, UnitChanged)] == ["A120"]


@pytest.mark.parametrize(
    ("part", "root", "reason"),
    [
        ("<Department><ActivationDate>2020-01-01</ActivationDate></Department>", "GetDepartment", "missing-key"),
        ("<Organization><DepartmentReference/></Organization>", "GetOrganization", "missing-value"),
        ("<Person><PersonSurnameName>Prøvesen</PersonSurnameName></Person>", "GetPerson", "missing-key"),
    ],
)
def test_a_bad_unit_tree_or_person_is_refused(tmp_path: Path, part: str, root: str, reason: str) -> None:
    assert [wrong.reason for wrong in reading_of(tmp_path, answer(part, root=f"{root}20111201")).wrong] == [reason]


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        (SD.replace('8 = "unknown"', ""), "has an end_reason: 8"),
        (SD.replace('3 = "leave"', '3 = "holiday"'), "holiday"),
        (SD.replace('9 = "retirement"', '9 = "pension"'), "pension is outside the catalogue"),
        (SD.replace("[sd]", "[sd]\ncolour = 1"), "colour"),
        ('feed = "sd"\nmunicipality = "730"', "name the files"),
    ],
)
def test_a_wrong_table_is_told(mapping: str, why: str) -> None:
    with pytest.raises(Refused, match="bad-mapping") as refused:
        Payroll(text=mapping)
    assert why in refused.value.fields["why"]
