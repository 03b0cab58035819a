"""From rows to facts: roles of MED, deputies by unit and period, posts that nobody holds."""

from datetime import date

import pytest

from contracts.hr import DeputyAppointed, PostFilled, PostVacant, RoleAssigned
from contracts.hr.organisation import UnitRole
from tests.kit.builders import an_id
from tests.unit.intake.directory.rows import FIRST, deputy, role, vacant
from tests.unit.intake.source import Source, leader_shown

TOLD, LATER = date(2021, 6, 1), date(2021, 7, 5)
JULY = date(2021, 7, 31)


def test_a_role_begins_and_its_end_is_the_next_revision() -> None:
    source = Source("unit").shows(role(TOLD), role(LATER, until=JULY))

    (assigned,) = source.stands(RoleAssigned)
    assert (assigned.role, assigned.person_key, assigned.effective_date, assigned.until) == (
        UnitRole.AMR,
        an_id("representative"),
        FIRST,
        JULY,
    )
    assert [r.revision for r in source.said(RoleAssigned)] == [1, 2]


def test_an_end_of_a_role_that_was_taken_back_is_open_again() -> None:
    source = Source("unit").shows(role(TOLD, until=JULY), role(LATER))

    assert [assigned.until for assigned in source.stands(RoleAssigned)] == [None]


def test_a_role_is_said_before_its_first_day() -> None:
    source = Source("unit", now=date(2021, 6, 2)).shows(role(TOLD))

    assert [assigned.effective_date for assigned in source.stands(RoleAssigned)] == [FIRST]


def test_a_role_that_was_a_mistake_stands_no_longer() -> None:
    source = Source("unit").shows(role(TOLD), role(LATER, cancelled=True))

    assert source.stands(RoleAssigned) == []
    assert [r.stands for r in source.said(RoleAssigned)] == [True, False]


def test_who_is_both_and_who_has_a_role_twice_has_a_fact_for_each() -> None:
    source = Source("unit").shows(
        role(TOLD, until=JULY), role(TOLD, role="tr"), role(TOLD, first_day=date(2022, 1, 1)), role(TOLD, committee_id=an_id("omu"))
    )

    assert len({r.fact for r in source.said(RoleAssigned)}) == len(source.stands(RoleAssigned)) == 4


def test_no_union_fits_into_a_role() -> None:
    said = Source("unit").shows(role(TOLD, role="tr", union="FOA")).stands(RoleAssigned)[0]

    assert "FOA" not in said.model_dump_json()


def test_two_deputies_of_one_unit_stand_in_in_different_periods() -> None:
    source = Source("unit").shows(
        deputy(TOLD, deputy_for=an_id("leader"), until=JULY, subjects=("exit-talk",)),
        deputy(TOLD, "other", deputy_for=an_id("leader"), first_day=date(2021, 8, 1), until=date(2021, 8, 31)),
    )

    found = sorted((d.effective_date, d.until, d.person_key, d.subjects) for d in source.stands(DeputyAppointed))
    assert found == [
        (FIRST, JULY, an_id("deputy"), ("exit-talk",)),
        (date(2021, 8, 1), date(2021, 8, 31), an_id("other"), ()),
    ]


def test_a_deputy_of_nobody_named_stands_in_for_each_leader_in_turn() -> None:
    second = {"person_key": an_id("second"), "employment_id": an_id("job of second"), "first_day": date(2021, 10, 1)}
    source = Source("unit").shows(deputy(TOLD, until=date(2021, 12, 31)))
    assert source.stands(DeputyAppointed) == []

    source.shows(leader_shown(LATER), leader_shown(LATER, **second)).shows(leader_shown(date(2021, 9, 1), last_day=date(2021, 9, 30)))
    found = sorted((d.effective_date, d.until, d.deputy_for) for d in source.stands(DeputyAppointed))
    assert found == [
        (FIRST, date(2021, 9, 30), an_id("leader")),
        (date(2021, 10, 1), date(2021, 12, 31), an_id("second")),
    ]


@pytest.mark.parametrize(
    "leader",
    [
        leader_shown(LATER, last_day=date(2021, 6, 30)),
        leader_shown(LATER, first_day=date(2021, 8, 1)),
        leader_shown(LATER, cancelled=True),
        leader_shown(LATER, person_key=an_id("deputy")),
    ],
    ids=["left before", "comes after", "never was", "the deputy"],
)
def test_a_deputy_of_nobody_named_stands_in_for_nobody_who_does_not_lead_meanwhile(leader: object) -> None:
    source = Source("unit").shows(deputy(TOLD, until=JULY), leader)  # type: ignore[arg-type]  # a row of leaders

    assert source.stands(DeputyAppointed) == []


def test_a_post_is_vacant_until_somebody_holds_it() -> None:
    source = Source("unit").shows(vacant(TOLD))
    assert not source.stands(PostFilled)

    source.shows(vacant(LATER, last_day=JULY, internal=True))
    (empty,), (filled,) = source.stands(PostVacant), source.stands(PostFilled)
    assert (empty.post_id, empty.effective_date, empty.leader_post, empty.leader_level) == (an_id("post"), FIRST, True, "department")
    assert (filled.post_id, filled.effective_date, filled.internal) == (an_id("post"), date(2021, 8, 1), True)
    assert len(source.said(PostVacant)) == 1


def test_a_vacancy_that_was_a_mistake_takes_its_filling_back() -> None:
    source = Source("unit").shows(vacant(TOLD, last_day=JULY, internal=False), vacant(LATER, cancelled=True))

    assert not source.stands(PostVacant)
    assert not source.stands(PostFilled)


def test_a_post_is_not_filled_by_nobody_knows_whom() -> None:
    with pytest.raises(ValueError, match="from inside or from outside"):
        vacant(TOLD, last_day=JULY)
