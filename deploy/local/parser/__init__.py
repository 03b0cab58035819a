"""The official parser of AsyncAPI, in tests alone: fetched with npm from the lock of this folder, run by Node, offline."""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local import npm

HERE = Path(__file__).parent
SCRIPT = HERE / "parse.cjs"


def parser_directory() -> Path:
    """The folder of the locked versions."""
    return npm.place_of(HERE)


def fetch_parser(said: Callable[[str], None] = lambda _line: None) -> Path:
    """Bring the parser into the cache once."""
    if not parser_directory().exists():
        said("the AsyncAPI parser from the npm registry, for the tests")
        npm.fetch(HERE, "the AsyncAPI parser", lambda part: part / "node_modules")
    return parser_directory()


def findings(document: Path) -> Sequence[str]:
    """What the parser says of a document, a line each: severity, place, words. Raises `CalledProcessError` where it does not run."""
    told = os.environ | {"NODE_PATH": str(parser_directory())}
    command = (npm.program("node"), str(SCRIPT), str(document))
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=True)  # noqa: S603 - node itself
    found: list[str] = json.loads(done.stdout)
    return found
