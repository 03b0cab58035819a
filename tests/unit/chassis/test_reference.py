"""The organisation over time: tree, leaders, deputies, closing days; what a lookup notes and until when it holds."""

from datetime import date, timedelta
from uuid import UUID

from contracts.base import Event
from contracts.hr.organisation import UnitRole
from contracts.words import Closed, LeaderLevel, UnitChange
from services.chassis.calendar import midnight
from services.chassis.organisation import Organisation
from services.chassis.reference import CALENDAR, Reference, Snapshot, holds_until_moment, read_name
from services.chassis.rules import parse
from services.chassis.subject import History, Subject
from tests.kit.builders import (
    an_id,
    closing_day,
    deputy_appointed,
    hired,
    leader_appointed,
    leader_ended,
    noon,
    role_assigned,
    unit_changed,
)
from tests.kit.story import RULES, revision

DAY = date(2026, 3, 2)
LATER = date(2026, 6, 1)
TREE: tuple[Event, ...] = (unit_changed("city"), unit_changed("care", "city"), unit_changed("ward", "care"), unit_changed("school", "city"))


def snapshot(*events: Event, day: date = DAY) -> Snapshot:
    history = History(Subject("reference", UUID(int=0), "730"), [revision(e, noon(day)) for e in events])
    return Snapshot(history, parse(RULES))


def organisation(*events: Event) -> Organisation:
    return snapshot(*TREE, *events).organisation()


def test_a_path_goes_from_the_root_to_the_unit_on_the_day() -> None:
    moved = organisation(unit_changed("ward", "school", LATER, UnitChange.MOVED))

    assert moved.path(an_id("ward"), DAY) == (an_id("city"), an_id("care"), an_id("ward"))
    assert moved.path(an_id("ward"), LATER) == (an_id("city"), an_id("school"), an_id("ward"))
    assert moved.path(an_id("unheard of"), DAY) == (an_id("unheard of"),)
    assert moved.subtree(an_id("school"), LATER) == {an_id("school"), an_id("ward")}
    assert set(moved.units()) == {an_id(u) for u in ("city", "care", "ward", "school")}


def test_a_tree_that_was_told_in_a_circle_has_an_end() -> None:
    circle = organisation(unit_changed("city", "ward", LATER, UnitChange.MOVED))

    assert len(circle.path(an_id("ward"), LATER)) == 3


def test_a_unit_is_named_as_on_the_day_and_none_before_it_is_created_or_after_it_is_closed() -> None:
    told = organisation(
        unit_changed("ward", "care", LATER, UnitChange.RENAMED, name="Afdeling 7"), unit_changed("school", "city", LATER, UnitChange.CLOSED)
    )
    ward = told.unit(an_id("ward"), LATER)

    assert ward is not None
    assert (ward.name, ward.parent) == ("Afdeling 7", an_id("care"))
    assert told.unit(an_id("ward"), date(2017, 12, 31)) is None
    assert told.unit(an_id("school"), LATER) is None
    assert told.unit(an_id("school"), LATER - timedelta(days=1)) is not None


def test_a_leader_leads_to_and_with_the_last_day_and_may_come_back() -> None:
    told = organisation(
        leader_appointed("ward", "anna", DAY), leader_ended("ward", "anna", LATER), leader_appointed("ward", "anna", date(2026, 9, 1))
    )

    assert [x.person for x in told.leaders(an_id("ward"), LATER)] == [an_id("anna")]
    assert told.leaders(an_id("ward"), LATER + timedelta(days=1)) == ()
    assert len(told.leaders(an_id("ward"), date(2026, 9, 1))) == 1
    assert [x.unit for x in told.in_charge(DAY)] == [an_id("ward")]


def test_who_stands_in_is_in_charge_beside_the_leader_and_no_longer_than_that() -> None:
    told = organisation(leader_appointed("ward", "anna", DAY), deputy_appointed("ward", "bo", "anna", DAY, until=LATER))

    assert [x.person for x in told.in_charge(LATER)] == [an_id("anna"), an_id("bo")]
    assert [x.person for x in told.in_charge(LATER + timedelta(days=1))] == [an_id("anna")]


def test_a_deputy_stands_in_for_one_leader_in_a_period() -> None:
    told = organisation(leader_appointed("ward", "anna", DAY), deputy_appointed("ward", "bo", "anna", DAY, until=LATER))

    assert [x.person for x in told.deputies(an_id("ward"), an_id("anna"), LATER)] == [an_id("bo")]
    assert told.deputies(an_id("ward"), an_id("anna"), LATER + timedelta(days=1)) == ()
    assert told.deputies(an_id("ward"), an_id("carla"), LATER) == ()


def test_a_lookup_for_today_notes_what_it_read_and_until_when_that_holds() -> None:
    told = snapshot(*TREE, leader_appointed("care", "anna", DAY), leader_ended("care", "anna", LATER))
    reference = Reference(told, DAY)
    reference.path(an_id("ward"))
    reference.leaders(an_id("care"))
    reference.deputies(an_id("care"), an_id("anna"))

    assert reference.reads == {f"unit/{an_id(u)}" for u in ("city", "care", "ward")}
    assert holds_until_moment(reference) == midnight(LATER + timedelta(days=1))


