"""Who may see what of an introduction, and in which role they record: pure, on an organisation of three levels."""

from datetime import date
from uuid import UUID

import pytest

from contracts.base import Event, HolderRole
from contracts.hr.organisation import UnitRole
from services.chassis.organisation import Organisation
from services.chassis.subject import History, Subject
from services.onboarding.domain.readers import holders, is_below, role_at, roles_held
from tests.kit.builders import MUNICIPALITY, an_id, deputy_appointed, leader_appointed, noon, role_assigned, unit_changed
from tests.kit.story import revision

TODAY = date(2026, 3, 4)
TOLD: tuple[Event, ...] = (
    unit_changed("town"),
    unit_changed("area", "town"),
    unit_changed("ward", "area"),
    unit_changed("team", "ward"),
    leader_appointed("town", "director"),
    leader_appointed("area", "chief"),
    leader_appointed("ward", "leader"),
    deputy_appointed("ward", "deputy", "leader"),
    role_assigned("ward", "amr", UnitRole.AMR),
    role_assigned("area", "tr", UnitRole.TR),
    role_assigned("ward", "tr-gone", UnitRole.TR, until=date(2026, 3, 3)),
)
UNITS = {
    "director": ("town", "area", "ward", "team"),
    "chief": ("area", "ward", "team"),
    "leader": ("ward", "team"),
    "deputy": ("ward", "team"),
}


@pytest.fixture(scope="module")
def told() -> Organisation:
    history = History(Subject("reference", UUID(int=0), MUNICIPALITY))
    return Organisation(history.plus([revision(event, noon(date(2026, 1, 5))) for event in TOLD]))


def below(told: Organisation, viewer: str, about: str, unit: str = "ward") -> bool:
    units = frozenset(an_id(each) for each in UNITS[viewer])
    return is_below(told, an_id(viewer), an_id(about), an_id(unit), units, TODAY)


def test_nobody_reads_their_own_introduction_or_that_of_who_leads_them(told: Organisation) -> None:
    assert below(told, "leader", "leader")
    assert below(told, "deputy", "leader")
    assert not below(told, "chief", "leader")
    assert below(told, "chief", "director"), "nobody but HR is above who leads everything"


def test_who_leads_the_unit_reads_that_of_who_leads_nobody(told: Organisation) -> None:
    assert [below(told, viewer, "newcomer") for viewer in UNITS] == [False] * len(UNITS)


@pytest.mark.parametrize(
    ("viewer", "unit", "role"),
    [
        ("leader", "ward", HolderRole.NEAREST_LEADER),
        ("leader", "team", HolderRole.NEAREST_LEADER),
        ("deputy", "team", HolderRole.DEPUTY),
        ("chief", "ward", HolderRole.LEADERS_LEADER),
        ("chief", "area", HolderRole.NEAREST_LEADER),
        ("chief", "elsewhere", HolderRole.LEADERS_LEADER),
    ],
)
def test_the_role_in_which_somebody_records(told: Organisation, viewer: str, unit: str, role: HolderRole) -> None:
    assert role_at(told, an_id(viewer), an_id(unit), TODAY) is role


@pytest.mark.parametrize(
    ("role", "about", "who"),
    [
        (HolderRole.AMR, "newcomer", {"amr"}),
        (HolderRole.AMR, "amr", set()),
        (HolderRole.TR, "newcomer", {"tr"}),
        (HolderRole.MENTOR, "newcomer", set()),
    ],
)
def test_who_has_the_role_nearest_to_the_newcomer_is_asked(told: Organisation, role: HolderRole, about: str, who: set[str]) -> None:
    assert holders(told, role, an_id("team"), an_id(about), TODAY) == {an_id(name) for name in who}


def test_the_roles_that_somebody_has(told: Organisation) -> None:
    assert roles_held(told, an_id("amr"), TODAY) == {HolderRole.AMR}
    assert roles_held(told, an_id("tr-gone"), TODAY) == frozenset()
    assert roles_held(told, an_id("tr-gone"), date(2026, 3, 3)) == {HolderRole.TR}
    assert roles_held(told, an_id("leader"), TODAY) == frozenset()
