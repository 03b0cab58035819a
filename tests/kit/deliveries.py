"""Where the committed mappings and the example files of the sources are."""

from pathlib import Path

import pytest

from tests.conftest import in_ci

ROOT = Path(__file__).resolve().parents[2]
MAPPINGS = ROOT / "deploy" / "local" / "mappings"
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """A file beside the clone; the test is skipped where it is absent, and fails in CI."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        message = f"{'/'.join(('..', 'shared', *parts))} is not here"
        if in_ci():
            pytest.fail(message)
        pytest.skip(message)
    return path


def samples(name: str) -> Path:
    """An example file of the CSV way in."""
    return shared("domain", "samples", "csv", name)
