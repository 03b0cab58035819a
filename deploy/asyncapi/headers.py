"""The headers of a record: CloudEvents 1.0.2 in binary mode of the Kafka binding, and our extensions. A test holds them to `outgoing`."""

from typing import Any

UUID_TEXT = {"type": "string", "format": "uuid"}
NUMBER_TEXT = {"type": "string", "pattern": r"^\d{1,9}$"}

ALWAYS: dict[str, dict[str, Any]] = {
    "ce_specversion": {"const": "1.0", "description": "The version of CloudEvents."},
    "ce_id": {
        **UUID_TEXT,
        "description": "The event: the UUID of version 5 (RFC 9562) of the name `<epoch>/<revision>` in the space `ce_fact`."
        " What comes twice has the same id.",
    },
    "ce_source": {"type": "string", "pattern": "^/[A-Za-z0-9/_-]+$", "description": "Who put it on the bus: `/forbliv/<service>`."},
    "ce_type": {"type": "string", "description": "The wire name. A new meaning is a new name; the number at the end is the version."},
    "ce_subject": {"type": "string", "description": "What it is about, for example `employment/<uuid>`."},
    "ce_time": {
        "type": "string",
        "format": "date-time",
        "description": "When it became known to us, with offset. When it is true stands in the body.",
    },
    "ce_dataschema": {"type": "string", "description": "The `$id` of the JSON Schema of the body."},
    "ce_partitionkey": {"type": "string", "description": "The key of the record once more."},
    "ce_municipality": {"type": "string", "pattern": r"^\d{3}$", "description": "The three digits of the Danish municipality."},
    "ce_fact": {**UUID_TEXT, "description": "The fact this is a revision of; it stays the same when the fact is put right."},
    "ce_epoch": {
        **NUMBER_TEXT,
        "description": "Rises when a speaker goes back to an earlier state of its own; a higher one wins over every revision.",
    },
    "ce_revision": {
        **NUMBER_TEXT,
        "description": "Counts the revisions of the fact from 1. The highest (epoch, revision) holds, in whatever order they come.",
    },
    "ce_stands": {"enum": ["true", "false"], "description": "`false` takes the fact back: it never was, or is no longer so."},
    "ce_correlationid": {
        "type": "string",
        "maxLength": 64,
        "description": "The id that all events share which came of the same first cause.",
    },
    "content-type": {"const": "application/json", "description": "The body alone is JSON in UTF-8."},
}
"""On every record; each value is UTF-8 text."""

SOMETIMES: dict[str, dict[str, Any]] = {
    "ce_call": {"const": "1", "description": "Here where the body carries a `call`: somebody is asked to do something."},
    "ce_causationid": {"type": "string", "description": "The `ce_id` of the event because of which this is said; absent on a first cause."},
    "traceparent": {"type": "string", "description": "W3C Trace Context, where traces are switched on."},
}


def headers_schema() -> dict[str, Any]:
    """What holds for the headers of every event."""
    return {
        "type": "object",
        "description": "CloudEvents attributes as Kafka headers, each value UTF-8 text.",
        "properties": {**ALWAYS, **SOMETIMES},
        "required": list(ALWAYS),
    }
