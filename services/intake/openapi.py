"""The public description of the door: OpenAPI 3.1, made of the same models that read what is told."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from services.intake.told.bodies import BODIES
from services.intake.told.message import BATCHED_TYPE, STRUCTURED_TYPE

PROBLEM_TYPE = "application/problem+json"
_WORD = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!-~\u00a1-\ud7ff]+( [!-~\u00a1-\ud7ff]+)*$"}
"""Printable, without spaces at its ends."""
_ATTRIBUTES: Mapping[str, dict[str, Any]] = {
    "specversion": {"const": "1.0"},
    "id": {**_WORD, "description": "Unique in its source. The same id again changes nothing; with another content it is refused (409)."},
    "source": {**_WORD, "description": "The one source of the token."},
    "type": {"enum": sorted(BODIES)},
    "time": {
        "type": "string",
        "format": "date-time",
        "description": "When the source registered it; needed where the body has no such moment.",
    },
    "datacontenttype": {"type": "string", "description": "JSON, or left out."},
    "municipality": {"type": "string", "pattern": r"^\d{3}$", "description": "That of the token, or left out."},
    "fact": {**_WORD, "description": "The source's own name of the fact; needs `revision`."},
    "revision": {"type": "integer", "minimum": 1, "maximum": 999_999_999, "description": "Which revision of `fact`; the highest holds."},
    "supersedes": {**_WORD, "description": "The id of the first event of the fact this one corrects."},
    "cancelled": {"type": "boolean", "default": False, "description": "The fact stands no longer, or never was so."},
}
_REQUIRED = ("specversion", "id", "source", "type")
_ANSWERS: Mapping[str, tuple[str, str]] = {
    "400": ("The message cannot be read as CloudEvents.", "Problem"),
    "401": ("The bearer token is missing or not good.", "Problem"),
    "403": ("The token may not speak for this source or municipality.", "Problem"),
    "409": ("The event does not go with what the source told before.", "Refusal"),
    "413": ("Too long, or too many events.", "Problem"),
    "415": ("The content is not of a type that is read here.", "Problem"),
    "422": ("The event cannot be taken: `errors` names each field.", "Refusal"),
    "429": ("Too many events in a short time: `Retry-After` tells after how many seconds.", "Problem"),
    "503": (
        "Not now, the database or the identity provider is away: nothing of the call was kept; `Retry-After` tells after how many seconds.",
        "Problem",
    ),
    "500": ("Broken on our side: nothing of the call was kept; send it again.", "Problem"),
}


@cache
def document(path: str, most: int) -> dict[str, Any]:
    """The document for the door at `path` that takes up to `most` events in a call."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Forbliv: events of a municipality's own systems",
            "version": "1.0.0",
            "description": "CloudEvents 1.0.2 over HTTP in binary, structured and batched mode. 202: what was told is durable.",
        },
        "paths": {path: {"post": _operation(most)}, f"{path}/openapi.json": {"get": _this()}},
        "components": {"schemas": _schemas(), "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
    }


def _operation(most: int) -> dict[str, Any]:
    answers = {status: _answer(text, PROBLEM_TYPE, name) for status, (text, name) in _ANSWERS.items()}
    answers["401"]["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    for status in ("429", "503"):
        answers[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    taken = {"$ref": "#/components/schemas/Taken"}, {"$ref": "#/components/schemas/BatchTaken"}
    answers["202"] = {"description": "Durable, or known already.", "content": {"application/json": {"schema": {"anyOf": list(taken)}}}}
    answers["207"] = _answer("A batch of which some events were refused; the others are durable.", "application/json", "BatchTaken")
    return {
        "operationId": "tellEvents",
        "summary": "Tell one event, or a batch of them",
        "security": [{"token": []}],
        "parameters": [_header(name) for name in _ATTRIBUTES if name != "datacontenttype"],
        "requestBody": {"required": True, "content": _contents(most)},
        "responses": dict(sorted(answers.items())),
    }


def _this() -> dict[str, Any]:
    schema = {"type": "object", "required": ["openapi", "info", "paths"]}
    return {
        "operationId": "readDescription",
        "summary": "This document",
        "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": schema}}}},
    }


def _answer(text: str, media: str, schema: str) -> dict[str, Any]:
    return {"description": text, "content": {media: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _header(name: str) -> dict[str, Any]:
    return {"name": f"ce-{name}", "in": "header", "required": False, "schema": _ATTRIBUTES[name], "description": "In binary mode."}


def _contents(most: int) -> dict[str, Any]:
    events = {"$ref": "#/components/schemas/Event"}
    bodies = {"anyOf": [{"$ref": f"#/components/schemas/{_name(wire)}"} for wire in BODIES]}
    return {
        STRUCTURED_TYPE: {"schema": events},
        BATCHED_TYPE: {"schema": {"type": "array", "minItems": 1, "maxItems": most, "items": events}},
        "application/json": {"schema": bodies},
    }


def _name(wire: str) -> str:
    return f"{BODIES[wire].__name__}"


def _schemas() -> dict[str, Any]:
    every: list[tuple[type[BaseModel], JsonSchemaMode]] = [(body, "validation") for body in BODIES.values()]
    bodies = models_json_schema(every, ref_template="#/components/schemas/{model}")[1]["$defs"]
    events = {f"{_name(wire)}Event": _event(wire) for wire in BODIES}
    one_of = [{"$ref": f"#/components/schemas/{name}"} for name in events]
    mapping = {wire: f"#/components/schemas/{_name(wire)}Event" for wire in BODIES}
    either = {"oneOf": one_of, "discriminator": {"propertyName": "type", "mapping": mapping}}
    return {**bodies, **events, "Event": either, **_answers()}


def _event(wire: str) -> dict[str, Any]:
    data = {"$ref": f"#/components/schemas/{_name(wire)}"}
    return {
        "type": "object",
        "required": [*_REQUIRED, "data"],
        "properties": {**_ATTRIBUTES, "type": {"const": wire}, "data": data},
    }


def _answers() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "integer"}
    fault = {"type": "object", "required": ["field", "code", "detail"], "properties": {"field": text, "code": text, "detail": text}}
    problem = {"type": text, "title": text, "status": number, "code": text, "detail": text}
    named = {"index": number, "id": {"type": ["string", "null"]}, "source": {"type": ["string", "null"]}}
    outcome = {"enum": ["accepted", "duplicate", "refused"]}
    refusal = {"$ref": "#/components/schemas/Refusal"}
    taken = {"type": "object", "required": ["index", "id", "source", "outcome"]}
    batch = {
        "accepted": number,
        "duplicate": number,
        "refused": number,
        "events": {"type": "array", "items": {"$ref": "#/components/schemas/Taken"}},
    }
    return {
        "Fault": fault,
        "Problem": {"type": "object", "required": ["type", "title", "status", "code"], "properties": problem},
        "Refusal": {
            "type": "object",
            "required": ["type", "title", "status", "code", "detail", "errors"],
            "properties": {**problem, "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}}},
        },
        "Taken": {**taken, "properties": {**named, "outcome": outcome, "problem": refusal}},
        "BatchTaken": {"type": "object", "required": list(batch), "properties": batch},
    }
