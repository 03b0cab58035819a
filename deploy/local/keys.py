"""The keys of a local stack that keep person numbers secret: drawn once per directory, readable by its owner only."""

from pathlib import Path

from deploy.local.identity import write_private
from services.intake.vault import Key, Vault, read_keys


def keys_file(directory: Path) -> Path:
    """Their place."""
    return directory / "identity-keys"


def vault_of(directory: Path) -> Vault:
    """What opens the numbers of a stack, for who looks into its database."""
    return Vault(read_keys(keys_file(directory)))


def place_keys(directory: Path) -> Path:
    """The file, with one random key where there is none yet."""
    file = keys_file(directory)
    if not file.exists():
        write_private(file, Key.drawn("local-1").line)
    return file
