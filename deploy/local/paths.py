"""Where a local stack keeps things: the clone, the cache of downloads, the directory of one stack."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def default_directory() -> Path:
    """The stack of this clone: untracked, wiped by `make clean`."""
    return ROOT / ".forbliv"


def demo_directory() -> Path:
    """The demo's stack: beside that of the clone, so that neither is wiped with the other unasked."""
    return ROOT / ".forbliv-demo"


def cache_directory() -> Path:
    """Downloads shared by all clones of a user; only complete, verified files are ever moved into it."""
    chosen = os.environ.get("FORBLIV_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "forbliv"


def kafka_directory() -> Path:
    """The folder with the verified jars of the broker."""
    return cache_directory() / "kafka"


def rules_directory() -> Path:
    """The folder with a file of rules per municipality: FORBLIV_RULES, else that of this clone."""
    return Path(os.environ.get("FORBLIV_RULES", ROOT / "deploy" / "rules"))
