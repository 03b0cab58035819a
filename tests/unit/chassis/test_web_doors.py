"""The door is shut: who may come in, from where, with what; and what every answer carries."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from pydantic import ValidationError
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from contracts.words import UnitChange
from services.chassis.settings import Profile
from services.chassis.web import mount
from services.chassis.web.doors import Door
from services.chassis.web.guards import MOST_BYTES, SafeHeaders
from services.chassis.web.identity import own_path
from services.chassis.web.local_sign_in import LocalSignIn, is_loopback
from services.chassis.web.site import Seat
from tests.kit.builders import an_id, unit_changed
from tests.kit.example import SECRET, Held, Kept, organisation, settings, site, whoever
from tests.kit.page_client import PageClient, hidden_fields, opened

TALK = f"/tasks/talks/{an_id('fjordvang')}"
LIST = "/tasks/list"


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def app(tmp_path: Path, kept: Kept) -> AsyncIterator[ASGIApp]:
    async with opened(mount([site(settings(tmp_path), kept)])) as running:
        yield running


async def test_whoever_has_not_signed_in_is_sent_to_do_so_and_led_back(app: ASGIApp) -> None:
    async with PageClient(app) as stranger:
        turned_away = await stranger.get(f"{LIST}?page=2")
        assert (turned_away.status_code, turned_away.headers["location"]) == (303, "/sign-in?next=%2Ftasks%2Flist%3Fpage%3D2")
        page = await stranger.get(turned_away.headers["location"])
        fields = hidden_fields(page.text) | {"person": str(an_id("Anne Holm")), "municipality": "730"}

        assert (await stranger.post("/sign-in", data=fields)).headers["location"] == f"{LIST}?page=2"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", TALK, 303), ("POST", TALK, 303), ("GET", "/", 303), ("GET", "/api/units", 401)]
)
async def test_every_route_that_is_not_public_asks_for_a_viewer(app: ASGIApp, method: str, path: str, status: int) -> None:
    async with PageClient(app) as stranger:
        answer = await stranger.request(method, path)

    assert answer.status_code == status
    assert status == 401 or answer.headers["location"].startswith("/sign-in")


async def test_a_public_route_lets_everybody_in_but_has_no_viewer_for_a_stranger(app: ASGIApp) -> None:
    async with PageClient(app) as somebody:
        assert (await somebody.get("/tasks/feed")).json() == {"signed_in": False, "text": "Opfølgende samtale"}
        assert (await somebody.get("/tasks/feed?viewer=1")).status_code == 401
        assert (await somebody.get("/tasks/feed?snapshot=1")).status_code == 401
        await somebody.sign_in(an_id("Anne Holm"))
        assert (await somebody.get("/tasks/feed")).json()["signed_in"]


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_a_form_without_the_sessions_token_changes_nothing(app: ASGIApp, kept: Kept, token: str | None) -> None:
    async with PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))
        fields = hidden_fields((await anne.get(TALK)).text) | {"held_on": "2026-03-12", "way": "room"}
        forged = {name: value for name, value in fields.items() if name != "csrf"} | ({} if token is None else {"csrf": token})

        answer = await anne.post(TALK, data=forged)

        assert answer.status_code == 403
        assert "Formularen er for gammel" in answer.text
        assert not kept.held
        for path in ("/sign-out", "/language", "/sign-in"):
            assert (await anne.post(path, data={"csrf": token or ""})).status_code == 403


async def test_the_token_of_another_session_does_not_count(app: ASGIApp, kept: Kept) -> None:
    async with PageClient(app) as anne, PageClient(app) as bo:
        await anne.sign_in(an_id("Anne Holm"))
        await bo.sign_in(an_id("Bo Krag"))
        stolen = hidden_fields((await anne.get(TALK)).text)

        assert (await bo.post(TALK, data=stolen | {"held_on": "2026-03-12", "way": "room"})).status_code == 403


async def test_signing_in_begins_a_new_session_and_signing_out_ends_it(app: ASGIApp) -> None:
    async with PageClient(app) as anne:
        before = hidden_fields((await anne.get("/sign-in")).text)["csrf"]
        await anne.sign_in(an_id("Anne Holm"))
        page = await anne.get(LIST)
        after = hidden_fields(page.text, "/sign-out")
        assert after["csrf"] != before

        assert (await anne.get("/sign-out")).status_code == 405
        assert (await anne.post("/sign-out", data=after)).headers["location"] == "/sign-in"
        assert (await anne.get(LIST)).status_code == 303


async def test_a_forged_session_is_no_session(app: ASGIApp) -> None:
    async with PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))
        signed = anne.cookies["forbliv"]
    async with PageClient(app) as forger:
        assert (await forger.get(LIST, headers={"cookie": f"forbliv={signed}"})).status_code == 200
        assert (await forger.get(LIST, headers={"cookie": f"forbliv={signed[:-6]}AAAAAA"})).status_code == 303
        assert (await forger.get(LIST, headers={"cookie": f"forbliv={signed.split('.')[0]}"})).status_code == 303


async def test_only_personas_of_the_page_can_be_picked(app: ASGIApp) -> None:
    async with PageClient(app) as anybody:
        assert (await anybody.sign_in(an_id("nobody"))).status_code == 403
        assert (await anybody.sign_in(an_id("Anne Holm"), "707")).status_code == 403
        assert (await anybody.get(LIST)).status_code == 303


@pytest.mark.parametrize(
    ("client", "base_url"), [("10.0.0.7", "http://localhost"), ("127.0.0.1", "http://forbliv.example"), ("127.0.0.1", "http://10.0.0.7")]
)
async def test_the_local_sign_in_is_refused_from_anywhere_else(app: ASGIApp, client: str, base_url: str) -> None:
    async with PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))
        session = {"cookie": f"forbliv={anne.cookies['forbliv']}"}
    async with PageClient(app, client=client, base_url=base_url) as far:
        assert (await far.get("/sign-in")).status_code == 403
        assert (await far.post("/sign-in")).status_code == 403
        assert (await far.get(LIST, headers=session)).status_code == 303


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "forbliv.example", "::"])
def test_the_local_profile_refuses_to_listen_to_others(tmp_path: Path, host: str) -> None:
    with pytest.raises(ValueError, match="loopback only"):
        mount([site(settings(tmp_path, web_host=host))])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.3.2.1"])
def test_loopback_has_several_names(host: str) -> None:
    assert is_loopback(host)


async def test_outside_the_local_profile_there_is_no_sign_in_page(tmp_path: Path) -> None:
    app = mount([site(settings(tmp_path, profile=Profile.PRODUCTION, web_host="0.0.0.0"))])
    async with opened(app), PageClient(app) as somebody:
        assert (await somebody.get("/sign-in")).status_code == 404
        assert (await somebody.post("/sign-in")).status_code == 404
        assert (await somebody.get(LIST)).status_code == 303
        answer = await somebody.get("/live")
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_the_cookie_is_out_of_reach_for_script_and_other_sites(app: ASGIApp, tmp_path: Path) -> None:
    async with PageClient(app) as somebody:
        cookie = (await somebody.get("/sign-in")).headers["set-cookie"]
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    production = mount([site(settings(tmp_path, profile=Profile.PRODUCTION))])
    async with opened(production), PageClient(production) as somebody:
        assert "secure" in (await somebody.get("/nowhere")).headers["set-cookie"]


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValueError, match="32 characters"):
        mount([site(settings(tmp_path, secret=secret))])
    assert SECRET not in repr(settings(tmp_path))


async def test_every_answer_forbids_script_frames_and_keeping(app: ASGIApp) -> None:
    async with PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))
        for path in (LIST, "/nowhere", "/tasks/failing", "/api/units", "/live", "/assets/forbliv.css"):
            headers = (await anne.get(path)).headers
            assert "script-src 'none'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert ("no-store" in headers["cache-control"]) is not path.startswith("/assets")


@pytest.mark.parametrize(
    ("own", "sent"),
    [("no-referrer", "no-referrer"), ("unsafe-url", "same-origin"), (None, "same-origin")],
    ids=["stricter", "laxer", "silent"],
)
async def test_a_page_may_tell_less_than_the_rest_where_one_comes_from_and_never_more(own: str | None, sent: str) -> None:
    app = SafeHeaders(Response(headers={"referrer-policy": own} if own else None), None, https_only=False)

    async with PageClient(app) as anne:
        assert (await anne.get("/")).headers["referrer-policy"] == sent


async def test_more_than_a_form_can_hold_is_refused_before_it_is_read(app: ASGIApp) -> None:
    async with PageClient(app) as anne:
        await anne.sign_in(an_id("Anne Holm"))
        fields = hidden_fields((await anne.get(TALK)).text)

        told = await anne.post(TALK, data=fields | {"words": "x" * MOST_BYTES})
        assert told.status_code == 413
        assert "Det er for stort" in told.text

        async def untold() -> AsyncIterator[bytes]:
            for _ in range(MOST_BYTES // 1000 + 2):
                yield b"words=" + b"x" * 994

        form = {"content-type": "application/x-www-form-urlencoded"}
        assert (await anne.post(TALK, content=untold(), headers=form)).status_code == 413
        assert (await anne.post(TALK, headers={**form, "content-length": "-1"})).status_code == 400


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "tasks", "", "/a\nb"]
)
def test_nobody_is_led_to_another_host(wanted: str) -> None:
    assert own_path(wanted) == "/"


def test_ones_own_paths_are_kept() -> None:
    assert own_path("/tasks/list?page=2") == "/tasks/list?page=2"


async def test_readiness_says_which_service_cannot_reach_its_database(app: ASGIApp) -> None:
    async with PageClient(app) as probe:
        answer = await probe.get("/ready")

        assert (answer.status_code, answer.json()) == (503, {"ready": False, "services": {"example": False}})
        assert (await probe.get("/live")).status_code == 200


def test_the_local_sign_in_belongs_to_the_local_profile_alone(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="local profile only"):
        LocalSignIn(settings(tmp_path, profile=Profile.PRODUCTION))


async def test_a_leader_of_closed_units_alone_is_no_persona(tmp_path: Path) -> None:
    story = organisation()
    story.hears(unit_changed("skovly", day=date(2026, 1, 1), change=UnitChange.CLOSED))
    app = mount([site(settings(tmp_path), story=story)])
    async with opened(app), PageClient(app) as somebody:
        page = (await somebody.get("/sign-in")).text

    assert "Anne Holm" in page
    assert "Bo Krag" not in page


def test_a_route_can_be_looked_up_through_its_door() -> None:
    door = Door(Route("/x", whoever, name="x"), cast("Seat", None), public=True)

    assert door.url_path_for("x") == "/x"


def test_a_form_needs_its_one_time_id() -> None:
    with pytest.raises(ValidationError):
        Held.model_validate({"held_on": "2026-03-12", "way": "room"})
