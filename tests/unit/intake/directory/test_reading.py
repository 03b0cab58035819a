"""A directory of files into accepted and refused rows, and into events; what tells of a union is never read."""

from datetime import date
from pathlib import Path

import pytest

from contracts.base import Event
from contracts.hr import DeputyAppointed, LeaderAppointed, PersonNamed, PostFilled, PostVacant, RoleAssigned, UnitChanged
from services.chassis.failures import Refused
from services.chassis.ids import standing_for
from services.intake.domain.keys import leader_post, unit_id
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Reading
from tests.kit import directory
from tests.kit.builders import an_id
from tests.kit.deliveries import MAPPINGS
from tests.unit.intake.payroll import MUNICIPALITY, Payroll

TEXT = (MAPPINGS / "directory.toml").read_text("utf-8")
TOLD = "2026-01-05"
ANNE, BO, CARL, DORTE = (an_id(f"010180000{number}") for number in (1, 2, 3, 4))


def reading(folder: Path, text: str = TEXT, **rows: str) -> Reading:
    return read(Mapping.parse(text), directory.only(folder / "d", **rows), MUNICIPALITY)


def refused(found: Reading) -> list[tuple[int, str, str]]:
    return [(wrong.line, wrong.reason, wrong.field) for wrong in found.wrong]


def said(payroll: Payroll, kind: type[Event]) -> list[Event]:
    return [revision.body for _, revision in payroll.said if isinstance(revision.body, kind)]


def test_a_small_directory_becomes_exactly_these_events(tmp_path: Path) -> None:
    payroll = Payroll("directory")
    found = payroll.loads(directory.written(tmp_path / "d"), date(2026, 1, 6))
    unit, other = unit_id(MUNICIPALITY, "P1"), unit_id(MUNICIPALITY, "P2")

    assert (found.rows, found.wrong) == (13, [])
    assert len(payroll.said) == 3 + 4 + 7
    assert sorted(u.name for u in said(payroll, UnitChanged) if isinstance(u, UnitChanged)) == [
        "Pleje",
        "Plejecenter Nord",
        "Plejecenter Syd",
    ]
    assert sorted((str(n.display_name), n.work_mail) for n in said(payroll, PersonNamed) if isinstance(n, PersonNamed)) == [
        ("Anne Dam", "anne.dam@fjordby.dk"),
        ("Bo Eg", "bo.eg@fjordby.dk"),
        ("Carl Fog", None),
        ("Dorte Gry", "dg@fjordby.dk"),
    ]
    (leader,) = said(payroll, LeaderAppointed)
    assert isinstance(leader, LeaderAppointed)
    assert (leader.unit_id, leader.person_key, leader.employment_id, leader.leader_level) == (unit, ANNE, standing_for(ANNE), "department")
    deputies = [d for d in said(payroll, DeputyAppointed) if isinstance(d, DeputyAppointed)]
    assert sorted((d.effective_date, d.until, d.person_key, d.deputy_for, d.subjects) for d in deputies) == [
        (date(2026, 3, 1), date(2026, 3, 31), BO, ANNE, ("exit-talk", "retention-talk")),
        (date(2026, 4, 1), date(2026, 4, 30), CARL, ANNE, ()),
    ]
    roles = [r for r in said(payroll, RoleAssigned) if isinstance(r, RoleAssigned)]
    assert sorted((r.role.value, r.unit_id, r.person_key, r.effective_date, r.until) for r in roles) == [
        ("amr", unit, CARL, date(2025, 1, 1), date(2026, 12, 31)),
        ("tr", unit, DORTE, date(2026, 2, 1), None),
    ]
    (vacant,), (filled,) = said(payroll, PostVacant), said(payroll, PostFilled)
    assert isinstance(vacant, PostVacant)
    assert isinstance(filled, PostFilled)
    assert (vacant.unit_id, vacant.post_id, vacant.leader_post, vacant.leader_level) == (other, leader_post(other), True, "chief")
    assert (vacant.effective_date, filled.effective_date, filled.internal) == (date(2026, 1, 1), date(2026, 3, 1), False)


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (f"P1;1;kasserer;;2026-01-01;;;;;;{TOLD};", "unknown-code", "role"),
        (f"P1;1;;;2026-01-01;;;;;;{TOLD};", "missing-value", "role"),
        (f"P1;;AMR;;2026-01-01;;;;;;{TOLD};", "missing-key", "person"),
        (f";1;AMR;;2026-01-01;;;;;;{TOLD};", "missing-key", "unit"),
        (f"P1;1;AMR;;2026-02-01;2026-01-31;;;;;{TOLD};", "end-before-start", "last_day"),
        (f"P1;1;TR;;;;;;;;{TOLD};", "missing-value", "first_day"),
        (f"P1;1;TR;;2026-02-30;;;;;;{TOLD};", "bad-date", "first_day"),
        (f"P1;1;leder;konge;2026-02-01;;;;;;{TOLD};", "unknown-code", "level"),
        (f"P1;1;stedfortræder;;2026-02-01;;2;Sygefravær!;;;{TOLD};", "bad-code", "subjects"),
        (f"P1;;vakant;;2026-02-01;2026-02-28;;;;;{TOLD};", "missing-value", "internal"),
        (f"P1;;vakant;;2026-02-01;2026-02-28;;;måske;;{TOLD};", "unknown-code", "internal"),
        (f"P1;1;AMR;;2026-02-01;;;;;slettet;{TOLD};", "unknown-status-code", "status"),
        ("P1;1;AMR;;2026-02-01;;;;;;;", "missing-value", "registered_at"),
        (f"P1;1;AMR;;2026-02-01;;;;;;{TOLD};FOA;Århus", "wrong-column-count", "row"),
    ],
)
def test_a_wrong_role_is_refused_and_the_next_is_taken(tmp_path: Path, row: str, reason: str, field: str) -> None:
    found = reading(tmp_path, roles=f"{row}\nP1;1;AMR;;2026-02-01;;;;;;{TOLD};\n")

    assert refused(found) == [(2, reason, field)]
    assert len(found.accepted) == 1


