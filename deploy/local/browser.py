"""The Chromium that browser tests drive."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OS_RELEASE = Path("/etc/os-release")
_HOW = "no Chromium on the path, the browser tests cannot run: install one (Debian: apt install chromium) or set FORBLIV_CHROMIUM"


def find_browser() -> str | None:
    """FORBLIV_CHROMIUM, else the first Chromium or Chrome on the path."""
    return os.environ.get("FORBLIV_CHROMIUM") or next((found for name in _NAMES if (found := shutil.which(name))), None)


def provide_browser(said: Callable[[str], None]) -> None:
    """Install Chromium where that is plain (root on Debian); elsewhere say how. Never a failure: other tests can run."""
    if find_browser() is not None:
        return
    if os.geteuid() == 0 and is_debian(_OS_RELEASE):
        said("Chromium from Debian's packages, for the browser tests")
        if _apt("update") and _apt("install", "--yes", "--no-install-recommends", "chromium"):
            return
    said(_HOW)


def is_debian(release: Path) -> bool:
    """Debian itself: Ubuntu's package of this name is an empty shell."""
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def _apt(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ("apt-get", "--quiet", *arguments)
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0  # noqa: S603
