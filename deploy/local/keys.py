"""The keys of a local stack that keep person numbers secret: drawn once per directory, readable by its owner only."""

from pathlib import Path

from deploy.local.identity import write_private
from services.intake.vault import Key


def keys_file(directory: Path) -> Path:
    """Their place."""
    return directory / "identity-keys"


def place_keys(directory: Path) -> Path:
    """The file, with one random key where there is none yet."""
    file = keys_file(directory)
    if not file.exists():
        write_private(file, Key.drawn("local-1").line)
    return file
