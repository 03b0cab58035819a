"""The total parser: a record is heard, skipped or invalid with a reason in plain words; it never raises."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.base import Called
from contracts.hr import PersonNamed
from services.chassis.envelope import BODY_LIMIT, Cause, Ear, Erased, Heard, Skipped, outgoing, parse
from services.chassis.packing import pack
from services.chassis.remains import Invalid
from services.chassis.service import Service, SubjectKind, own_fact
from services.chassis.subject import Situation
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import revision
from tests.kit.toy import TOY

DAY = date(2026, 3, 2)
EAR = Ear.of(replace(TOY, hears_names=True), ["730"])
HEARD = revision(hired(DAY), noon(DAY))
CAUSE = Cause(str(an_id("cause")), str(an_id("first cause")))


@dataclass
class Sent:
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def sent(**changed: bytes | None) -> Sent:
    """A good record; a header given by name is replaced, `None` makes it null."""
    record = outgoing("intake", HEARD, cause=CAUSE)
    headers = [(name, changed.get(name, value.encode()) if name in changed else value.encode()) for name, value in record.headers]
    return Sent(record.topic, 0, 7, record.key.encode(), record.body.encode(), headers)


def test_what_was_said_is_heard_as_it_was_said() -> None:
    assert parse(sent(), EAR, noon(DAY)) == Heard(HEARD)


@pytest.mark.parametrize("stands", [True, False])
def test_a_name_that_stands_no_longer_is_a_tombstone(stands: bool) -> None:
    named = PersonNamed(municipality="730", person_key=an_id("person"), display_name="Holm")
    record = outgoing("intake", revision(named, noon(DAY), stands=stands), text=None if stands else "never sent")

    assert record.key == str(an_id("person"))
    assert (record.value is None) is not stands
    assert ("Holm" in record.body) is stands
    assert not any("Holm" in value for _, value in record.headers)


@pytest.mark.parametrize(
    ("header", "value", "reason"),
    [
        ("ce_id", None, "the header ce_id is missing"),
        ("ce_id", b"12345678-1234-5678-1234-567812345678", "ce_id is not the id of its fact, epoch and revision"),
        ("ce_time", b"2026-03-02T11:00:00", "ce_time has no offset"),
        ("ce_time", b"2026-03-03T11:00:01+00:00", "ce_time is more than a day ahead"),
        ("ce_time", b"\xff", "a header is not UTF-8"),
        ("ce_time", b"010190-1234", "ce_time is not a moment"),
        ("ce_time", b"0001-01-01T00:00:00+14:00", "ce_time is before 1900"),
        ("ce_revision", b"99999999999", "ce_revision is not a number"),
        ("ce_revision", b"-1", "ce_revision is not a number"),
        ("ce_stands", b"maybe", "ce_stands is neither true nor false"),
        ("ce_fact", b"none", "ce_fact is not an id"),
    ],
)
def test_a_wrong_header_is_named(header: str, value: bytes | None, reason: str) -> None:
    found = parse(sent(**{header: value}), EAR, noon(DAY))

    assert isinstance(found, Invalid)
    assert found.reason == reason


def test_a_broken_body_names_its_fact_so_that_a_higher_revision_can_settle_it() -> None:
    broken = sent()
    broken.value = b'{"municipality":"730","effective_date":"2026-02-30"}'
    found = parse(broken, EAR, noon(DAY))

    assert isinstance(found, Invalid)
    assert found.fact == HEARD.fact
    assert found.number == 1
    assert "effective_date" in found.reason
    assert "2026-02-30" not in found.reason, "never a value"


def test_a_body_that_is_too_large_is_not_read() -> None:
    large = sent()
    large.value = b" " * (BODY_LIMIT + 1)

    assert parse(large, EAR, noon(DAY)) == Invalid("the body is too large", HEARD.fact, 1)


def test_a_character_that_no_database_takes_is_refused() -> None:
    zero = sent()
    zero.value = (zero.value or b"").replace(b"730", b"73\\u0000")

    found = parse(zero, EAR, noon(DAY))
    assert isinstance(found, Invalid)
    assert found.reason == "the body holds a zero character"


def test_what_is_intact_is_told_and_of_texts_only_those_known_here() -> None:
    broken = sent(ce_time=b"\xff")
    found = parse(broken, EAR, noon(DAY))
    assert isinstance(found, Invalid)
    assert (found.type, found.municipality, found.epoch) == ("hr.hired.v1", "730", 0)
    assert found.subject == HEARD.body.person_key

    strange = replace(sent(ce_type=b"somebody's name", ce_municipality=b"7\xff0", ce_fact=None), key=b"\xff")
    strange.headers.append(("ce_type", b"hr.hired.v1"))
    found = parse(strange, EAR, noon(DAY))
    assert isinstance(found, Invalid)
    assert (found.type, found.municipality, found.subject, found.fact, found.number) == (None, None, None, None, None)


@pytest.mark.parametrize(
    ("header", "value", "is_misfit"),
    [
        ("ce_source", b"/forbliv/intake", True),
        ("ce_source", b"/randers/sd", False),
        ("ce_source", None, False),
        ("ce_id", b"another id", False),
        ("ce_fact", b"no fact", False),
    ],
)
def test_a_body_of_our_own_that_does_not_fit_is_told_from_foreign_rubbish(header: str, value: bytes | None, is_misfit: bool) -> None:
    broken = replace(sent(**{header: value}), value=b"{")
    found = parse(broken, EAR, noon(DAY))

    assert isinstance(found, Invalid)
    assert found.misfit is is_misfit


def test_a_municipality_without_rules_is_not_served() -> None:
    found = parse(sent(), Ear.of(TOY, ["707"]), noon(DAY))

    assert isinstance(found, Invalid)
    assert found.reason == "no rules for this municipality"


def test_a_type_that_is_not_heard_and_a_tombstone_are_skipped() -> None:
    tombstone = sent()
    tombstone.value = None

    assert parse(sent(ce_type=b"hr.unheard-of.v1"), EAR, noon(DAY)) == Skipped("type not heard")
    assert parse(tombstone, EAR, noon(DAY)) == Skipped("tombstone")


def test_a_tombstone_of_the_directory_erases_the_name() -> None:
    person = an_id("person")
    record = Sent(PersonNamed.topic, 0, 1, str(person).encode(), None, [])

    assert parse(record, EAR, noon(DAY)) == Erased(person)
    assert isinstance(parse(replace(record, key=b"nobody"), EAR, noon(DAY)), Invalid)


def test_a_repeated_header_is_refused() -> None:
    twice = sent()
    twice.headers.append(("ce_type", b"hr.resigned.v1"))

    found = parse(twice, EAR, noon(DAY))
    assert found == Invalid("a header stands twice", HEARD.fact, 1)
    assert isinstance(found, Invalid)
    assert found.type is None, "nobody knows which of the two"


def test_who_hears_every_call_reads_any_duty_by_its_call_alone() -> None:
    def nothing(*_: Any) -> Situation:
        return Situation()

    service = Service("inbox", (SubjectKind("task", nothing, hears=(Called,), by=own_fact),), topics=("onboarding.v1",))
    ear = Ear.of(service, ["730"])
    call = (
        b'{"municipality":"730","call":{"kind":"any-kind","role":"nearest-leader","unit_id":"' + str(an_id("unit")).encode() + b'",'
        b'"opens":"2026-03-02","due":"2026-03-03","closes":"2026-03-04","missed_after":"2026-03-05","state":"open","link":"/x"}}'
    )
    duty = sent(ce_type=b"future.duty-due.v1")
    duty.value = call

    assert parse(duty, ear, noon(DAY)) == Skipped("type not heard")
    duty.headers.append(("ce_call", b"1"))
    found = parse(duty, ear, noon(DAY))
    assert isinstance(found, Heard)
    assert isinstance(found.revision.body, Called)
    assert found.revision.type == "future.duty-due.v1"
    assert found.revision.text is None, "what else the duty says is nobody's here"


@given(
    headers=st.lists(st.tuples(st.sampled_from(["ce_id", "ce_type", "ce_time", "ce_fact", "x"]), st.none() | st.binary(max_size=20))),
    value=st.none() | st.binary(max_size=200),
    key=st.none() | st.binary(max_size=20),
)
def test_no_record_makes_it_raise(headers: list[tuple[str, bytes | None]], value: bytes | None, key: bytes | None) -> None:
    assert isinstance(parse(Sent("hr.employment.v1", 0, 0, key, value, headers), EAR, noon(DAY)), Heard | Skipped | Invalid | Erased)


def test_the_same_revision_gives_the_same_bytes() -> None:
    assert outgoing("intake", HEARD) == outgoing("intake", HEARD)
    assert ("ce_subject", f"employment/{HEARD.body.employment_id}") in outgoing("intake", HEARD).headers


def test_what_comes_of_an_event_names_it_and_the_first_cause_of_both() -> None:
    heard = parse(sent(), EAR, noon(DAY))
    assert isinstance(heard, Heard)
    assert Cause.of(heard.revision) == Cause(str(HEARD.id), CAUSE.correlation)

    headers = dict(outgoing("toy", HEARD, Cause.of(heard.revision)).headers)
    assert (headers["ce_causationid"], headers["ce_correlationid"]) == (str(HEARD.id), CAUSE.correlation)


def test_what_nothing_caused_is_a_first_cause() -> None:
    headers = dict(outgoing("intake", HEARD).headers)

    assert headers["ce_correlationid"] == headers["ce_id"] == Cause.of(HEARD).correlation
    assert "ce_causationid" not in headers


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"a\0b", b"x" * 65, "å".encode()])
def test_a_correlation_that_cannot_be_passed_on_is_none_and_the_event_is_heard(value: bytes | None) -> None:
    heard = parse(sent(ce_correlationid=value), EAR, noon(DAY))

    assert heard == Heard(HEARD)
    assert isinstance(heard, Heard)
    assert Cause.of(heard.revision).correlation == str(HEARD.id)


def test_to_what_an_event_belongs_is_no_part_of_what_it_says() -> None:
    belonging = replace(HEARD, correlation=CAUSE.correlation.encode())

    assert belonging == HEARD
    assert pack(belonging) == pack(HEARD)


@pytest.mark.parametrize(
    ("source", "blank", "is_kept"),
    [
        (b"/forbliv/intake", b"", True),
        (b"/another/payroll", b"", False),
        (b"/forbliv/intake", b"\n", False),
        (b"/forbliv/intake", b"\t", False),
    ],
)
def test_a_body_is_kept_as_sent_only_where_one_of_us_wrote_it_on_one_line(source: bytes, blank: bytes, is_kept: bool) -> None:
    """What a foreign speaker adds to a body, perhaps about a person, reaches no history."""
    record = sent(ce_source=source)
    assert record.value is not None
    record.value = record.value.replace(b"{", b'{"added":"by them",' + blank, 1)
    heard = parse(record, EAR, noon(DAY))

    assert isinstance(heard, Heard)
    assert heard.revision.text == (record.value if is_kept else None)
    assert (b"by them" in pack(heard.revision)) is is_kept