def test_a_lookup_for_another_day_holds_for_ever() -> None:
    reference = Reference(snapshot(*TREE, leader_appointed("care", "anna", LATER)), DAY)
    reference.unit(an_id("care"), date(2026, 1, 1))

    assert holds_until_moment(reference) is None


def test_the_calendar_of_a_unit_has_the_closing_days_of_the_units_above_it() -> None:
    told = snapshot(*TREE, closing_day(DAY), closing_day(LATER, unit="care"), closing_day(date(2026, 3, 4), Closed.FROM_NOON))
    reference = Reference(told, DAY)

    assert not reference.calendar(an_id("ward")).is_working_day(LATER)
    assert reference.calendar(an_id("school")).is_working_day(LATER)
    assert not reference.calendar(an_id("school")).is_working_day(DAY)
    assert reference.calendar().is_working_day(date(2026, 3, 4)), "closed from noon is a working day"
    assert not reference.calendar(an_id("ward")).is_meeting_day(date(2026, 3, 4))
    assert CALENDAR in reference.reads
    assert told.calendar(an_id("ward"), DAY) is told.calendar(an_id("ward"), DAY), "computed once"


def test_the_reference_is_seen_as_it_was_known() -> None:
    early = [revision(e, noon(DAY)) for e in TREE]
    late = revision(unit_changed("ward", "school", DAY, UnitChange.MOVED), noon(LATER))
    reference = Reference(Snapshot(History(Subject("reference", UUID(int=0), "730"), [*early, late]), parse(RULES)), LATER)

    assert reference.path(an_id("ward"), LATER)[1] == an_id("school")
    assert reference.at(noon(DAY)).path(an_id("ward"), LATER)[1] == an_id("care")
    assert reference.at(noon(date(2020, 1, 1))).path(an_id("ward"), LATER) == (an_id("ward"),)
    assert reference.known_moments() == (noon(DAY), noon(LATER))


def test_a_municipality_nobody_told_of_has_an_empty_organisation() -> None:
    reference = Reference(snapshot(), DAY)

    assert reference.path(an_id("ward")) == (an_id("ward"),)
    assert reference.calendar(an_id("ward")).is_working_day(DAY)


def test_a_change_is_named_by_its_unit_or_as_the_calendar() -> None:
    assert read_name(closing_day(DAY)) == CALENDAR
    assert read_name(unit_changed("ward")) == f"unit/{an_id('ward')}"
    assert read_name(leader_appointed("ward", "anna")) == f"unit/{an_id('ward')}"
    assert read_name(role_assigned("ward", "anna")) == f"roles/{an_id('ward')}", "who asks for leaders is not woken by it"
    assert hired(DAY).record_key() == str(an_id("person"))


def test_somebody_has_a_role_at_one_unit_to_and_with_the_last_day() -> None:
    told = organisation(role_assigned("ward", "anna", UnitRole.AMR, DAY, until=LATER), role_assigned("ward", "bo", UnitRole.TR, DAY))

    assert [x.person for x in told.roles(an_id("ward"), UnitRole.AMR, LATER)] == [an_id("anna")]
    assert told.roles(an_id("ward"), UnitRole.AMR, LATER + timedelta(days=1)) == ()
    assert told.roles(an_id("care"), UnitRole.AMR, DAY) == ()
    assert [x.person for x in told.role_holders((UnitRole.AMR, UnitRole.TR), DAY)] == [an_id("anna"), an_id("bo")]


def test_a_lookup_of_a_role_notes_the_roles_of_the_unit_alone_and_holds_until_they_change() -> None:
    reference = Reference(snapshot(*TREE, role_assigned("ward", "anna", UnitRole.AMR, DAY, until=LATER)), DAY)
    assert [x.person for x in reference.roles(an_id("ward"), UnitRole.AMR)] == [an_id("anna")]

    assert reference.reads == {f"roles/{an_id('ward')}"}
    assert holds_until_moment(reference) == midnight(LATER + timedelta(days=1))
    assert Reference(snapshot(*TREE), DAY).roles(an_id("ward"), UnitRole.AMR) == ()


def test_a_post_may_be_asked_for_by_its_level() -> None:
    told = organisation(leader_appointed("care", "anna", DAY, leader_level=LeaderLevel.CHIEF))

    assert told.was_led(an_id("care"), DAY, LeaderLevel.CHIEF)
    assert not told.was_led(an_id("care"), DAY, LeaderLevel.TEAM)


def test_who_stands_in_later_is_known_already() -> None:
    told = organisation(deputy_appointed("ward", "bo", "anna", LATER), deputy_appointed("ward", "carl", "anna", DAY, until=DAY))

    assert [x.person for x in told.deputies_from(an_id("ward"), DAY)] == [an_id("carl"), an_id("bo")]
    assert [x.person for x in told.deputies_from(an_id("ward"), LATER)] == [an_id("bo")]
