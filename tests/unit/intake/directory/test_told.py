"""Every event about the organisation and the directory can be told through the door; where rows show the same, rows decide."""

import json
from datetime import date
from typing import Any

import pytest

from contracts.hr import DIRECTORY_TOPIC, ORGANISATION_TOPIC, RoleAssigned
from deploy.local.paths import ROOT
from services.chassis.subject import Revision
from services.intake.app import SERVICE
from services.intake.domain.event_seen import EventSeen
from services.intake.ours import record
from services.intake.told.bodies import NAMED, TYPES
from tests.kit.builders import an_id
from tests.kit.speakers import MUNICIPALITY
from tests.unit.intake.directory.rows import role
from tests.unit.intake.source import LONG_AFTER, Source
from tests.unit.intake.test_ours import heard, ids

WIRES = sorted(wire for wire, event in TYPES.items() if event.topic in {ORGANISATION_TOPIC, DIRECTORY_TOPIC})


def told(wire: str, **more: Any) -> tuple[str, Revision[EventSeen]]:
    """The committed example of a type as a source tells it, and which kind of subject it is about."""
    body = json.loads((ROOT / "contracts" / "examples" / f"{wire}.json").read_text("utf-8"))["body"]
    keyed = {name: f"key of {name}" if name in NAMED and value is not None else value for name, value in body.items()}
    event = heard(wire, {**keyed, "municipality": MUNICIPALITY, **more})
    subject, seen = record(event, ids(event), MUNICIPALITY, "feed")
    return subject.kind, Revision(seen.fact(), 0, 1, True, LONG_AFTER, seen, seen.wire)


@pytest.mark.parametrize("wire", WIRES)
def test_every_event_about_the_organisation_can_be_told_and_is_said(wire: str) -> None:
    kind, revision = told(wire)
    source = Source(kind).records([revision])

    assert [said.type for said in source.spoken] == [wire]
    assert TYPES[wire] in SERVICE.says
    assert source.spoken[0].body == revision.body.event


def test_all_of_them_are_here() -> None:
    assert {wire.split(".")[1] for wire in WIRES} == {
        *("unit-changed", "unit-complexity-recorded", "leader-appointed", "leader-ended", "deputy-appointed", "role-assigned"),
        *("post-vacant", "post-filled", "calendar-changed", "person-named"),
    }


def test_a_union_that_is_told_beside_a_role_is_left_at_the_door() -> None:
    _, revision = told(RoleAssigned.wire, role="tr", union="FOA", union_code="17")

    assert "FOA" not in revision.body.model_dump_json()
    assert "union" not in revision.body.model_dump_json()


def test_where_rows_of_a_unit_show_roles_they_decide() -> None:
    _, revision = told(RoleAssigned.wire)
    source = Source("unit").records([revision])
    assert len(source.stands(RoleAssigned)) == 1

    source.shows(role(date(2021, 6, 1)))
    assert [said.person_key for said in source.stands(RoleAssigned)] == [an_id("representative")]
