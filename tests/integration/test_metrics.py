"""The measures on a real PostgreSQL: every record that was taken is in exactly one outcome, and what waits is told."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from structlog.contextvars import clear_contextvars

from contracts.hr import PersonNamed
from services.chassis import health, logs
from services.chassis.inlet import Inlet
from services.chassis.logs import ALLOWED, Word
from services.chassis.metrics import Outcome, Place, Step
from services.chassis.reference import Reference
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import History, Situation
from services.chassis.wake import Wake
from tests.kit.builders import an_id, hired, noon, unit_changed
from tests.kit.page_client import PageClient
from tests.kit.records import OFFSETS, Sent, read_everything, sent, set_day
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(replace(TOY, hears_names=True), settings) as opened:
        await read_everything(opened)
        yield opened


def of(person: str) -> Sent:
    """The record of somebody's hire."""
    return sent(revision(hired(START, person=person), noon(START)))


def count(runtime: Runtime, outcome: Outcome, place: Place) -> float:
    return runtime.metrics.registry.get_sample_value("forbliv_events_total", {"outcome": outcome, "place": place}) or 0


async def test_every_record_that_was_taken_has_one_outcome(runtime: Runtime) -> None:
    name = revision(PersonNamed(municipality="730", person_key=an_id("a"), display_name="Ny Holm"), noon(START), number=2)
    older = revision(name.body, noon(START), fact=name.fact, number=1)
    unit = revision(unit_changed("unit"), noon(START))
    twice = of("a")
    batches = [
        [of("b"), twice, replace(twice, offset=next(OFFSETS)), replace(of("c"), value=b"{"), replace(of("d"), value=None)],
        [replace(twice, offset=next(OFFSETS)), sent(name), sent(older), replace(sent(name), value=None)],
        [sent(unit), sent(unit), replace(sent(unit), headers=[("ce_type", b"hr.unheard-of.v1")])],
    ]
    for batch in batches:
        await Inlet(runtime).take(batch)
    await Inlet(runtime).take(batches[0][:2])

    assert count(runtime, Outcome.ACCEPTED, Place.HISTORY) == 2
    assert count(runtime, Outcome.DUPLICATE, Place.HISTORY) == 2
    assert count(runtime, Outcome.DUPLICATE, Place.FENCE) == 2
    assert count(runtime, Outcome.ACCEPTED, Place.NAMES) == 2, "the name, and its tombstone"
    assert count(runtime, Outcome.DUPLICATE, Place.NAMES) == 1
    assert count(runtime, Outcome.ACCEPTED, Place.REFERENCE) == 1
    assert count(runtime, Outcome.DUPLICATE, Place.REFERENCE) == 1
    assert runtime.metrics.taken() == {Outcome.ACCEPTED: 5, Outcome.DUPLICATE: 6, Outcome.SKIPPED: 2, Outcome.DEAD_LETTERED: 1}
    assert sum(runtime.metrics.taken().values()) == sum(map(len, batches)) + 2


async def test_a_record_for_an_erased_subject_is_skipped(runtime: Runtime) -> None:
    await Inlet(runtime).take([of("a")])
    await runtime.pool.execute("UPDATE subject SET erased = true WHERE id = $1", an_id("a"))
    later = sent(revision(hired(START + timedelta(days=1), person="a"), noon(START), number=2))
    await Inlet(runtime).take([later])

    assert runtime.metrics.taken()[Outcome.SKIPPED] == 1


