"""What an event must be so that it can be taken: every refusal names the field and the reason, never a value."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import EVENTS
from services.chassis.web.catalogue import Catalogue
from services.chassis.web.site import SERVICES
from services.intake.told.bodies import BODIES, NAMED, OURS, TYPES, ids_of
from services.intake.told.event import MOST_FAULTS, Attributes, Refused, Speaker, Told, hear
from services.intake.told.faults import Reason
from services.intake.told.message import Raw, Trouble
from tests.kit.speakers import MUNICIPALITY, SOURCE
from tests.kit.told import end, hire, told

NOW = datetime(2026, 11, 29, tzinfo=UTC)
END, LEAVE, CANCELLED = "hr.employment-end-registered.v1", "hr.leave-registered.v1", "hr.employment-cancelled.v1"


def heard(event: dict[str, Any]) -> Told | Refused:
    attributes = {name: value for name, value in event.items() if name != "data"}
    return hear(Raw(attributes, event["data"]), Speaker(SOURCE, MUNICIPALITY), NOW)


def wrong(event: dict[str, Any]) -> list[tuple[str, str]]:
    found = heard(event)
    assert isinstance(found, Refused)
    return [(fault.field, fault.reason.value) for fault in found.faults]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"degree": "1,0000"}, ("degree", "bad-number")),
        ({"degree": 1}, ("degree", "bad-form")),
        ({"effective_date": "9999-12-31"}, ("effective_date", "sentinel-date")),
        ({"effective_date": "1900-01-01"}, ("effective_date", "sentinel-date")),
        ({"effective_date": "1899-12-31"}, ("effective_date", "bad-date")),
        ({"effective_date": "2026-02-30"}, ("effective_date", "bad-date")),
        ({"effective_date": "1577836800"}, ("effective_date", "bad-date")),
        ({"effective_date": 1577836800}, ("effective_date", "bad-date")),
        ({"registered_at": "2026-01-10T09:00:00"}, ("registered_at", "bad-instant")),
        ({"registered_at": "2026-01-10"}, ("registered_at", "bad-instant")),
        ({"registered_at": 1577836800}, ("registered_at", "bad-instant")),
        ({"registered_at": "2026-11-30T01:00:00Z"}, ("registered_at", "in-the-future")),
        ({"employment_form": "fast"}, ("employment_form", "unknown-code")),
        ({"position_code": "Sygeplejerske"}, ("position_code", "bad-code")),
        ({"rehire": "ja"}, ("rehire", "bad-yes-or-no")),
        ({"person_key": ""}, ("person_key", "bad-text")),
        ({"person_key": " P-1"}, ("person_key", "bad-key")),
        ({"person_key": "P\u00001"}, ("person_key", "bad-key")),
        ({"person_key": None}, ("person_key", "bad-form")),
        ({"municipality": "730"}, ("municipality", "other-municipality")),
    ],
)
def test_a_field_that_cannot_be_used_is_named(fields: dict[str, Any], fault: tuple[str, str]) -> None:
    assert wrong(told("1", hire(**fields))) == [fault]


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [
        ({"specversion": "0.3"}, ("specversion", "bad-attribute")),
        ({"id": ""}, ("id", "bad-text")),
        ({"id": "1\n"}, ("id", "bad-text")),
        ({"id": 7}, ("id", "bad-attribute")),
        ({"source": "/other"}, ("source", "other-source")),
        ({"municipality": "730"}, ("municipality", "other-municipality")),
        ({"type": "hr.promoted.v1"}, ("type", "unknown-type")),
        ({"type": "hr.employment-started.v1"}, ("type", "said-by-us")),
        ({"time": "2026"}, ("time", "bad-instant")),
        ({"time": "2026-11-30T00:00:01Z"}, ("time", "in-the-future")),
        ({"datacontenttype": "text/xml"}, ("datacontenttype", "bad-attribute")),
        ({"fact": "f"}, ("revision", "needs-revision")),
        ({"revision": 2}, ("fact", "needs-fact")),
        ({"fact": "f", "revision": 0}, ("revision", "bad-number")),
        ({"fact": "f", "revision": 1, "supersedes": "0"}, ("supersedes", "two-ways")),
        ({"supersedes": "1"}, ("supersedes", "bad-attribute")),
        ({"cancelled": "ja"}, ("cancelled", "bad-yes-or-no")),
        ({"type": CANCELLED}, ("supersedes", "needs-hire")),
        ({"data": None}, ("data", "missing-value")),
        ({"data": [1]}, ("data", "bad-form")),
    ],
)
def test_an_attribute_that_cannot_be_used_is_named(attributes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert wrong({**told("1", hire()), **attributes}) == [fault]


def test_dates_that_must_go_together_do() -> None:
    assert isinstance(heard(told("1", end("2026-03-31", "2026-04-01"), END)), Told)
    assert wrong(told("1", end("2026-03-31", "2026-03-31"), END)) == [("effective_date", "not-the-day-after")]
    leave = hire("2026-02-01", leave_from="2026-02-02", leave_to="2026-02-01")
    assert wrong(told("1", leave, LEAVE)) == [("effective_date", "not-the-first-day"), ("leave_to", "end-before-start")]


def test_what_has_no_moment_of_registration_needs_a_time() -> None:
    day = {"day": "2026-12-24", "closed": "whole"}

    assert wrong(told("1", day, "hr.calendar-changed.v1")) == [("time", "missing-value")]
    assert isinstance(heard(told("1", day, "hr.calendar-changed.v1", time="2026-11-01T00:00:00Z")), Told)


def test_a_name_of_several_lines_is_no_name_and_what_is_no_object_no_event() -> None:
    named = told("1", {"person_key": "P-1", "display_name": "Bo\nBak"}, "hr.person-named.v1", time="2026-11-01T00:00:00Z")
    nothing = hear(None, Speaker(SOURCE, MUNICIPALITY), NOW)

    assert wrong(named) == [("display_name", "bad-text")]
    assert isinstance(nothing, Refused)
    assert [(fault.field, fault.reason.value) for fault in nothing.faults] == [("event", "bad-form")]


def test_every_missing_field_is_named_up_to_ten() -> None:
    found = wrong(told("1", {}))

    assert len(found) == len(set(found)) <= MOST_FAULTS
    assert {reason for _, reason in found} == {"missing-value"}


def test_a_field_that_nobody_knows_is_passed_over() -> None:
    assert isinstance(heard(told("1", hire(shoe_size=44), traceparent="00-1-2-03")), Told)


def test_a_source_may_tell_all_that_is_said_for_hr_but_what_we_say_ourselves() -> None:
    spoken = {event.wire for event in EVENTS if event.wire.startswith("hr.")}

    assert set(BODIES) == spoken - OURS


def test_whose_key_each_id_of_a_body_is_has_been_said() -> None:
    assert {name for event in TYPES.values() for name in ids_of(event)} - NAMED == set()


def test_every_field_that_may_be_named_has_words_for_people() -> None:
    catalogue = Catalogue((SERVICES / "intake",), strict=True)
    fields = {*Attributes.model_fields, "data", "event", *(name for body in BODIES.values() for name in body.model_fields)}

    assert {name for name in fields if not catalogue.has(f"intake-field-{name.replace('_', '-')}")} == set()
    assert {reason for reason in Reason if not catalogue.has(f"intake-reason-{reason}")} == set()
    assert {trouble for trouble in Trouble if not catalogue.has(f"intake-message-{trouble}")} == set()
