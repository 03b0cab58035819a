"""The language of the bus as pages: open to everybody, every event with its fields, headers and example."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from contracts import BY_WIRE, EVENTS, Event
from contracts.schemas_cli import FOLDER
from services.chassis.web import mount
from services.intake.fields import rows
from services.intake.language import FILE, language
from tests.contracts.examples import every_event, example
from tests.kit.language import language_site
from tests.kit.page_client import PageClient, opened, text_of


@pytest.fixture(scope="module")
async def reader(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PageClient]:
    app = mount([language_site(tmp_path_factory.mktemp("rules"))])
    async with opened(app), PageClient(app) as client:
        yield client


async def test_who_never_signed_in_sees_every_event_with_who_says_and_hears_it(reader: PageClient) -> None:
    answer = await reader.get("/contracts")
    said = text_of(answer.text)

    assert answer.status_code == 200
    assert [wire for wire in BY_WIRE if f'href="/contracts/{wire}"' not in answer.text] == []
    assert "Hændelser på bussen" in said
    for speaker, events in language().by_speaker().items():
        assert f'<h2 id="{speaker}">' in answer.text
        assert f"({len([e for e in events if e.says])} af {len(events)} siges i dag)" in said


@every_event
async def test_the_page_of_an_event_has_all_of_it(reader: PageClient, event: type[Event]) -> None:
    page = (await reader.get(f"/contracts/{event.wire}")).text
    said = unescape(text_of(page))
    schema = json.loads((FOLDER / f"{event.wire}.json").read_text("utf-8"))

    assert [row.name for row in rows(schema) if f">{row.name}</th>" not in page] == []
    assert event.topic in said
    assert "".join((event.__doc__ or "").replace("`", "").split()) in "".join(said.split())
    assert [name for name, value in example(event)["headers"].items() if f"{name}: {value}" not in said] == []
    assert json.dumps(example(event)["body"], indent=2, ensure_ascii=False) in unescape(page)
    assert ("Siges ikke endnu" in said) is not bool(language().events[event.wire].says)


async def test_what_a_field_means_is_told_in_danish_and_in_english_to_who_asks_for_it(reader: PageClient) -> None:
    danish = (await reader.get("/contracts/hr.hired.v1")).text
    english = (await reader.get("/contracts/hr.hired.v1", headers={"accept-language": "en"})).text

    assert "Beskæftigelsesgraden; 1.0000 er 37 timer om ugen." in danish
    assert "Employment degree, 1.0000 = 37 hours a week." not in danish
    assert '<span lang="en">Employment degree, 1.0000 = 37 hours a week.</span>' in english
    assert "Beskæftigelsesgraden" not in english


async def test_where_no_danish_is_written_the_english_is_shown_and_marked(reader: PageClient) -> None:
    applied = dict(language().events["recruitment.ad-closed.v1"].danish)
    del applied["How many applied."]
    untold = replace(language().events["recruitment.ad-closed.v1"], danish=applied)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(language().events, "recruitment.ad-closed.v1", untold)
        page = (await reader.get("/contracts/recruitment.ad-closed.v1")).text

    assert '<span lang="en">How many applied.</span>' in page
    assert "Hvor mange af dem der var kvalificerede." in page


@pytest.mark.parametrize("wire", ["hr.hired.v1", "retention.absence-talk-due.v1"])
async def test_english_is_second(tmp_path: Path, wire: str) -> None:
    app = mount([language_site(tmp_path)])
    async with opened(app), PageClient(app, language="en") as client:
        assert "Events on the bus" in (await client.get("/contracts")).text
        assert "Heard by" in (await client.get(f"/contracts/{wire}")).text


async def test_the_document_and_what_it_refers_to_are_there_as_they_are_kept(reader: PageClient) -> None:
    document = await reader.get("/contracts/asyncapi.yaml")
    schema = await reader.get("/contracts/schemas/hr.hired.v1.json")

    assert (document.content, document.headers["content-type"]) == (FILE.read_bytes(), "application/yaml")
    assert (schema.content, schema.headers["content-type"]) == ((FOLDER / "hr.hired.v1.json").read_bytes(), "application/schema+json")


@pytest.mark.parametrize("path", ["/contracts/hr.fired.v1", "/contracts/schemas/hr.fired.v1.json", "/contracts/schemas/..%2fbase.json"])
async def test_what_is_no_event_is_not_there(reader: PageClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 404


def test_all_events_are_told_in_their_order() -> None:
    assert list(language().events) == [event.wire for event in EVENTS]
