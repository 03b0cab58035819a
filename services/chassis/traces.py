"""Traces through the outbox (optional: `pip install forbliv[traces]` and OTEL_EXPORTER_OTLP_ENDPOINT); without them nothing is done.

What a transaction says carries its span in the header `traceparent`, as W3C names it; who reads it goes on from there.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from services.chassis.envelope import Outgoing, Record

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext, Tracer

HEADER = "traceparent"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
MOST_LINKS = 32


class Traces(Protocol):
    """How transactions are traced."""

    def batch(self, records: Sequence[Record]) -> AbstractContextManager[None]:
        """A batch of the bus: goes on from the one transaction that said it, or is linked to the several."""

    def span(self, name: str) -> AbstractContextManager[None]:
        """Something that begins here."""

    def carried(self, outbox: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """What is said, each record with the span it is said in."""


class NoTraces:
    """Traces nothing and costs nothing."""

    def batch(self, _records: Sequence[Record]) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def span(self, _name: str) -> AbstractContextManager[None]:
        """Nothing."""
        return nullcontext()

    def carried(self, outbox: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """As it is."""
        return outbox


class OtelTraces:
    """Traces with OpenTelemetry. Spans hold counts, never what an event says."""

    def __init__(self, tracer: "Tracer") -> None:
        """Begin spans with this tracer."""
        self._tracer = tracer

    @contextmanager
    def batch(self, records: Sequence[Record]) -> Iterator[None]:
        """One parent goes on, several are linked."""
        from opentelemetry.trace import Link, NonRecordingSpan, set_span_in_context  # noqa: PLC0415 - the extra may be missing

        parents = list(_parents(records))
        context = set_span_in_context(NonRecordingSpan(parents[0])) if len(parents) == 1 else None
        links = [Link(parent) for parent in parents] if len(parents) > 1 else []
        counts = {"forbliv.records": len(records)}
        with self._tracer.start_as_current_span("batch", context=context, links=links, attributes=counts):
            yield

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """A span."""
        with self._tracer.start_as_current_span(name):
            yield

    def carried(self, outbox: Sequence[Outgoing]) -> Sequence[Outgoing]:
        """With the header, where a span is recorded."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - the extra may be missing

        told: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(told)
        parent = told.get("traceparent")
        return outbox if parent is None else [said.with_header(HEADER, parent) for said in outbox]


def _parents(records: Iterable[Record]) -> "Iterator[SpanContext]":
    """The spans in which these records were said, each once."""
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - the extra may be missing
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - the extra may be missing

    values = (dict(record.headers).get(HEADER) for record in records)
    for value in list(dict.fromkeys(v for v in values if v))[:MOST_LINKS]:
        context = TraceContextTextMapPropagator().extract({"traceparent": value.decode("ascii", errors="replace")})
        span = get_current_span(context).get_span_context()
        if span.is_valid:
            yield span


def configured(service: str) -> Traces:
    """Traces where the extra is installed and the environment says where to send them."""
    if not os.environ.get(ENDPOINT):
        return NoTraces()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - the extra may be missing
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the extra may be missing
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - the extra may be missing
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - the extra may be missing
    except ImportError:
        return NoTraces()
    provider: Any = TracerProvider(resource=Resource.create({"service.name": f"forbliv-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OtelTraces(provider.get_tracer("forbliv"))
