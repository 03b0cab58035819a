"""The state's design system `dkfds`: fetched with npm from a committed lock, kept in the cache, never in the clone."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.local import npm

LOCK_FOLDER = Path(__file__).with_name("web")
_SERVED = ("css", "fonts", "img", "js")
_AXE = "axe.min.js"


def web_directory() -> Path:
    """The folder of the locked versions."""
    return npm.place_of(LOCK_FOLDER)


def assets_directory() -> Path:
    """The folder that holds `dkfds/` (CSS, fonts, icons): FORBLIV_ASSETS, else the fetched one."""
    chosen = os.environ.get("FORBLIV_ASSETS")
    return Path(chosen).resolve() if chosen else web_directory() / "assets"


def axe_script() -> Path:
    """The accessibility checker that the browser tests put into pages."""
    return web_directory() / _AXE


def fetch_assets(said: Callable[[str], None] = lambda _line: None) -> Path:
    """Bring the design system into the cache once."""
    if not web_directory().exists():
        said("the design system dkfds from the npm registry")
        npm.fetch(LOCK_FOLDER, "the design system", _pick)
    return assets_directory()


def _pick(part: Path) -> Path:
    """What is served and tested with, and the licences; nothing else of the packages."""
    picked, dist = part / "picked", part / "node_modules" / "dkfds" / "dist"
    for folder in _SERVED:
        shutil.copytree(dist / folder, picked / "assets" / "dkfds" / folder)
    shutil.copyfile(dist / "LICENSE.md", picked / "assets" / "dkfds" / "LICENSE.md")
    shutil.copyfile(part / "node_modules" / "axe-core" / _AXE, picked / _AXE)
    return picked
