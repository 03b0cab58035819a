"""The language of the bus as pages for whoever writes a reader of it: what `contracts/asyncapi.yaml` says, open to everybody."""

import asyncio
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

import contracts
from services.chassis.web import Desk, NotFound
from services.chassis.web.identity import public
from services.intake.fields import Row, rows

ROOM = Path(contracts.__file__).parent
LIST = "/contracts"
FILE = ROOM / "asyncapi.yaml"


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `says` and `hears`: services of ours; `topic` as it is made; `headers` and `body` of its example."""

    wire: str
    title: str
    summary: str
    data_class: str
    says: Sequence[str]
    hears: Sequence[str]
    key: str
    topic: str
    headers: Mapping[str, str]
    body: str
    fields: Sequence[Row]
    danish: Mapping[str, str]
    """What its fields mean, in Danish by the English text; where none is written, the English is shown."""

    @property
    def speaker(self) -> str:
        """The first word of the wire name."""
        return self.wire.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Language:
    """All events by wire name, the headers that all share, and the channels by topic."""

    events: Mapping[str, Told]
    headers: Sequence[tuple[str, bool, str]]
    channels: Mapping[str, Mapping[str, Any]]

    def by_speaker(self) -> Mapping[str, Sequence[Told]]:
        """The events of each speaker, in the order of the document."""
        found: dict[str, list[Told]] = {}
        for event in self.events.values():
            found.setdefault(event.speaker, []).append(event)
        return found


@cache
def language() -> Language:
    """The document, read once."""
    told: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader)
    topics = {wire: name for name, channel in told["channels"].items() for wire in channel["messages"]}
    shared = told["components"]["schemas"]["headers"]
    return Language(
        events={wire: _event(wire, topics[wire], message) for wire, message in told["components"]["messages"].items()},
        headers=[(name, name in shared["required"], each["description"]) for name, each in shared["properties"].items()],
        channels=told["channels"],
    )


def _event(wire: str, topic: str, message: Mapping[str, Any]) -> Told:
    (example,) = message["examples"]
    schema = json.loads((ROOM / message["payload"]["schema"]["$ref"]).read_text("utf-8"))
    return Told(
        wire=wire,
        title=message["title"],
        summary=message["summary"],
        data_class=message["x-data-class"],
        says=message["x-speakers"],
        hears=message["x-listeners"],
        key=message["bindings"]["kafka"]["key"]["description"],
        topic=topic,
        headers=example["headers"],
        body=json.dumps(example["payload"], indent=2, ensure_ascii=False),
        fields=rows(schema),
        danish=danish(schema),
    )


def danish(schema: Mapping[str, Any]) -> Mapping[str, str]:
    """The Danish of the meanings in one schema, by their English text: of fields, and of closed lists by their name."""
    _, lists = _written()
    return _written()[0] | {part["description"]: lists[name] for name, part in schema.get("$defs", {}).items() if name in lists}


@cache
def _written() -> tuple[dict[str, str], Mapping[str, str]]:
    """The file of Danish meanings, whose names are those of the English one: by English text, and the lists by name."""
    english, told = (tomllib.loads((ROOM / name).read_text("utf-8")) for name in ("meanings.toml", "meanings.da.toml"))
    lists: Mapping[str, str] = told.pop("lists")
    found = {english[name]: text for name, text in told.items() if isinstance(text, str)}
    of_shapes = ((english[shape], texts) for shape, texts in told.items() if isinstance(texts, Mapping))
    return found | {names[name]: text for names, texts in of_shapes for name, text in texts.items()}, lists


@public
async def overview(request: Request) -> Response:
    """Every event, by speaker."""
    desk = await Desk.of(request)
    return desk.render("language.html", told=await asyncio.to_thread(language))


@public
async def event(request: Request) -> Response:
    """One event: what it means, its fields, where it is said, an example to copy."""
    desk = await Desk.of(request)
    told = await asyncio.to_thread(language)
    found = _asked(told, request)
    return desk.render("language-event.html", told=told, event=found, channel=told.channels[found.topic])


@public
async def document(_request: Request) -> Response:
    """The document for programs; what it refers to lies beside it."""
    return FileResponse(FILE, media_type="application/yaml")


@public
async def schema(request: Request) -> Response:
    """The JSON Schema of a body."""
    found = _asked(await asyncio.to_thread(language), request)
    return FileResponse(ROOM / "schemas" / f"{found.wire}.json", media_type="application/schema+json")


def _asked(told: Language, request: Request) -> Told:
    found = told.events.get(request.path_params["wire"])
    if found is None:
        raise NotFound("language-none")
    return found


ROUTES = (
    Route(LIST, overview),
    Route(f"{LIST}/asyncapi.yaml", document),
    Route(f"{LIST}/schemas/{{wire}}.json", schema),
    Route(f"{LIST}/{{wire}}", event),
)
