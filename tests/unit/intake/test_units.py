"""From rows to facts: units, their leaders and deputies."""

from datetime import date

from contracts.hr import DeputyAppointed, LeaderAppointed, LeaderEnded, UnitChanged
from contracts.words import UnitChange
from services.intake.domain.records import DeputySeen
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.unit.intake.source import Source, leader_shown, unit_shown

CREATED = date(2020, 1, 1)


def test_what_changes_of_a_unit_is_told_by_what_differs() -> None:
    source = Source("unit").shows(
        unit_shown(CREATED, parent_unit_id=an_id("area")),
        unit_shown(date(2021, 1, 1), valid_from=date(2021, 2, 1), parent_unit_id=an_id("area")),
        unit_shown(date(2022, 1, 1), valid_from=date(2022, 2, 1), parent_unit_id=an_id("area"), name="Plejecenter Nord"),
        unit_shown(date(2023, 1, 1), valid_from=date(2023, 2, 1), parent_unit_id=an_id("other area"), name="Plejecenter Nord"),
    )

    changes = sorted((c.effective_date, c.change, c.old_parent_unit_id) for c in source.stands(UnitChanged))
    assert changes == [
        (CREATED, UnitChange.CREATED, None),
        (date(2022, 2, 1), UnitChange.RENAMED, None),
        (date(2023, 2, 1), UnitChange.MOVED, an_id("area")),
    ]


def test_a_closing_that_the_source_names_is_a_closing() -> None:
    source = Source("unit").shows(unit_shown(CREATED), unit_shown(date(2021, 5, 1), valid_from=date(2021, 6, 1), change="closed"))

    assert source.stands(UnitChanged)[-1].change is UnitChange.CLOSED


def test_another_name_told_for_the_same_day_is_the_next_revision() -> None:
    source = Source("unit").shows(unit_shown(CREATED), unit_shown(date(2020, 2, 1), name="Plejecenter Syd"))

    assert [r.revision for r in source.said(UnitChanged)] == [1, 2]
    assert source.stands(UnitChanged)[0].name == "Plejecenter Syd"


def test_a_leader_is_appointed_and_ends_on_the_last_day_told() -> None:
    source = Source("unit").shows(leader_shown(date(2020, 12, 1)), leader_shown(date(2022, 1, 5), last_day=date(2022, 1, 31)))

    (appointed,), (ended,) = source.stands(LeaderAppointed), source.stands(LeaderEnded)
    assert (appointed.effective_date, appointed.person_key) == (date(2021, 1, 1), an_id("leader"))
    assert (ended.effective_date, ended.last_day) == (date(2022, 2, 1), date(2022, 1, 31))


def test_the_end_of_a_leader_moves_and_is_taken_back() -> None:
    source = Source("unit").shows(
        leader_shown(date(2020, 12, 1)),
        leader_shown(date(2022, 1, 5), last_day=date(2022, 1, 31)),
        leader_shown(date(2022, 1, 9), last_day=date(2022, 2, 28)),
        leader_shown(date(2022, 1, 12)),
    )

    assert [(r.revision, r.stands) for r in source.said(LeaderEnded)] == [(1, True), (2, True), (3, False)]
    assert len(source.said(LeaderAppointed)) == 1


def test_a_leadership_that_was_a_mistake_stands_no_longer() -> None:
    source = Source("unit").shows(leader_shown(date(2020, 12, 1)), leader_shown(date(2020, 12, 2), cancelled=True))

    assert source.stands(LeaderAppointed) == []


def test_two_leaders_share_a_unit() -> None:
    other = leader_shown(date(2020, 12, 2), person_key=an_id("second"), employment_id=an_id("job of second"))
    source = Source("unit").shows(leader_shown(date(2020, 12, 1)), other)

    assert {leader.person_key for leader in source.stands(LeaderAppointed)} == {an_id("leader"), an_id("second")}


def test_a_deputy_stands_in_for_somebody_and_the_end_can_be_moved() -> None:
    def deputy(registered: date, until: date | None) -> DeputySeen:
        return DeputySeen(
            municipality=MUNICIPALITY,
            feed="test",
            registered_at=noon(registered),
            unit_id=an_id("unit"),
            person_key=an_id("deputy"),
            employment_id=an_id("job of deputy"),
            deputy_for=an_id("leader"),
            first_day=date(2021, 7, 1),
            until=until,
            subjects=("exit-talk",),
        )

    source = Source("unit").shows(deputy(date(2021, 6, 1), None), deputy(date(2021, 7, 5), date(2021, 7, 31)))

    (appointed,) = source.stands(DeputyAppointed)
    assert (appointed.deputy_for, appointed.until, appointed.subjects) == (an_id("leader"), date(2021, 7, 31), ("exit-talk",))
    assert [r.revision for r in source.said(DeputyAppointed)] == [1, 2]
