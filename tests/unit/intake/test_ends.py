"""What rows say about an end: resigned, moved, put right, withdrawn, and begun again."""

from datetime import date

import pytest

from contracts.hr import (
    EmploymentEndRegistered,
    Hired,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.words import ReasonClass
from tests.kit.builders import an_id
from tests.unit.intake.source import KNOWN, LAST, Source, leaving, shown


def test_an_end_of_ones_own_wish_is_an_end_and_a_resignation() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20), received_on=date(2022, 4, 19)))

    (end,), (resigned,) = source.stands(EmploymentEndRegistered), source.stands(Resigned)
    assert (end.effective_date, end.last_working_day, end.reason_class) == (date(2022, 6, 1), LAST, ReasonClass.OWN_REQUEST)
    assert (resigned.last_working_day, resigned.received_on) == (LAST, date(2022, 4, 19))


@pytest.mark.parametrize(("reason", "resigned"), [("own-request", 1), ("unknown", 1), (None, 1), ("retirement", 0), ("dismissal", 0)])
def test_only_own_wish_or_no_known_reason_is_a_resignation(reason: str | None, resigned: int) -> None:
    source = Source().shows(shown(KNOWN), shown(date(2022, 4, 20), last_day=LAST, reason_class=reason))

    assert len(source.stands(EmploymentEndRegistered)) == 1
    assert len(source.stands(Resigned)) == resigned


def test_a_moved_last_day_is_the_same_end_and_the_same_resignation() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20)), leaving(date(2022, 5, 2), date(2022, 6, 30)))

    assert [r.revision for r in source.said(EmploymentEndRegistered)] == [1, 2]
    assert [r.revision for r in source.said(Resigned)] == [1, 2]
    assert source.stands(Resigned)[0].last_working_day == date(2022, 6, 30)


def test_a_reason_put_right_takes_the_resignation_back_and_keeps_the_end() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20)), leaving(date(2022, 4, 25), reason="dismissal"))

    assert source.stands(Resigned) == []
    assert source.stands(ResignationWithdrawn) == []
    assert source.stands(EmploymentEndRegistered)[0].reason_class is ReasonClass.DISMISSAL


def test_a_withdrawn_resignation_stands_as_received_and_its_end_does_not() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20)), shown(date(2022, 5, 5), withdrawn_on=date(2022, 5, 4)))

    assert source.stands(EmploymentEndRegistered) == []
    (resigned,) = source.said(Resigned)
    (withdrawn,) = source.stands(ResignationWithdrawn)
    assert resigned.stands
    assert (withdrawn.resignation_fact, withdrawn.withdrawn_on) == (resigned.fact, date(2022, 5, 4))
    assert withdrawn.effective_date == date(2022, 6, 1)


def test_an_end_that_was_no_resignation_is_taken_back_without_a_withdrawal() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20), reason="dismissal"), shown(date(2022, 5, 5)))

    assert source.stands(EmploymentEndRegistered) == []
    assert source.stands(ResignationWithdrawn) == []


def test_a_second_resignation_is_a_fact_of_its_own() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20)), shown(date(2022, 5, 5)), leaving(date(2022, 9, 1), date(2022, 9, 30)))

    assert len({r.fact for r in source.said(Resigned)}) == 2
    assert len(source.stands(Resigned)) == 2
    assert [end.last_working_day for end in source.stands(EmploymentEndRegistered)] == [date(2022, 9, 30)]


def test_a_start_after_the_last_day_is_a_rehire_and_the_old_end_stays_true() -> None:
    source = Source().shows(shown(KNOWN), leaving(date(2022, 4, 20)), shown(date(2022, 11, 1), first_day=date(2022, 12, 1)))

    first, second = sorted(source.stands(Hired), key=lambda h: h.effective_date)
    assert first.employment_id == second.employment_id
    assert (second.rehire, second.previous_last_working_day) == (True, LAST)
    assert [end.last_working_day for end in source.stands(EmploymentEndRegistered)] == [LAST]
    assert source.stands(ResignationWithdrawn) == []


def test_a_late_row_about_the_spell_before_a_rehire_corrects_that_one() -> None:
    source = Source().shows(
        shown(KNOWN),
        leaving(date(2022, 4, 20)),
        shown(date(2022, 11, 1), first_day=date(2022, 12, 1)),
        leaving(date(2022, 12, 5), date(2022, 6, 30)),
    )

    assert [end.last_working_day for end in source.stands(EmploymentEndRegistered)] == [date(2022, 6, 30)]
    assert {h.previous_last_working_day for h in source.stands(Hired)} == {None, date(2022, 6, 30)}


def test_nothing_changes_after_the_last_day() -> None:
    later = shown(date(2022, 4, 1), valid_from=date(2022, 7, 1), unit_id=an_id("other"))
    source = Source().shows(shown(KNOWN), later, leaving(date(2022, 4, 20)))

    assert source.stands(PlacementChanged) == []
    assert source.stands(EmploymentEndRegistered)[0].unit_id == an_id("unit")


def test_an_end_belongs_to_the_unit_of_its_last_day() -> None:
    moved = leaving(date(2022, 4, 20), valid_from=date(2022, 5, 1), unit_id=an_id("other"))
    source = Source().shows(shown(KNOWN), moved)

    assert source.stands(EmploymentEndRegistered)[0].unit_id == an_id("other")