async def test_what_waits_and_what_broke_is_told_in_words_that_name_nobody(settings: Settings) -> None:
    def fragile(history: History, reference: Reference, now: object) -> Situation:
        if history.subject.id == an_id("bad"):
            raise ZeroDivisionError
        return TOY.subjects[0].derive(history, reference, noon(START + timedelta(days=30)))

    toy = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(toy, settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take([of("bad"), of("good"), replace(of("poison"), value=b"{")])
        later = sent(revision(hired(START, person="good"), noon(START), number=2))
        await Inlet(runtime).take([replace(later, value=b"{")])
        await runtime.pool.execute("UPDATE outbox SET put_at = put_at - interval '90 seconds'")
        told = await health.status(runtime, None)
        text = runtime.metrics.exposition().decode()

    assert (told["broken"], told["dead_letters"], told["outbox"], told["doubtful"]) == (1, 2, 2, 1)
    assert "forbliv_broken_subjects 1.0" in text
    assert "forbliv_derive_failures_total 1.0" in text
    assert "forbliv_dead_letters 2.0" in text
    assert "forbliv_doubtful_subjects 1.0" in text, "of the two letters one is about somebody who is known"
    assert ("forbliv_batch_records_count 2.0" in text, "forbliv_batch_records_sum 4.0" in text) == (True, True)
    assert (runtime.metrics.registry.get_sample_value("forbliv_outbox_age_seconds") or 0) >= 90
    steps = {sample.labels["step"] for metric in runtime.metrics.batch_seconds.collect() for sample in metric.samples}
    assert steps == set(Step)
    assert str(an_id("good")) not in text
    assert str(an_id("bad")) not in text


async def test_a_broken_subject_says_what_was_raised_and_where(settings: Settings) -> None:
    def fragile(history: History, reference: Reference, now: object) -> Situation:
        raise KeyError("a name that must not be told")

    toy = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(toy, settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take([of("a")])
        assert "KeyError at test_metrics.py:" in await runtime.pool.fetchval("SELECT broken FROM subject")
        assert "name" not in await runtime.pool.fetchval("SELECT broken FROM subject")


async def test_older_code_that_only_adds_events_breaks_nobody(settings: Settings) -> None:
    async with open_runtime(replace(TOY, code_version=2), settings) as newer:
        await read_everything(newer)
        await Inlet(newer).take([of("a")])
    async with open_runtime(TOY, settings) as older:
        later = sent(revision(hired(START + timedelta(days=1), person="a"), noon(START), number=2))
        await Inlet(older).take([later])
        assert (await health.status(older, None))["broken"] == 0


def measured(text: str, name: str) -> float:
    """The value of a measure without labels, as Prometheus reads it."""
    (found,) = [line.split()[1] for line in text.splitlines() if line.startswith(f"forbliv_{name} ")]
    return float(found)


async def asked(runtime: Runtime) -> str:
    """What the worker answers to `/metrics`."""
    async with PageClient(health.health_app(runtime, None)) as prometheus:
        answer = await prometheus.get("/metrics")
    assert answer.status_code == 200
    return answer.text


async def test_who_is_past_its_time_is_due_and_how_late_is_told_until_it_is_woken(runtime: Runtime) -> None:
    await set_day(runtime, START)
    await Inlet(runtime).take([of("a"), of("b")])
    calm = await asked(runtime)
    assert (measured(calm, "wakes_due"), measured(calm, "wake_late_seconds")) == (0, 0)

    await set_day(runtime, START + timedelta(days=30))
    await read_everything(runtime)
    late = await asked(runtime)
    assert measured(late, "wakes_due") == 2
    assert measured(late, "wake_late_seconds") > timedelta(days=17).total_seconds(), "the bells should have rung on 12 March"

    await Wake(runtime).once()
    woken = await asked(runtime)
    assert (measured(woken, "wakes_due"), measured(woken, "wake_late_seconds"), measured(woken, "woken_subjects_total")) == (0, 0, 2)


async def test_a_worker_that_stopped_reading_is_measured_as_not_ready_and_held_up(runtime: Runtime) -> None:
    well = await asked(runtime)
    assert (measured(well, "ready"), measured(well, "reading_held_up")) == (1, 0)

    runtime.pulse.held_up = "the words of the one who stopped"
    stopped = await asked(runtime)
    assert (measured(stopped, "ready"), measured(stopped, "reading_held_up")) == (0, 1)


async def test_no_line_of_the_log_holds_a_name_whatever_goes_wrong(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    canary = "Anna Kanarie"

    def fragile(history: History, reference: Reference, now: object) -> Situation:
        raise KeyError(canary)

    toy = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]), hears_names=True)
    name = revision(PersonNamed(municipality="730", person_key=an_id("a"), display_name=canary), noon(START))
    logs.configure("toy", "one")
    try:
        async with open_runtime(toy, settings) as runtime:
            await read_everything(runtime)
            poison = [replace(of("b"), value=value.encode()) for value in (f'{{"{canary}', json.dumps({"municipality": canary}))]
            await Inlet(runtime).take([sent(name), of("a"), *poison])
            assert await runtime.names([an_id("a")]) == {an_id("a"): canary}
    finally:
        clear_contextvars()
    text = capsys.readouterr().out
    lines = [json.loads(line) for line in text.splitlines()]
    assert {Word.BATCH_TAKEN, Word.DEAD_LETTERED, Word.SUBJECT_BROKEN} <= {line["event"] for line in lines}
    assert all(set(line) <= ALLOWED and (line["service"], line["instance"]) == ("toy", "one") for line in lines)
    assert "Kanarie" not in text
