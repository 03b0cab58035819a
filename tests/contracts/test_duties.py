"""A duty is one fact with a life: each of its events carries the call, and a later one tells all that an earlier one told."""

import json

import pytest

from contracts import BY_WIRE, EVENTS, Called, Event
from contracts.base import Call, DataClass
from tests.contracts.duties import DUTIES
from tests.contracts.examples import body, every_event, example

OF_A_DUTY = {wire for duty in DUTIES for wire in duty}
every_duty = pytest.mark.parametrize("duty", DUTIES, ids=lambda duty: duty[0])


@every_event
def test_every_type_of_a_duty_carries_its_call_and_no_other_does(event: type[Event]) -> None:
    assert ("call" in event.model_fields) is (event.wire in OF_A_DUTY)
    assert (example(event)["headers"].get("ce_call") == "1") is (event.wire in OF_A_DUTY)


@every_duty
def test_what_can_be_due_can_be_planned_with_the_same_fields(duty: tuple[str, ...]) -> None:
    planned, *others = (BY_WIRE[wire] for wire in duty)
    first = {name: field.annotation for name, field in planned.model_fields.items()}

    for event in others:
        assert first.items() <= {name: field.annotation for name, field in event.model_fields.items()}.items()
        if event.wire.endswith("-due.v1"):
            assert len(first) == len(event.model_fields)


@every_duty
def test_the_events_of_a_duty_are_one_fact_on_one_topic_about_one_subject(duty: tuple[str, ...]) -> None:
    events = [BY_WIRE[wire] for wire in duty]
    said = [example(event) for event in events]

    assert len({(event.topic, event.data_class) for event in events}) == 1
    assert len({(each["headers"]["ce_fact"], each["headers"]["ce_subject"], each["key"]) for each in said}) == 1
    first, *later = (int(each["headers"]["ce_revision"]) for each in said)
    assert all(number > first for number in later)


@pytest.mark.parametrize("wire", sorted(OF_A_DUTY))
def test_whoever_cares_for_the_call_alone_can_read_it(wire: str) -> None:
    assert isinstance(Called.model_validate_json(body(BY_WIRE[wire])).call, Call)


def test_of_which_plan_a_duty_is_a_step_can_be_read_where_its_type_tells() -> None:
    told = {wire: Called.model_validate_json(body(BY_WIRE[wire])).plan_id for wire in OF_A_DUTY}

    assert {wire for wire, plan in told.items() if plan is not None} == {
        f"onboarding.intro-milestone-{state}.v1" for state in ("planned", "due", "done", "missed")
    }


@pytest.mark.parametrize("wire", sorted(OF_A_DUTY))
def test_a_call_says_what_its_type_says(wire: str) -> None:
    state = example(BY_WIRE[wire])["body"]["call"]["state"]
    ends = {"planned": "planned", "due": "open", "missed": "missed", "declined": "declined", "offered": "open", "accepted": "open"}
    begins = {"silent": "open", "back": "open", "crossed": "open", "noticed": "open"}
    step = wire.removesuffix(".v1").rpartition("-")[2]

    assert state == ("done" if wire == "recruitment.more-hours-offered.v1" else (ends | begins).get(step, "done"))


@pytest.mark.parametrize("wire", sorted(wire for wire in OF_A_DUTY if BY_WIRE[wire].data_class is DataClass.NONE))
def test_a_call_in_an_event_of_class_none_is_about_nobody(wire: str) -> None:
    assert example(BY_WIRE[wire])["body"]["call"]["about_person"] is None


def test_a_called_event_alone_does_not_know_its_speaker() -> None:
    heard = Called.model_validate_json(body(BY_WIRE["retention.retention-talk-due.v1"]))

    assert (heard.ce_subject(), heard.record_key()) == ("duty", str(heard.call.about_person))


def test_another_kind_of_duty_needs_no_change_in_who_hears_calls() -> None:
    due = next(event for event in EVENTS if event.wire == "recruitment.hiring-step-due.v1")
    told = json.loads(body(due))

    assert Called.model_validate_json(json.dumps(told | {"step": "something-new"})).call.kind == told["call"]["kind"]
