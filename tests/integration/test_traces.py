"""Traces through the outbox, with the real SDK: who reads goes on from who said it; without the extra nothing is done."""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from contracts.base import Event
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision, Subject
from services.chassis.traces import ENDPOINT, NoTraces, OtelTraces, configured
from tests.integration.test_bus import WAY_IN
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import OFFSETS, Sent, read_everything
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)


class Traced:
    """A service whose spans are kept."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._kept = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._kept))
        runtime.traces = runtime.reconciler.traces = OtelTraces(provider.get_tracer("test"))

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self._kept.get_finished_spans()

    async def says(self, *people: str) -> list[Sent]:
        """Record their hires in one transaction; the records that come of it."""
        await self.runtime.pool.execute("DELETE FROM outbox")
        hires: dict[Subject, Sequence[Revision[Event]]] = {
            Subject("person", an_id(person), "730"): [revision(hired(START, person=person), noon(START))] for person in people
        }
        await self.runtime.record(hires)
        return await sent(self.runtime)


async def sent(runtime: Runtime) -> list[Sent]:
    rows = await runtime.pool.fetch("SELECT topic, key, headers, body FROM outbox ORDER BY seq")
    return [
        Sent(r["topic"], 0, next(OFFSETS), r["key"].encode(), r["body"].encode(), [(n, v.encode()) for n, v in json.loads(r["headers"])])
        for r in rows
    ]


@pytest.fixture
async def way_in(settings: Settings) -> AsyncIterator[Traced]:
    async with open_runtime(WAY_IN, settings) as runtime:
        yield Traced(runtime)


async def test_what_is_said_carries_the_span_it_is_said_in(way_in: Traced) -> None:
    (record,) = await way_in.says("anna")
    (said,) = way_in.spans

    assert said.context is not None
    assert said.name == "record"
    carried = (dict(record.headers)["traceparent"] or b"").decode()
    assert carried.startswith(f"00-{said.context.trace_id:032x}-{said.context.span_id:016x}-")


async def test_a_batch_of_one_trace_is_its_child_and_of_several_is_linked(way_in: Traced, settings: Settings) -> None:
    first, second = await way_in.says("anna", "bo")
    (third,) = await way_in.says("clara")
    said, other = (span.context for span in way_in.spans)
    assert said is not None
    assert other is not None

    await way_in.runtime.pool.execute("DELETE FROM subject; DELETE FROM history; DELETE FROM statement; DELETE FROM outbox")
    async with open_runtime(TOY, settings) as runtime:
        await read_everything(runtime)
        listener = Traced(runtime)
        await Inlet(runtime).take([first, second])
        (batch,) = listener.spans
        assert batch.parent is not None
        assert (batch.parent.span_id, batch.parent.trace_id) == (said.span_id, said.trace_id)
        assert dict(batch.attributes or {}) == {"forbliv.records": 2}
        in_turn = {dict(record.headers)["traceparent"].decode().split("-")[1] for record in await sent(runtime)}  # type: ignore[union-attr]
        assert in_turn == {f"{said.trace_id:032x}"}, "the trace goes on through what it says"

        await Inlet(runtime).take([replace(first, offset=next(OFFSETS)), replace(third, offset=next(OFFSETS))])
        batch = listener.spans[-1]
        assert batch.parent is None
        assert {link.context.trace_id for link in batch.links} == {said.trace_id, other.trace_id}


async def test_a_broken_or_missing_header_is_no_parent(settings: Settings, way_in: Traced) -> None:
    (record,) = await way_in.says("anna")
    broken = [(name, b"\xff" if name == "traceparent" else value) for name, value in record.headers]
    missing = [(name, value) for name, value in record.headers if name != "traceparent"]
    await way_in.runtime.pool.execute("DELETE FROM subject; DELETE FROM history; DELETE FROM statement")
    async with open_runtime(TOY, settings) as runtime:
        await read_everything(runtime)
        listener = Traced(runtime)
        await Inlet(runtime).take([replace(record, headers=broken)])
        await Inlet(runtime).take([replace(record, headers=missing, offset=next(OFFSETS))])

        assert [span.parent for span in listener.spans] == [None, None]
        assert await runtime.pool.fetchval("SELECT count(*) FROM dead_letter") == 0


async def test_without_an_address_or_the_extra_nothing_is_done(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert isinstance(configured("toy"), NoTraces)
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert isinstance(configured("toy"), NoTraces)

    async with open_runtime(WAY_IN, settings) as runtime:
        subject = Subject("person", an_id("anna"), "730")
        await runtime.record({subject: [revision(hired(START, person="anna"), noon(START))]})
        (record,) = await sent(runtime)
        assert "traceparent" not in dict(record.headers)
