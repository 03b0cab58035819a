"""Templates: one Jinja environment per site, what every page can see, and no way to write unescaped text by accident."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from services.chassis.web.catalogue import CHASSIS, LANGUAGES
from services.chassis.web.formats import FILTERS
from services.chassis.web.forms import Fault, Filled, csrf_token
from services.chassis.web.viewer import Viewer

if TYPE_CHECKING:
    from services.chassis.web.site import Host, Site

NAVIGATION = (
    ("/tasks", "web-nav-tasks"),
    ("/scorecard", "web-nav-scorecard"),
    ("/onboarding", "web-nav-onboarding"),
    ("/retention", "web-nav-retention"),
    ("/recruitment", "web-nav-recruitment"),
)
"""Path prefix and text of each part of the product; the page that is shown is marked by its prefix."""
FOR_HR = (("/intake/deliveries", "web-nav-deliveries"), ("/operations", "web-nav-operations"))
"""What is for HR alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """For whom a page is shown, and when."""

    request: Request
    language: str
    today: date | None = None
    viewer: Viewer | None = None
    viewer_name: str | None = None
    municipality: str | None = None
    notices: Sequence[str] = ()


def environment(folders: Sequence[Path]) -> Environment:
    """Templates of the folders, the chassis' own last; a name that is not there is an error, never an empty text."""
    found = [FileSystemLoader(folder / "templates") for folder in (*folders, CHASSIS)]
    made = Environment(loader=ChoiceLoader(found), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(FILTERS)
    return made


def render(site: "Site", host: "Host", shown: Shown, template: str, values: Mapping[str, Any]) -> str:
    """The page as text. What all pages can see is handed over as globals, so that imported macros see it too."""
    filled: Filled = getattr(shown.request.state, "filled", Filled())

    def text(message: str, /, **places: object) -> str:
        return site.catalogue.text(shown.language, message, **places)

    def fault_text(fault: Fault) -> str:
        return text(fault.message, **fault.places)

    def name_of(names: Mapping[UUID, str], person: UUID) -> str:
        return names.get(person) or text("web-person-unnamed")

    seen = {
        "_": text,
        "asset": host.assets.address,
        "csrf": lambda: csrf_token(shown.request),
        "fault_text": fault_text,
        "filled": filled,
        "here": own_address(shown.request),
        "language": shown.language,
        "languages": LANGUAGES,
        "municipality": shown.municipality,
        "name_of": name_of,
        "navigation": [(path, name, _within(shown.request.url.path, path)) for path, name in _parts(shown.viewer)],
        "new_form_id": lambda: str(uuid4()),
        "notices": shown.notices,
        "path": shown.request.url.path,
        "signed_in": shown.viewer is not None,
        "today": shown.today,
        "viewer": shown.viewer,
        "viewer_name": shown.viewer_name,
    }
    return site.environment.get_template(template, globals=seen).render(values)


def own_address(request: Request) -> str:
    """The address of this page on our site, with what was asked after the `?`."""
    path, query = request.url.path, request.url.query
    return f"{path}?{query}" if query else path


def _parts(viewer: Viewer | None) -> Sequence[tuple[str, str]]:
    return (*NAVIGATION, *FOR_HR) if viewer is not None and viewer.is_hr else NAVIGATION


def _within(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
