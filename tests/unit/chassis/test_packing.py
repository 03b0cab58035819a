"""How histories and bookings are kept in a row: nothing is lost on the way there and back."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.base import Called
from contracts.hr import Hired
from services.chassis.packing import (
    CHUNK_BYTES,
    TAIL_BYTES,
    event_class,
    growth,
    is_time_to_sum,
    key_of,
    key_text,
    mark,
    pack,
    pack_booked,
    unpack,
    unpack_booked,
)
from services.chassis.service import SubjectKind, own_fact
from services.chassis.subject import Booking, Situation, body_text
from tests.kit.builders import an_id, end_registered, hired
from tests.kit.story import revision
from tests.kit.toy import TOY

KIND = TOY.subjects[0]


@given(moment=st.datetimes(timezones=st.just(UTC)), number=st.integers(1, 9_999), stands=st.booleans())
def test_a_revision_comes_back_as_it_was(moment: datetime, number: int, stands: bool) -> None:
    kept = revision(hired(date(2026, 3, 2)), moment, fact=an_id("fact"), number=number, stands=stands)

    assert unpack(KIND, pack(kept)) == [kept]


def test_a_history_is_one_text_that_shows_what_it_holds() -> None:
    both = [revision(make(date(2026, 3, 2)), datetime(2026, 3, 1, tzinfo=UTC)) for make in (hired, end_registered)]
    third = revision(hired(date(2026, 3, 2)), datetime(2026, 3, 1, tzinfo=UTC), fact=both[0].fact, number=12)
    text = b"".join(pack(r) for r in both)

    assert unpack(KIND, text) == both
    assert [mark(r) in text for r in (*both, third)] == [True, True, False]


@given(tail=st.integers(0, TAIL_BYTES), sizes=st.lists(st.integers(1, 2 * CHUNK_BYTES), max_size=30))
def test_a_history_grows_by_whole_lines_and_by_no_more_than_its_rows_hold(tail: int, sizes: list[int]) -> None:
    lines = [b"%d" % (number % 10) * size for number, size in enumerate(sizes)]
    grows = growth(tail, lines)

    assert b"".join((*grows.chunks, grows.tail)) == b"".join(lines)
    assert len(grows.tail) + (0 if grows.rolls else tail) <= TAIL_BYTES
    assert all(len(chunk) <= CHUNK_BYTES or chunk in lines for chunk in grows.chunks)
    assert grows.rolls or tail == 0 or not grows.chunks, "what was the tail comes before what is new"
    assert grows.new_chunks == grows.rolls + len(grows.chunks)


def test_much_that_comes_at_once_is_chunks_of_its_own_and_little_goes_on() -> None:
    line = b"x" * 500

    assert growth(0, [line]) == (False, (), line)
    assert growth(1_200, [line]) == (True, (), line)
    assert growth(0, [line] * 20) == (False, (line * 15, line * 5), b"")
    assert growth(500, [line] * 4) == (True, (line * 4,), b"")


def test_a_body_of_our_own_is_kept_as_it_was_sent() -> None:
    heard = revision(hired(date(2026, 3, 2)), datetime(2026, 3, 1, tzinfo=UTC))
    sent = replace(heard, text=b'{"as":"sent"}')

    assert pack(sent) == pack(heard).replace(body_text(heard.body).encode(), b'{"as":"sent"}')


def test_a_duty_that_is_heard_for_its_call_is_read_as_its_call() -> None:
    kind = SubjectKind("task", lambda *_: Situation(), hears=(Called,), by=own_fact)
    call = {
        "kind": "a-kind", "role": "hr", "unit_id": str(an_id("unit")), "opens": "2026-03-02", "due": "2026-03-02",
        "closes": "2026-03-02", "missed_after": "2026-03-02", "state": "open", "link": "/x",
    }  # fmt: skip
    duty = revision(Called.model_validate({"municipality": "730", "call": call}), datetime(2026, 3, 1, tzinfo=UTC))
    (read,) = unpack(kind, pack(duty).replace(b"*\t", b"future.duty-due.v1\t", 1))

    assert read.body == duty.body
    assert read.type == "future.duty-due.v1"


def test_an_event_is_found_by_its_wire_name_and_an_unknown_one_is_an_error() -> None:
    assert event_class("hr.hired.v1") is Hired
    with pytest.raises(KeyError):
        event_class("hr.unheard-of.v1")


@given(key=st.lists(st.text(st.characters(exclude_characters="\x1f\x00"), max_size=9), min_size=1, max_size=4))
def test_a_key_comes_back_as_it_was(key: list[str]) -> None:
    assert key_of(key_text(tuple(key))) == tuple(key)


def test_bookings_come_back_as_they_were_and_nothing_is_nothing() -> None:
    booked: dict[Booking, int] = {("2026-03-02", "headcount", str(an_id("unit")), 202603): 1, ("2026-03-02", "left", "", 202604): -1}

    assert unpack_booked(pack_booked(booked)) == booked
    assert pack_booked({}) == b""
    assert unpack_booked(b"") == {}


def test_bookings_that_follow_each_other_add_up() -> None:
    first: dict[Booking, int] = {("2026-03-02", "headcount"): 1, ("2026-03-02", "left"): 2}
    more: dict[Booking, int] = {("2026-03-02", "headcount"): -1, ("2026-03-03", "left"): 3}

    assert unpack_booked(pack_booked(first) + pack_booked(more)) == {("2026-03-02", "left"): 2, ("2026-03-03", "left"): 3}


def test_they_are_summed_up_whenever_they_have_doubled() -> None:
    anew = [size for size in range(100, 4_000, 100) if is_time_to_sum(size, 100)]

    assert anew == [100, 200, 500, 1_000, 2_000]
