"""Who records and who reads what: the leader of the day and HR, and never the nearest leader at employee level."""

from datetime import date

import pytest

from contracts.base import CallState, HolderRole
from contracts.hr import LeaderAppointed
from services.chassis.organisation import Organisation
from services.retention.app import SERVICE
from services.retention.domain.duty import Window
from services.retention.domain.readers import Reader, nearest_leaders
from services.retention.domain.rows import DutyKind, DutyRow
from tests.kit.builders import an_id, deputy_appointed, leader_appointed, leader_ended, unit_changed
from tests.kit.story import Story
from tests.unit.retention.scene import LAST, MONDAY

NEAREST, ABOVE, HR = Reader(is_hr=False, is_nearest=True), Reader(is_hr=False, is_nearest=False), Reader(is_hr=True, is_nearest=False)
HR_AND_NEAREST = Reader(is_hr=True, is_nearest=True)


def duty(kind: DutyKind, role: HolderRole = HolderRole.SECOND_PARTY) -> DutyRow:
    window = Window(MONDAY, LAST, LAST, LAST)
    return DutyRow(an_id("duty"), an_id("case"), kind, role, CallState.OPEN, owed=True, window=window, state_on=MONDAY)


@pytest.mark.parametrize(
    ("reader", "role"),
    [
        (NEAREST, HolderRole.NEAREST_LEADER),
        (HR_AND_NEAREST, HolderRole.NEAREST_LEADER),
        (ABOVE, HolderRole.LEADERS_LEADER),
        (HR, HolderRole.HR),
    ],
)
def test_people_record_in_the_role_they_have_to_the_case(reader: Reader, role: HolderRole) -> None:
    assert reader.role is role


@pytest.mark.parametrize("reader", [NEAREST, ABOVE, HR])
@pytest.mark.parametrize("kind", [DutyKind.RETENTION_TALK, DutyKind.EXIT_TALK_LEADER])
def test_whoever_leads_the_unit_records_the_leaders_talks(reader: Reader, kind: DutyKind) -> None:
    assert reader.records(duty(kind, HolderRole.NEAREST_LEADER))


@pytest.mark.parametrize(
    ("reader", "role", "records"),
    [
        (NEAREST, HolderRole.SECOND_PARTY, False),
        (HR_AND_NEAREST, HolderRole.SECOND_PARTY, False),
        (ABOVE, HolderRole.SECOND_PARTY, True),
        (ABOVE, HolderRole.LEADERS_LEADER, True),
        (ABOVE, HolderRole.HR, False),
        (HR, HolderRole.SECOND_PARTY, True),
        (HR, HolderRole.HR, True),
    ],
)
def test_the_second_partys_talk_is_recorded_by_another_than_the_nearest_leader(reader: Reader, role: HolderRole, records: bool) -> None:
    assert reader.records(duty(DutyKind.EXIT_TALK_EMPLOYEE, role)) is records


@pytest.mark.parametrize(
    ("reader", "kind", "role", "reads"),
    [
        (NEAREST, DutyKind.EXIT_TALK_LEADER, HolderRole.NEAREST_LEADER, True),
        (HR, DutyKind.EXIT_TALK_LEADER, HolderRole.NEAREST_LEADER, True),
        (ABOVE, DutyKind.EXIT_TALK_LEADER, HolderRole.NEAREST_LEADER, False),
        (NEAREST, DutyKind.EXIT_TALK_EMPLOYEE, HolderRole.SECOND_PARTY, False),
        (HR_AND_NEAREST, DutyKind.EXIT_TALK_EMPLOYEE, HolderRole.SECOND_PARTY, False),
        (HR, DutyKind.EXIT_TALK_EMPLOYEE, HolderRole.SECOND_PARTY, True),
        (ABOVE, DutyKind.EXIT_TALK_EMPLOYEE, HolderRole.SECOND_PARTY, False),
        (ABOVE, DutyKind.EXIT_TALK_EMPLOYEE, HolderRole.LEADERS_LEADER, True),
    ],
)
def test_answers_have_narrower_readers_than_the_case(reader: Reader, kind: DutyKind, role: HolderRole, reads: bool) -> None:
    assert reader.reads_answers(duty(kind, role)) is reads


def organisation(*more: object) -> Organisation:
    story = Story(SERVICE, MONDAY)
    story.hears(unit_changed("area"), unit_changed("ward", "area"), leader_appointed("area", "chief"), *more)  # type: ignore[arg-type]
    return story.snapshot.organisation()


def nearest(found: Organisation, about: str = "person") -> set[object]:
    return set(nearest_leaders(found, an_id("ward"), an_id(about), MONDAY))


LED: LeaderAppointed = leader_appointed("ward", "leader")


def test_the_nearest_leader_leads_the_unit_and_a_deputy_counts_as_one() -> None:
    assert nearest(organisation(LED)) == {an_id("leader")}
    assert nearest(organisation(LED, deputy_appointed("ward", "deputy", "leader"))) == {an_id("leader"), an_id("deputy")}


def test_where_the_unit_has_no_leader_the_one_above_is_nearest() -> None:
    assert nearest(organisation()) == {an_id("chief")}
    assert nearest(organisation(LED, leader_ended("ward", "leader", date(2026, 2, 28)))) == {an_id("chief")}


def test_in_a_vacant_post_the_deputy_is_nearest() -> None:
    found = organisation(LED, leader_ended("ward", "leader", date(2026, 2, 28)), deputy_appointed("ward", "deputy", "leader"))

    assert nearest(found) == {an_id("deputy")}


def test_a_case_about_the_leader_goes_to_the_leader_above_and_not_to_a_deputy_below() -> None:
    found = organisation(LED, deputy_appointed("ward", "deputy", "leader"))

    assert nearest(found, about="leader") == {an_id("chief")}


def test_a_deputy_is_never_nearest_in_their_own_case() -> None:
    assert nearest(organisation(LED, deputy_appointed("ward", "deputy", "leader")), about="deputy") == {an_id("leader")}


def test_the_chief_of_all_has_no_nearest_leader() -> None:
    assert nearest(organisation(), about="chief") == set()
