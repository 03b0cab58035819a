"""An event in its third version: who hears that hears what was said in the first two, at the door, in histories, in the reference."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import BY_WIRE
from contracts.base import Amount, Count, DataClass, Upcast
from contracts.hr import EmploymentEvent, HoursChanged, UnitChanged
from contracts.hr.organisation import UnitEvent
from contracts.schemas_cli import broken, schema_of
from services.chassis.envelope import BODY_LIMIT, Ear, Heard, parse
from services.chassis.packing import Readers, pack, read_stored, unpack
from services.chassis.remains import Invalid
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import History, Situation, Subject
from services.chassis.upcasting import Unfit, upcast
from services.intake.app import SERVICE as INTAKE
from services.notification.app import SERVICE as NOTIFICATION
from services.onboarding.app import SERVICE as ONBOARDING
from services.recruitment.app import SERVICE as RECRUITMENT
from services.reporting.app import SERVICE as REPORTING
from services.retention.app import SERVICE as RETENTION
from tests.contracts.spoken import EXAMPLES, spoken
from tests.kit.builders import noon

FIRST, SECOND = "hr.hours-changed.v1", "hr.hours-changed.v2"
WEEK = 37


def hours_for_degrees(told: dict[str, Any]) -> dict[str, Any]:
    """The second version: hours a week in place of degrees."""
    old, new = (f"{Decimal(told.pop(name)) * WEEK:.2f}" for name in ("old_degree", "new_degree"))
    return told | {"old_hours": old, "new_hours": new}


def review_is_of_the_agreement(told: dict[str, Any]) -> dict[str, Any]:
    """The third version: another name for the day of review."""
    return told | {"agreement_review_on": told.pop("review_on", None)}


class HoursChangedV3(EmploymentEvent):
    """The hours of a week change from `effective_date`."""

    wire: ClassVar[str] = "hr.hours-changed.v3"
    older: ClassVar[Mapping[str, Upcast]] = {FIRST: hours_for_degrees, SECOND: review_is_of_the_agreement}

    old_hours: Amount
    new_hours: Amount
    agreement_review_on: date | None = None


class UnitChangedV2(UnitEvent):
    """A unit that counts its addresses from its own one on."""

    wire: ClassVar[str] = "hr.unit-changed.v2"
    data_class: ClassVar[DataClass] = DataClass.NONE
    older: ClassVar[Mapping[str, Upcast]] = {UnitChanged.wire: lambda told: told | {"addresses": told["addresses"] + 1}}

    addresses: Count


def hears(*events: type[Any]) -> SubjectKind:
    return SubjectKind("person", lambda *_: Situation(), hears=events)


@dataclass
class Sent:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


LISTENER = Service("listener", subjects=(hears(HoursChangedV3),))
EAR = Ear.of(LISTENER, ["999"])
NOW = noon(date(2027, 1, 1))


def sent(wire: str = FIRST, **changed: object) -> Sent:
    """The example of the first version as a record, said under a name, some fields of its body changed."""
    said = json.loads((EXAMPLES / f"{FIRST}.json").read_text("utf-8"))
    record = spoken(said)
    headers = [(name, (wire if name == "ce_type" else value).encode()) for name, value in record.headers]
    return Sent(record.topic, 0, 1, record.key.encode(), json.dumps(said["body"] | changed).encode(), list(headers))


def heard(record: Sent, ear: Ear = EAR) -> Any:
    match parse(record, ear, NOW):
        case Heard(revision=told):
            return told
        case other:
            return other


def test_the_first_version_is_heard_as_the_third() -> None:
    told = heard(sent())

    assert (type(told.body), told.type, told.text) == (HoursChangedV3, HoursChangedV3.wire, None)
    assert (told.body.old_hours, told.body.new_hours, told.body.agreement_review_on) == ("32.00", "37.00", date(2026, 6, 1))


def test_each_version_begins_at_its_own_step() -> None:
    second = sent(SECOND, old_hours="30.00", new_hours="32.50", review_on="2026-03-01")

    assert (heard(second).body.old_hours, heard(second).body.agreement_review_on) == ("30.00", date(2026, 3, 1))


def test_both_versions_of_one_revision_are_one_event() -> None:
    first = heard(sent())
    both = History(Subject("person", first.body.person_key, "999"), [first, heard(sent(SECOND, old_hours="32.00", new_hours="37.00"))])

    assert len(both) == 1


def test_who_hears_the_first_version_by_its_name_hears_it_as_it_was_said() -> None:
    both = Ear.of(Service("listener", subjects=(hears(HoursChangedV3, HoursChanged),)), ["999"])

    assert (type(heard(sent(), both).body), both.older) == (HoursChanged, {SECOND: HoursChangedV3})


def test_what_stands_in_a_history_as_the_first_version_is_read_as_the_third() -> None:
    first = heard(sent(), Ear.of(Service("listener", subjects=(hears(HoursChanged),)), ["999"]))
    assert isinstance(first.body, HoursChanged)

    (read,) = unpack(hears(HoursChangedV3), pack(first))

    assert read == heard(sent())
    assert unpack(hears(HoursChangedV3), pack(read)) == [read]


def test_what_the_reference_has_as_an_older_version_is_read_as_the_newer() -> None:
    body = json.dumps(json.loads((EXAMPLES / "hr.unit-changed.v1.json").read_text("utf-8"))["body"])
    wire, newer = read_stored((UnitChangedV2,), UnitChanged.wire, body)
    same, older = read_stored((UnitChanged,), UnitChanged.wire, body)

    assert (wire, type(newer), same, type(older)) == ("hr.unit-changed.v2", UnitChangedV2, UnitChanged.wire, UnitChanged)
    assert [getattr(each, "addresses", None) for each in (newer, older)] == [3, 2]


@pytest.mark.parametrize("changed", [{"old_degree": None}, {"old_degree": "much"}, {"new_degree": "-1"}, {"old_degree": {"a": 1}}])
def test_a_body_that_no_step_can_take_is_dead_and_tells_why(changed: dict[str, object]) -> None:
    dead = heard(sent(FIRST, **changed))

    assert isinstance(dead, Invalid)
    assert (dead.type, dead.misfit) == (FIRST, True)
    assert "the body does not fit" in dead.reason


def test_a_body_that_is_too_large_is_not_even_looked_at() -> None:
    assert heard(sent(more="x" * BODY_LIMIT)).reason == "the body is too large"


@given(
    told=st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_a_body_holds_reading_it_never_raises(told: Any) -> None:
    record = replace(sent(), value=json.dumps(told).encode())

    assert isinstance(heard(record), Invalid)


def test_what_is_no_json_does_not_fit() -> None:
    with pytest.raises(Unfit, match=r"the body does not fit hr\.hours-changed\.v1"):
        upcast(HoursChangedV3, FIRST, b"{")


@pytest.mark.parametrize("service", [INTAKE, ONBOARDING, RECRUITMENT, RETENTION, NOTIFICATION, REPORTING], ids=lambda service: service.name)
def test_a_service_without_older_versions_looks_for_none(service: Service) -> None:
    assert Ear.of(service, ["999"]).older == {}
    assert all(Readers.of((*kind.hears, *kind.records)).older == {} for kind in service.subjects)


def test_a_version_that_a_newer_one_reads_may_lose_its_class_and_another_may_not() -> None:
    kept = {FIRST: schema_of(HoursChanged)}

    assert broken(kept, [HoursChangedV3]) == []
    assert [str(each) for each in broken(kept, [BY_WIRE["hr.hired.v1"]])] == [f"{FIRST}: (the event): removed: nothing reads it any more"]
