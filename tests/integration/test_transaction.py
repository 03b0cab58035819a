"""The one transaction on a real PostgreSQL: fence, doubles, order, broken subjects, wakes, older code, asks."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.base import Event
from contracts.hr import Hired, PersonNamed
from services.chassis import clock
from services.chassis.failures import Refused
from services.chassis.inlet import Inlet
from services.chassis.reference import Reference
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection, Service, SubjectKind, with_rows
from services.chassis.settings import Settings
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.chassis.wake import Wake
from tests.kit.builders import an_id, closing_day, hired, noon
from tests.kit.records import OFFSETS, read_everything, sent, set_day
from tests.kit.story import revision
from tests.kit.toy import TOY, BellRang, Counted, silence

START = date(2026, 3, 2)


def told(event: Event, number: int = 1, fact: str = "fact", *, stands: bool = True, day: date = START) -> Revision[Event]:
    return revision(event, noon(day), fact=an_id(fact), number=number, stands=stands)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(TOY, settings) as opened:
        await read_everything(opened)
        yield opened


async def standing(runtime: Runtime) -> list[tuple[str, int, bool]]:
    rows = await runtime.pool.fetch("SELECT type, revision, stands FROM statement WHERE to_kind IS NULL ORDER BY type, id, key")
    return [(r["type"], r["revision"], r["stands"]) for r in rows]


async def outbox(runtime: Runtime) -> list[str]:
    return [row["headers"] for row in await runtime.pool.fetch("SELECT headers FROM outbox ORDER BY seq")]


async def test_a_record_read_twice_has_one_effect(runtime: Runtime) -> None:
    record = sent(told(hired(START)))
    await Inlet(runtime).take([record, record])
    await Inlet(runtime).take([record])
    await Inlet(runtime).take([replace(record, offset=next(OFFSETS))])

    assert await standing(runtime) == [("toy.bell-rang.v1", 1, True)]
    assert len(await outbox(runtime)) == 2, "the bell and the decision"


async def test_a_subject_is_new_to_its_rows_until_it_is_saved(settings: Settings) -> None:
    """What was only added while more was waiting counts as saved: an older time may have left rows."""
    seen: list[tuple[str, bool]] = []

    async def save(_conn: Connection, changed: Sequence[Changed]) -> None:
        seen.extend((change.subject.kind, change.is_new) for change in changed)
        assert with_rows(changed) == [change.subject.id for change in changed if not change.is_new]

    async with open_runtime(replace(TOY, save_rows=save), settings) as runtime:
        await read_everything(runtime)
        for number in (1, 2):
            await Inlet(runtime).take([sent(told(hired(START), number))])

    assert {is_new for kind, is_new in seen[:1] if kind == "person"} == {True}
    assert {is_new for kind, is_new in seen[-1:] if kind == "person"} == {False}


async def test_the_fence_skips_what_another_worker_has_taken(settings: Settings) -> None:
    first, second = sent(told(hired(START))), sent(told(hired(START, person="another"), fact="second"))
    async with open_runtime(TOY, settings) as one, open_runtime(TOY, settings) as another:
        await read_everything(one)
        await Inlet(one).take([first, second])
        await one.pool.execute("DELETE FROM subject; DELETE FROM history; DELETE FROM statement")
        await Inlet(another).take([first, second])

        assert await standing(another) == [], "below the fence nothing is read again"
        assert await another.pool.fetchval("SELECT count(*) FROM dead_letter") == 0


async def test_a_name_below_the_fence_does_not_come_back_after_its_tombstone(settings: Settings) -> None:
    """A tombstone leaves no trace to compare with: only the fence keeps what was told before it away."""
    named = sent(told(PersonNamed(municipality="730", person_key=an_id("person"), display_name="Holm"), fact="name"))
    tombstone = replace(named, offset=next(OFFSETS), value=None)
    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime:
        await Inlet(runtime).take([named])
        await Inlet(runtime).take([tombstone])
        await Inlet(runtime).take([named])

        assert dict(await runtime.names([an_id("person")])) == {}


async def test_an_older_revision_read_later_is_kept_and_does_not_stand(runtime: Runtime) -> None:
    await Inlet(runtime).take([sent(told(hired(START), 2, stands=False))])
    await Inlet(runtime).take([sent(told(hired(START), 1))])

    assert await standing(runtime) == []
    assert await runtime.pool.fetchval("SELECT count(*) FROM subject WHERE version = 2") == 1


async def test_every_bad_record_has_its_named_outcome_and_the_rest_goes_on(runtime: Runtime) -> None:
    good = sent(told(hired(START)))
    bad_body = replace(sent(told(hired(START), fact="a")), value=b"{")
    no_id = sent(told(hired(START), fact="b"))
    no_id.headers = [h for h in no_id.headers if h[0] != "ce_id"]
    null_header = sent(told(hired(START), fact="c"))
    null_header.headers = [(n, None if n == "ce_time" else v) for n, v in null_header.headers]
    tombstone = replace(sent(told(hired(START), fact="d")), value=None)
    unknown = sent(told(hired(START), fact="e"))
    unknown.headers = [(n, b"hr.unheard-of.v1" if n == "ce_type" else v) for n, v in unknown.headers]
    early = sent(revision(hired(START), datetime.max.replace(tzinfo=UTC) - timedelta(days=9)))

    await Inlet(runtime).take([bad_body, no_id, null_header, tombstone, unknown, early, good])

    reasons = {r["reason"] for r in await runtime.pool.fetch("SELECT reason FROM dead_letter")}
    assert len(reasons) == 4
    assert any("schema" in r for r in reasons)
    assert {"the header ce_id is missing", "the header ce_time is missing", "ce_time is more than a day ahead"} < reasons
    assert await standing(runtime) == [("toy.bell-rang.v1", 1, True)]


async def test_nothing_is_asked_while_something_sent_before_is_still_unread(settings: Settings) -> None:
    """A resignation's withdrawal may wait unread: the clock may do nothing that was not read until then."""
    async with open_runtime(TOY, settings) as runtime:
        await Inlet(runtime).take([sent(told(hired(START)))])
        assert [kind for kind, _, _ in await standing(runtime)] == ["toy.bell-planned.v1"]
        assert await Wake(runtime).once() == 0

        await Inlet(runtime).take([sent(told(hired(START), 2, stands=False))])
        await read_everything(runtime)
        await Wake(runtime).once()
        assert await standing(runtime) == [("toy.bell-planned.v1", 2, False)]


