"""The part of set-up after the Python packages: broker, design system, and for the tests a browser, a parser and a compiler."""

import os
import subprocess
import sys

from deploy.local.assets import fetch_assets
from deploy.local.browser import provide_browser
from deploy.local.compiler import fetch_compiler
from deploy.local.failures import StackFailed
from deploy.local.jars import fetch_jars
from deploy.local.java import find_java
from deploy.local.parser import fetch_parser


def main() -> int:
    """Do each step that is still open; the last line of a failure says what to do."""
    try:
        if not os.environ.get("FORBLIV_KAFKA"):
            fetch_jars(say)
            check_java(find_java())
        fetch_assets(say)
        if sys.argv[1:] == ["dev"]:
            provide_browser(say)
            fetch_parser(say)
            fetch_compiler(say)
    except (StackFailed, OSError) as error:
        sys.stderr.write(f"set-up stopped: {error}\n")
        return 1
    return 0


def check_java(java: str) -> None:
    """A runtime that cannot run here is told now, not when the broker starts."""
    try:
        subprocess.run([java, "-version"], capture_output=True, check=True)  # noqa: S603 - the one found
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"{java} does not run on this machine: install Java 17 or newer and set FORBLIV_JAVA to it"
        raise StackFailed(message) from error


def say(line: str) -> None:
    """Progress for the person who waits."""
    sys.stdout.write(f"set-up: {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