@pytest.mark.parametrize(
    ("row", "reason", "field"),
    [
        (f"1;;a@b.dk;;;;{TOLD}", "missing-value", "name"),
        (f";Anne;a@b.dk;;;;{TOLD}", "missing-key", "person"),
        (f"1;Anne;ingen;;;;{TOLD}", "bad-mail", "mail"),
        (f"1;Anne;Empty@Empty;;;;{TOLD}", "bad-mail", "mail"),
        (f"1;Anne;a@b.dk, c@d.dk;;;;{TOLD}", "bad-mail", "mail"),
        (f"1;Anne;{'a' * 250}@b.dk;;;;{TOLD}", "bad-text", "mail"),
        (f"1;Anne;;2026-02-01;2026-01-31;;{TOLD}", "end-before-start", "last_day"),
        (f"1;Anne;;;31-02-2026;;{TOLD}", "bad-date", "last_day"),
    ],
)
def test_a_wrong_person_is_refused(tmp_path: Path, row: str, reason: str, field: str) -> None:
    assert refused(reading(tmp_path, persons=row + "\n")) == [(2, reason, field)]


def test_of_a_refused_role_only_what_is_read_is_kept_and_no_role_that_is_none(tmp_path: Path) -> None:
    rows = [
        f"P1;1;TR;;2026-02-30;;;;;;{TOLD};FOA",
        f"P1;1;TR for FOA;;2026-02-01;;;;;;{TOLD};FOA",
        f"P1;1;TR;;2026-02-01;;;;;;{TOLD};FOA;Århus",
        f"X9;1;TR;;2026-02-01;;;;;;{TOLD};FOA",
    ]
    found = reading(tmp_path, roles="\n".join(rows) + "\n")
    kept = found.wrong

    assert [wrong.reason for wrong in kept] == ["bad-date", "unknown-code", "wrong-column-count"]
    assert [list(wrong.cells[:4]) for wrong in kept] == [["P1", "1", "TR", ""], ["P1", "1", "", ""], []]
    assert not any("FOA" in cell for cells in [*(w.cells for w in kept), *(row.cells for row in found.accepted)] for cell in cells)


@pytest.mark.parametrize(
    "column", ["Fagforening", "FAGFORBUND", "forbund", "union", "tr_union", "Trade union", "Faglig organisation", "a-kasse", "Akasse"]
)
@pytest.mark.parametrize("place", ["columns", "constants"])
def test_a_mapping_that_asks_for_a_union_is_refused(column: str, place: str) -> None:
    asked = f'subjects = "{column}"' if place == "columns" else f'"{column}" = "x"'
    text = TEXT.replace('subjects = "subjects"', asked) if place == "columns" else TEXT + f"\n[files.constants]\n{asked}\n"

    with pytest.raises(Refused, match="bad-mapping") as wrong:
        Mapping.parse(text)
    assert f"which union somebody is in is never read: {column}" in wrong.value.fields["why"]


@pytest.mark.parametrize("column", ["Enhed", "Organisation", "I forbindelse med", "Afdelingsforbundne", "Communion", "reunion"])
def test_a_column_that_only_sounds_like_a_union_may_be_asked_for(column: str) -> None:
    assert Mapping.parse(TEXT.replace('subjects = "subjects"', f'subjects = "{column}"')).persons_told