async def test_a_week_of_downtime_is_caught_up_once_at_the_first_wake_up(runtime: Runtime) -> None:
    today = (await runtime.now()).date()
    await Inlet(runtime).take([sent(told(hired(today - timedelta(days=3)))), sent(told(hired(today, person="b"), fact="b"))])
    assert {kind for kind, _, _ in await standing(runtime)} == {"toy.bell-planned.v1"}
    async with runtime.pool.acquire() as conn, conn.transaction():
        await clock.hold(conn)
        await clock.move(conn, timedelta(days=21))
    await read_everything(runtime)

    assert await Wake(runtime).once() == 2
    assert await Wake(runtime).once() == 0
    assert {(kind, number) for kind, number, _ in await standing(runtime)} == {("toy.bell-rang.v1", 2)}


async def test_a_bell_rings_once_though_the_clock_goes_back_over_its_midnight_and_on_again(settings: Settings) -> None:
    rings = START + timedelta(days=10)
    for day, number in ((START, 1), (rings, None), (rings - timedelta(days=1), 2), (rings, None), (rings + timedelta(days=1), 3)):
        async with open_runtime(TOY, settings) as began:  # what a worker keeps in memory may not be what saves it
            await set_day(began, day)
            await read_everything(began)
            if number is not None:
                await Inlet(began).take([sent(told(hired(START), number, day=day))])
            await Wake(began).once()
            assert [kind for kind, _, _ in await standing(began)] == ["toy.bell-planned.v1" if day == START else "toy.bell-rang.v1"]
            rang = sum("toy.bell-rang.v1" in headers for headers in await outbox(began))
            assert rang == (day != START), f"rang {rang} times by {day}"


async def test_a_changed_reference_wakes_who_read_it(runtime: Runtime) -> None:
    today = (await runtime.now()).date()
    person = told(hired(today))
    await Inlet(runtime).take([sent(person)])
    body = await runtime.pool.fetchval("SELECT body FROM statement WHERE to_kind IS NULL")
    rings = date.fromisoformat(body.split('"rings_on":"')[1][:10])
    await Inlet(runtime).take([sent(told(closing_day(rings), fact="closed"))])
    await Wake(runtime).once()

    assert await standing(runtime) == [("toy.bell-planned.v1", 2, True)]
    assert await runtime.pool.fetchval("SELECT count(*) FROM to_wake") == 0


async def test_a_derive_that_raises_keeps_the_events_and_stops_nobody(settings: Settings) -> None:
    bad = an_id("bad")

    def fragile(history: History, reference: Reference, now: datetime) -> Situation:
        if history.subject.id == bad:
            raise ZeroDivisionError
        return TOY.subjects[0].derive(history, reference, now)

    fragile_toy = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(fragile_toy, settings) as runtime:
        await Inlet(runtime).take([sent(told(hired(START, person="bad"), fact="x")), sent(told(hired(START)))])
        assert len(await standing(runtime)) == 1
        assert await runtime.pool.fetchval("SELECT count(*) FROM subject WHERE broken IS NOT NULL") == 1

    async with open_runtime(replace(TOY, code_version=2), settings) as mended:
        await Wake(mended)._underived()
        await Wake(mended).once()
        assert len(await standing(mended)) == 2
        assert await mended.pool.fetchval("SELECT count(*) FROM subject WHERE broken IS NOT NULL") == 0


async def test_older_code_adds_events_and_leaves_deriving_to_newer_code(settings: Settings) -> None:
    async with open_runtime(replace(TOY, code_version=2), settings) as newer:
        await Inlet(newer).take([sent(told(hired(START)))])
    async with open_runtime(TOY, settings) as older:
        await Inlet(older).take([sent(told(hired(START), 2, stands=False))])
        assert [(number, stands) for _, number, stands in await standing(older)] == [(1, True)]
        await Wake(older).once()
        assert [(number, stands) for _, number, stands in await standing(older)] == [(1, True)]
    async with open_runtime(replace(TOY, code_version=2), settings) as newer:
        await Wake(newer).once()
        assert [(number, stands) for _, number, stands in await standing(newer)] == [(2, False)]


