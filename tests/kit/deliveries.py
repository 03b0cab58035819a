"""Where the committed mappings and the example files of the sources are."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "deploy" / "local" / "mappings"
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """A file beside the clone; the test is skipped where it is absent, and fails in CI."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        message = f"{'/'.join(('..', 'shared', *parts))} is not here"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


def samples(name: str, way_in: str = "csv") -> Path:
    """An example file of one way in."""
    return shared("domain", "samples", way_in, name)
