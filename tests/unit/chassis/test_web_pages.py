"""Pages: forms that are checked, sent once and shown again; texts; what is answered when a page cannot be."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from services.chassis.web import mount
from services.chassis.web.local_sign_in import hr_persona
from tests.kit.builders import an_id
from tests.kit.example import Kept, Way, settings, site
from tests.kit.page_client import PageClient, hidden_fields, opened, text_of

TALK = f"/tasks/talks/{an_id('fjordvang')}"
RIGHT = {"held_on": "2026-03-12", "way": "room"}


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def anne(tmp_path: Path, kept: Kept) -> AsyncIterator[PageClient]:
    app = mount([site(settings(tmp_path), kept)])
    async with opened(app), PageClient(app) as client:
        await client.sign_in(an_id("Anne Holm"))
        yield client


async def test_what_was_filled_in_arrives_checked_and_the_notice_is_shown_once(anne: PageClient, kept: Kept) -> None:
    answer = await anne.fill(TALK, **RIGHT, themes=["tasks", "colleagues"], minutes="45", note=" kort ", agreed="true")

    assert (answer.status_code, answer.headers["location"]) == (303, "/tasks/list")
    (held,) = kept.held
    assert (held.held_on, held.way, held.themes, held.minutes) == (date(2026, 3, 12), Way.ROOM, ("tasks", "colleagues"), 45)
    assert (held.note, held.words, held.agreed) == ("kort", "", True)
    assert "Samtalen er gemt." in (await anne.get("/tasks/list")).text
    assert "Samtalen er gemt." not in (await anne.get("/tasks/list")).text


async def test_the_same_form_sent_twice_is_answered_as_done_and_kept_once(anne: PageClient, kept: Kept) -> None:
    fields = hidden_fields((await anne.get(TALK)).text) | RIGHT

    answers = [await anne.post(TALK, data=fields) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(kept.held) == 1


async def test_a_wrong_form_is_shown_again_with_each_fault_at_its_field_and_on_top(anne: PageClient, kept: Kept) -> None:
    answer = await anne.fill(TALK, held_on="", minutes="mange", way="carrier pigeon", note="x" * 21)

    said = text_of(answer.text)
    assert answer.status_code == 422
    assert not kept.held
    assert "Fejl: Opfølgende samtale" in said
    assert "Der er 4 fejl på siden" in said
    assert '<a class="alert-link" href="#held_on">Dato for samtalen: Skal udfyldes</a>' in answer.text
    assert "Hvordan foregik den? Vælg en af mulighederne" in said
    assert "Minutter: Skriv et helt tal" in said
    assert "Stikord: Skriv højst 20 tegn" in said
    assert 'value="mange"' in answer.text
    assert 'id="minutes-error"' in answer.text
    assert 'aria-describedby="held_on-hint held_on-error"' in answer.text


async def test_a_corrected_form_keeps_its_one_time_id(anne: PageClient, kept: Kept) -> None:
    sent = hidden_fields((await anne.get(TALK)).text)

    again = await anne.post(TALK, data=sent | {"held_on": "never"})

    assert hidden_fields(again.text)["form_id"] == sent["form_id"]


async def test_choices_made_are_still_made_when_a_form_is_shown_again(anne: PageClient) -> None:
    fresh = await anne.get(TALK)
    again = await anne.fill(TALK, held_on="", way="phone", themes="colleagues", agreed="true", place="here")

    assert 'value="tasks" checked' in fresh.text
    assert 'value="tasks" checked' not in again.text
    for chosen in ('value="colleagues" checked', 'value="phone" checked', 'value="true" checked', 'value="here" selected'):
        assert chosen not in fresh.text
        assert chosen in again.text


async def test_what_is_wrong_in_one_form_leaves_the_pages_other_form_as_it_was(anne: PageClient) -> None:
    cancel = f"{TALK}/cancelled"
    fresh = (await anne.get(TALK)).text

    again = (await anne.post(cancel, data=hidden_fields(fresh, cancel) | {"cancelled_on": "x"})).text
    other = (await anne.fill(TALK, held_on="")).text

    assert 'id="held_on" name="held_on" value="2026-03-13"' in again
    assert 'value="tasks" checked' in again
    assert hidden_fields(again, cancel)["form_id"] == hidden_fields(fresh, cancel)["form_id"]
    assert 'id="cancelled_on" name="cancelled_on" value="2026-03-13"' in other
    assert 'value="tasks" checked' not in other
    assert hidden_fields(other, cancel)["form_id"] != hidden_fields(other)["form_id"]


async def test_what_is_wrong_with_the_whole_form_has_no_field(anne: PageClient) -> None:
    answer = await anne.fill(TALK, held_on="2026-03-12", way="phone", minutes="61")

    assert answer.status_code == 422
    assert "Der er en fejl på siden En telefonsamtale varer højst 60 minutter." in text_of(answer.text)


async def test_what_a_rule_refuses_is_said_on_the_same_page_with_what_was_typed(anne: PageClient, kept: Kept) -> None:
    answer = await anne.fill(TALK, held_on="2026-03-14", way="room", note="aftale")

    assert answer.status_code == 409
    assert "Dato for samtalen: Samtalen kan ikke være holdt en dag, der kommer." in text_of(answer.text)
    assert 'id="held_on-error"' in answer.text
    assert 'value="aftale"' in answer.text
    assert not kept.held


async def test_a_refusal_of_no_field_of_the_form_stands_on_top(anne: PageClient) -> None:
    answer = await anne.fill(TALK, **RIGHT, note="nej")

    assert answer.status_code == 409
    assert "<li>Det kan ikke lade sig gøre i dag.</li>" in answer.text


async def test_a_form_sent_to_another_path_is_shown_again_as_the_page_it_names(anne: PageClient) -> None:
    fields = hidden_fields((await anne.get(TALK)).text)

    elsewhere = await anne.post(f"{TALK}/elsewhere", data=fields | {"held_on": "x"})
    blind = await anne.post(f"{TALK}/blind", data=fields | {"held_on": "x"})

    assert elsewhere.status_code == blind.status_code == 422
    assert "Dato for samtalen: Skriv en dato" in text_of(elsewhere.text)
    assert "Noget er udfyldt forkert" in text_of(blind.text)
    assert (await anne.post(f"{TALK}/blind", data=fields | RIGHT)).headers["location"] == "/tasks/list"


@pytest.mark.parametrize("extra", [{"hacked": "1"}, {"form_id": "no uuid"}])
async def test_a_field_that_the_form_does_not_have_is_refused(anne: PageClient, kept: Kept, extra: dict[str, str]) -> None:
    answer = await anne.fill(TALK, **RIGHT, **extra)

    assert answer.status_code == 422
    assert not kept.held


async def test_an_unknown_page_and_somebody_elses_look_the_same(anne: PageClient) -> None:
    unknown, foreign = await anne.get(f"/tasks/talks/{uuid4()}"), await anne.get(f"/tasks/talks/{an_id('skovly')}")
    nowhere = await anne.get("/nowhere")

    assert [page.status_code for page in (unknown, foreign, nowhere)] == [404, 404, 404]
    assert text_of(unknown.text) == text_of(foreign.text)
    assert "Samtalen findes ikke." in unknown.text
    assert "Siden findes ikke, eller du har ikke adgang til den." in nowhere.text


async def test_a_broken_page_tells_nothing_of_ours_neither_to_people_nor_to_the_log(
    anne: PageClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await anne.get("/tasks/failing")

    assert answer.status_code == 500
    assert "Fejlen ligger hos os" in answer.text
    assert answer.headers["content-security-policy"]
    said = answer.text + "".join(capsys.readouterr())
    assert "ZeroDivisionError" in said
    assert "a secret of ours" not in said


async def test_a_chosen_language_holds_and_danish_is_the_first(tmp_path: Path) -> None:
    app = mount([site(settings(tmp_path))])
    async with opened(app), PageClient(app, language="fr, en;q=0.8, da;q=0.5") as french, PageClient(app, language="fr") as other:
        assert "Sign in" in (await french.get("/sign-in")).text
        page = await other.get("/sign-in")
        assert 'lang="da"' in page.text

        answer = await other.post("/language", data=hidden_fields(page.text, "/language") | {"language": "en"})
        assert answer.headers["location"] == "/sign-in"
        assert 'lang="en"' in (await other.get("/sign-in")).text

        await other.post("/language", data=hidden_fields(page.text, "/language") | {"language": "tlh"})
        await other.sign_in(an_id("Anne Holm"))
        assert "Your places" in (await other.get("/tasks/list")).text
        assert "Friday 26 March 2027" in (await other.get("/tasks/list")).text


async def test_programs_are_answered_with_problem_details(anne: PageClient) -> None:
    missing, refused = await anne.get("/api/nothing"), await anne.get("/api/units?refuse=1")
    wrong = await anne.post("/api/units", data=hidden_fields((await anne.get(TALK)).text) | {"held_on": "x"})

    assert (await anne.get("/api/units")).json() == {"units": 1}
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json()["status"] == 404
    assert refused.json() == {
        "type": "about:blank",
        "status": 409,
        "code": "example-not-yet",
        "title": "Det kan ikke lade sig gøre",
        "detail": "Samtalen kan ikke være holdt 14.",
    }
    assert wrong.status_code == 422
    assert wrong.json()["errors"] == [{"field": "held_on", "code": "web-field-date"}, {"field": "way", "code": "web-field-missing"}]


async def test_the_language_is_changed_where_one_stands(anne: PageClient) -> None:
    page = await anne.get("/tasks/list?unit=7")
    refused = await anne.fill(TALK, held_on="")

    assert hidden_fields(page.text, "/language")["next"] == "/tasks/list?unit=7"
    assert 'action="/language"' not in refused.text, "what was typed would be lost"


async def test_deliveries_are_in_the_menu_of_hr_alone(anne: PageClient) -> None:
    leader = (await anne.get("/tasks/list")).text
    await anne.sign_in(hr_persona("730"))

    assert "/intake/deliveries" not in leader
    assert "/intake/deliveries" in (await anne.get("/tasks/list")).text


async def test_a_page_is_marked_in_the_menu_and_says_whose_it_is(anne: PageClient) -> None:
    page = (await anne.get("/tasks/list")).text

    assert 'href="/tasks" class="nav-link" aria-current="true"' in page
    assert page.count("aria-current") == 2  # the menu of a desk and that of a phone
    assert "Anne Holm" in page
    assert "Prøvekommune" in page
    assert "<script" not in page
    assert "style=" not in page
    assert "onclick" not in page
