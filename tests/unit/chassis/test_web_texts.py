"""Texts, days and numbers as people read them; who sees which units; files with their digest."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from services.chassis.organisation import Organisation
from services.chassis.web.assets import Assets
from services.chassis.web.catalogue import Catalogue
from services.chassis.web.formats import hour, weekdays
from services.chassis.web.rendering import environment
from services.chassis.web.viewer import Viewer, viewer_of
from tests.kit.builders import an_id, deputy_appointed, leader_appointed, leader_ended, unit_changed
from tests.kit.example import SERVICE
from tests.kit.story import Story

TODAY = date(2026, 3, 13)


def test_days_of_the_week_and_hours_are_written_as_they_are_said() -> None:
    assert [weekdays((3, 0), "da"), weekdays((0, 2, 4), "en"), weekdays((6,), "da")] == [
        "mandag og torsdag",
        "Monday, Wednesday, and Friday",
        "søndag",
    ]
    assert [hour(time(7, 30), "da"), hour(time(7, 30), "en")] == ["kl. 07.30", "at 07:30"]


def shown(template: str, language: str = "da", **values: object) -> str:
    text = environment(()).from_string(template, globals={"language": language, "today": TODAY})
    return text.render(**values).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("template", "value", "danish", "english"),
    [
        ("{{ x|day }}", date(2026, 3, 14), "lørdag 14. marts", "Saturday 14 March"),
        ("{{ x|day }}", date(2027, 3, 14), "søndag 14. marts 2027", "Sunday 14 March 2027"),
        ("{{ x|day }}", None, "", ""),
        ("{{ x|short_day }}", date(2026, 3, 14), "14. mar.", "14 Mar"),
        ("{{ x|short_day }}", date(2025, 3, 14), "14. mar. 2025", "14 Mar 2025"),
        ("{{ x|month }}", date(2026, 3, 1), "marts 2026", "March 2026"),
        ("{{ x|moment }}", datetime(2026, 3, 13, 23, 30, tzinfo=UTC), "lørdag 14. marts kl. 00.30", "Saturday 14 March at 00:30"),
        ("{{ x|number }}", 1234567, "1.234.567", "1,234,567"),
        ("{{ x|number(1) }}", Decimal("1234.55"), "1.234,6", "1,234.6"),
        ("{{ x|number(2) }}", 3, "3,00", "3.00"),
        ("{{ x|percent }}", 0.844, "84 %", "84 %"),
        ("{{ x|percent(1) }}", 0.844, "84,4 %", "84.4 %"),
    ],
)
def test_days_and_numbers_are_written_as_in_the_language(template: str, value: object, danish: str, english: str) -> None:
    assert shown(template, x=value) == danish
    assert shown(template, "en", x=value) == english


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages/da.toml").write_text('talks = "{count} samtaler"\ntalks-one = "Én samtale"\n', "utf-8")
    (tmp_path / "messages/en.toml").write_text('talks = "{count} talks"\n', "utf-8")
    return tmp_path


def test_one_of_a_thing_has_its_own_text_where_there_is_one(folder: Path) -> None:
    texts = Catalogue((folder,), strict=True)

    assert [texts.text("da", "talks", count=n) for n in (0, 1, 2)] == ["0 samtaler", "Én samtale", "2 samtaler"]
    assert texts.text("en", "talks", count=1) == "1 talks"
    assert texts.has("talks")
    assert not texts.has("walks")


def test_a_missing_text_fails_here_and_shows_its_id_in_production(folder: Path) -> None:
    with pytest.raises(LookupError, match="no text for 'walks' in da"):
        Catalogue((folder,), strict=True).text("da", "walks")
    with pytest.raises(LookupError, match="count"):
        Catalogue((folder,), strict=True).text("da", "talks", number=2)
    assert Catalogue((folder,), strict=False).text("da", "walks") == "walks"


def test_an_id_is_said_once_in_the_product(folder: Path) -> None:
    (folder / "messages/en.toml").write_text('web-back = "again"\n', "utf-8")

    with pytest.raises(ValueError, match="says again: web-back"):
        Catalogue((folder,), strict=True)


@pytest.fixture
def organisation() -> Organisation:
    story = Story(SERVICE, TODAY)
    story.hears(
        unit_changed("area"),
        unit_changed("home", "area"),
        unit_changed("ward", "home"),
        unit_changed("other home", "area"),
        leader_appointed("area", "chief"),
        leader_appointed("home", "anne"),
        deputy_appointed("home", "dora", "anne", date(2026, 3, 1), until=date(2026, 3, 13)),
        leader_ended("other home", "bo", date(2026, 3, 12)),
        leader_appointed("other home", "bo"),
        deputy_appointed("other home", "eva", "bo", date(2026, 3, 1)),
    )
    return story.snapshot.organisation()


def seen(organisation: Organisation, person: str, day: date = TODAY, *, hr: bool = False) -> Viewer:
    return viewer_of(organisation, an_id(person), "730", day, hr=hr)


def ids(*names: str) -> frozenset[object]:
    return frozenset(an_id(name) for name in names)


def test_a_leader_sees_the_units_at_and_below_their_own(organisation: Organisation) -> None:
    assert seen(organisation, "anne").units == ids("home", "ward")
    assert seen(organisation, "chief").units == ids("area", "home", "ward", "other home")
    assert seen(organisation, "anne").roles == {"leader"}
    assert seen(organisation, "anne").leads(an_id("ward"))
    assert not seen(organisation, "anne").leads(an_id("area"))


def test_a_deputy_sees_what_the_leader_sees_for_as_long_as_they_stand_in(organisation: Organisation) -> None:
    assert seen(organisation, "dora").units == ids("home", "ward")
    assert seen(organisation, "dora", date(2026, 3, 14)).units == frozenset()


def test_who_led_yesterday_sees_nothing_today_and_the_deputy_of_a_vacant_post_goes_on(organisation: Organisation) -> None:
    assert seen(organisation, "bo", date(2026, 3, 12)).units == ids("other home")
    assert seen(organisation, "bo") == Viewer(an_id("bo"), "730", frozenset(), frozenset())
    assert seen(organisation, "eva").units == ids("other home")


def test_hr_sees_every_unit_without_leading_any(organisation: Organisation) -> None:
    viewer = seen(organisation, "somebody in hr", hr=True)

    assert viewer.units == ids("area", "home", "ward", "other home")
    assert viewer.roles == {"hr"}
    assert viewer.is_hr


async def test_files_have_their_digest_in_the_address_and_are_kept_for_a_year(tmp_path: Path) -> None:
    (tmp_path / "dkfds").mkdir()
    (tmp_path / "dkfds/look.css").write_text("a {}")
    files = Assets(tmp_path)
    async with served(files) as client:
        address = files.address("dkfds/look.css")
        assert address.startswith("/assets/dkfds/look.css?v=")
        assert (await client.get(address)).headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await client.get("/assets/dkfds/look.css")).headers["cache-control"] == "public, max-age=3600"
        assert (await client.get(files.address("forbliv.css"))).headers["content-type"].startswith("text/css")
        again = await client.get(
            "/assets/dkfds/look.css", headers={"if-none-match": (await client.get("/assets/dkfds/look.css")).headers["etag"]}
        )
        assert again.status_code == 304


async def test_without_the_design_system_the_address_stays_and_nothing_is_found() -> None:
    files = Assets(None)
    async with served(files) as client:
        assert files.address("dkfds/look.css") == "/assets/dkfds/look.css"
        assert (await client.get("/assets/dkfds/look.css")).status_code == 404
        assert (await client.get("/assets/../desk.py")).status_code == 404
        assert (await client.post("/assets/forbliv.css")).status_code == 405


def served(files: Assets) -> httpx.AsyncClient:
    app: ASGIApp = Starlette(routes=[Mount("/assets", app=files)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
