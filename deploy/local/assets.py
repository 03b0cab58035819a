"""The state's design system `dkfds`: fetched with npm from a committed lock, kept in the cache, never in the clone."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.local.failures import StackFailed
from deploy.local.paths import cache_directory

LOCK_FOLDER = Path(__file__).with_name("web")
_SERVED = ("css", "fonts", "img", "js")
_AXE = "axe.min.js"


def web_directory() -> Path:
    """The folder of the locked versions; another lock is another folder."""
    lock = (LOCK_FOLDER / "package-lock.json").read_bytes()
    return cache_directory() / "web" / hashlib.sha256(lock).hexdigest()[:16]


def assets_directory() -> Path:
    """The folder that holds `dkfds/` (CSS, fonts, icons): FORBLIV_ASSETS, else the fetched one."""
    chosen = os.environ.get("FORBLIV_ASSETS")
    return Path(chosen).resolve() if chosen else web_directory() / "assets"


def axe_script() -> Path:
    """The accessibility checker that the browser tests put into pages."""
    return web_directory() / _AXE


def fetch_assets(said: Callable[[str], None] = lambda _line: None) -> Path:
    """Bring the design system into the cache once; safe when two clones do it at once."""
    target = web_directory()
    if not target.exists():
        said("the design system dkfds from the npm registry")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as part:
            _install(Path(part))
            _move_whole(_pick(Path(part)), target)
    return assets_directory()


def _install(part: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(LOCK_FOLDER / name, part / name)
    npm = shutil.which("npm") or str(Path(sys.prefix) / "bin" / "npm")
    command = (npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    result = subprocess.run(command, cwd=part, capture_output=True, text=True, check=False)  # noqa: S603 - npm itself
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[0]
        message = f"npm could not fetch the design system: check network, proxy or registry settings, then run again ({reason})"
        raise StackFailed(message)


def _pick(part: Path) -> Path:
    """What is served and tested with, and the licences; nothing else of the packages."""
    picked, dist = part / "picked", part / "node_modules" / "dkfds" / "dist"
    for folder in _SERVED:
        shutil.copytree(dist / folder, picked / "assets" / "dkfds" / folder)
    shutil.copyfile(dist / "LICENSE.md", picked / "assets" / "dkfds" / "LICENSE.md")
    shutil.copyfile(part / "node_modules" / "axe-core" / _AXE, picked / _AXE)
    return picked


def _move_whole(picked: Path, target: Path) -> None:
    try:
        picked.rename(target)
    except OSError:
        if not target.exists():
            raise
