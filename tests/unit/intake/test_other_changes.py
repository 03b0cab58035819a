"""Another position or another form of an employment: what no other event tells."""

from datetime import date

from contracts.hr import EmploymentChanged, Hired
from tests.unit.intake.source import KNOWN, Source, shown

MOVED = date(2021, 9, 1)
SEEN = date(2021, 8, 1)


def changes(source: Source) -> list[tuple[str, str | None, str | None, str]]:
    return [(told.what, told.old, told.new, told.occupation_group) for told in source.stands(EmploymentChanged)]


def test_another_position_is_said_from_its_day_with_what_it_was() -> None:
    source = Source().shows(
        shown(KNOWN, position_code="4101", occupation_group="sosu-helper"),
        shown(SEEN, valid_from=MOVED, position_code="4102", occupation_group="sosu-assistant"),
    )

    assert changes(source) == [("position", "4101", "4102", "sosu-assistant")]
    assert source.stands(EmploymentChanged)[0].effective_date == MOVED
    assert len(source.said(Hired)) == 1


def test_another_form_is_said_beside_another_position() -> None:
    source = Source().shows(
        shown(KNOWN, position_code="1", employment_form="pupil"),
        shown(SEEN, valid_from=MOVED, position_code="2", employment_form="monthly"),
    )

    assert changes(source) == [("position", "1", "2", "nurse"), ("form", "pupil", "monthly", "nurse")]


def test_where_a_source_has_no_codes_another_group_is_another_position() -> None:
    source = Source().shows(shown(KNOWN), shown(SEEN, valid_from=MOVED, occupation_group="leader"))

    assert changes(source) == [("position", None, None, "leader")]


def test_what_is_corrected_from_the_first_day_is_the_hire_and_no_change() -> None:
    source = Source().shows(shown(KNOWN, position_code="1"), shown(SEEN, position_code="2"))

    assert changes(source) == []
    assert [hire.body.position_code for hire in source.said(Hired)] == ["1", "2"]


def test_a_change_that_is_corrected_is_the_next_revision_and_one_that_was_none_stands_no_longer() -> None:
    source = Source().shows(
        shown(KNOWN, position_code="1"),
        shown(SEEN, valid_from=MOVED, position_code="2"),
        shown(date(2021, 8, 2), valid_from=MOVED, position_code="3"),
        shown(date(2021, 8, 3), valid_from=MOVED, position_code="1"),
    )

    assert [(r.revision, r.stands, r.body.new) for r in source.said(EmploymentChanged)] == [(1, True, "2"), (2, True, "3"), (3, False, "3")]