async def test_an_ask_is_done_once_per_form_and_refused_by_its_rule(runtime: Runtime) -> None:
    await Inlet(runtime).take([sent(told(hired(START)))])
    subject = Subject("person", an_id("person"), "730")
    await runtime.ask(subject, an_id("form"), silence(an_id("job of person")))
    await runtime.ask(subject, an_id("form"), silence(an_id("job of person")))

    assert await standing(runtime) == [("toy.bell-rang.v1", 2, False)]
    with pytest.raises(Refused):
        await runtime.ask(subject, an_id("other form"), silence(an_id("nobody's job")))


async def test_what_was_kept_in_memory_equals_what_is_read_from_the_database(settings: Settings) -> None:
    async with open_runtime(TOY, settings) as one:
        await Inlet(one).take([sent(told(hired(START)))])
    async with open_runtime(TOY, settings) as another:
        await Inlet(another).take([sent(told(hired(START + timedelta(days=1)), 2))])
    async with open_runtime(TOY, settings) as third:
        await Inlet(third).take([sent(told(hired(START), 1)), sent(told(hired(START), 3, stands=False))])

        assert [(number, stands) for _, number, stands in await standing(third)] == [(3, False)]


async def test_names_are_kept_by_the_highest_revision_and_a_tombstone_erases_them(settings: Settings) -> None:
    def named(name: str) -> PersonNamed:
        return PersonNamed(municipality="730", person_key=an_id("person"), display_name=name)

    async with open_runtime(replace(TOY, hears_names=True), settings) as runtime:
        await Inlet(runtime).take([sent(told(named("Ny Holm"), 2, "name"))])
        await Inlet(runtime).take([sent(told(named("Gammel Holm"), 1, "name"))])
        assert dict(await runtime.names([an_id("person")])) == {an_id("person"): "Ny Holm"}

        await Inlet(runtime).take([replace(sent(told(named("Ny Holm"), 2, "name")), value=None)])
        assert dict(await runtime.names([an_id("person")])) == {}


async def test_a_stepwise_kind_stamps_each_step_with_when_it_was_known(settings: Settings) -> None:
    kind = SubjectKind("person", TOY.subjects[0].derive, records=(Hired,), stepwise=True)
    way_in = Service("way-in", (kind, TOY.subjects[1]), says=TOY.says)
    async with open_runtime(way_in, settings) as runtime:
        steps = [told(hired(START + timedelta(days=n)), n, day=START + timedelta(days=n)) for n in (1, 2)]
        await runtime.record({Subject("person", an_id("person"), "730"): steps})

        times = [headers.split('"ce_time","')[1][:10] for headers in await outbox(runtime) if "bell" in headers]
        assert times == ["2026-03-03", "2026-03-04"]


def greeted(history: History, _reference: Reference, _now: datetime) -> Situation:
    """A unit rings once for everybody it was told of."""
    told_of = history.standing(Counted)
    jobs = {"employment_id": an_id("job"), "unit_id": an_id("unit"), "rings_on": START}
    rings = [BellRang.model_validate({**r.body.model_dump(), **jobs}) for r in told_of]
    return Situation(tuple(Statement(("greeting", str(ring.person_key)), ring) for ring in rings))


async def test_what_is_said_belongs_to_what_the_heard_event_belongs_to(settings: Settings) -> None:
    person, unit = TOY.subjects
    first, hire = str(an_id("first cause")), told(hired(START))
    async with open_runtime(replace(TOY, subjects=(person, replace(unit, derive=greeted))), settings) as runtime:
        await read_everything(runtime)
        record = sent(hire)
        record.headers = [(name, first.encode() if name == "ce_correlationid" else value) for name, value in record.headers]
        await Inlet(runtime).take([record])
        said = [dict(json.loads(headers)) for headers in await outbox(runtime)]

    causes = [headers["ce_causationid"] == str(hire.id) for headers in said]
    assert sorted(causes) == [False, True, True], "the greeting was caused by what the person told the unit"
    assert {headers["ce_correlationid"] for headers in said} == {first}


async def test_what_only_the_clock_does_is_a_first_cause(runtime: Runtime) -> None:
    await Inlet(runtime).take([sent(told(hired((await runtime.now()).date())))])
    await runtime.pool.execute("DELETE FROM outbox")
    async with runtime.pool.acquire() as conn, conn.transaction():
        await clock.hold(conn)
        await clock.move(conn, timedelta(days=21))
    await read_everything(runtime)
    await Wake(runtime).once()
    said = [dict(json.loads(headers)) for headers in await outbox(runtime)]

    assert [headers["ce_type"] for headers in said] == ["toy.echoed.v1", "toy.bell-rang.v1"]
    assert all(headers["ce_correlationid"] == headers["ce_id"] and "ce_causationid" not in headers for headers in said)
