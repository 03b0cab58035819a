"""What was told under the source's keys, under ours: every example of a type that a source may tell becomes a record of one subject."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest

from deploy.local.paths import ROOT
from services.chassis.packing import pack, unpack
from services.chassis.subject import Revision
from services.intake.app import SERVICE
from services.intake.domain.keys import unit_id
from services.intake.ours import Named, OurIds, record
from services.intake.told.bodies import BODIES, NAMED
from services.intake.told.event import Speaker, Told, hear
from services.intake.told.message import Raw
from tests.kit.builders import an_id
from tests.kit.speakers import MUNICIPALITY, SOURCE
from tests.kit.told import hire

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def heard(wire: str, body: Mapping[str, Any]) -> Told:
    head = {"specversion": "1.0", "id": "1", "source": SOURCE, "type": wire, "supersedes": "0", "time": "2025-12-31T00:00:00Z"}
    found = hear(Raw(head, dict(body)), Speaker(SOURCE, MUNICIPALITY), NOW)
    assert isinstance(found, Told), found
    return found


def ids(event: Told, units: frozenset[UUID] = frozenset()) -> OurIds:
    """An id of ours for all the event names."""
    named = Named.by([event])
    return OurIds(_each(named.persons), _each(named.employments), units, _each(named.facts))


def _each(keys: frozenset[str]) -> Mapping[str, UUID]:
    return {key: uuid5(NAMESPACE_OID, key) for key in keys}


@pytest.mark.parametrize("wire", BODIES)
def test_the_example_of_every_type_can_be_told_and_becomes_a_record_without_a_key_of_its_source(wire: str) -> None:
    body = json.loads((ROOT / "contracts" / "examples" / f"{wire}.json").read_text("utf-8"))["body"]
    keyed = {name: f"key of {name}" if name in NAMED and value is not None else value for name, value in body.items()}
    event = heard(wire, {**keyed, "municipality": MUNICIPALITY})

    subject, seen = record(event, ids(event), MUNICIPALITY, "feed")
    revision = Revision(seen.fact(), 0, 1, True, NOW, seen, seen.wire)
    (read,) = unpack(SERVICE.kind(subject.kind), pack(revision))

    assert (seen.event.wire, seen.event.municipality) == (wire, MUNICIPALITY)
    assert "key of" not in seen.model_dump_json()
    assert read.body == seen


def test_a_unit_is_named_by_its_code_or_by_our_id() -> None:
    ours = unit_id(MUNICIPALITY, "E-300")
    by_code, by_id, stranger = (heard("hr.hired.v1", hire(unit_id=unit)) for unit in ("E-300", str(ours), str(an_id("x"))))

    assert record(by_code, ids(by_code), MUNICIPALITY, "feed")[1].body["unit_id"] == str(ours)
    assert record(by_id, ids(by_id, frozenset({ours})), MUNICIPALITY, "feed")[1].body["unit_id"] == str(ours)
    assert record(stranger, ids(stranger), MUNICIPALITY, "feed")[1].body["unit_id"] != str(an_id("x")), (
        "a key that looks like an id is a key"
    )
