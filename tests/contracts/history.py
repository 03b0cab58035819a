"""Every schema and example that was ever committed, as far back as this clone has its history."""

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent
NOTHING = "0" * 40


class Version(NamedTuple):
    """What a file held once: its name without the suffix, its content."""

    name: str
    content: dict[str, Any]


@cache
def ever(folder: str) -> tuple[Version, ...]:
    """Every content that a JSON file of this folder ever had, each once."""
    told = _git("log", "--format=", "--raw", "--no-abbrev", "--no-renames", "HEAD", "--", folder).decode()
    parts = [line.split("\t") for line in told.splitlines()]
    found = sorted({(Path(path).stem, meta.split()[3]) for meta, path in parts} - {(Path(path).stem, NOTHING) for _, path in parts})
    texts = _contents([blob for _, blob in found])
    return tuple(Version(name, json.loads(text)) for (name, _), text in zip(found, texts, strict=True))


def _contents(blobs: list[str]) -> Iterator[bytes]:
    """Of each blob, in order; git tells the size of each in the line before it."""
    told = _git("cat-file", "--batch", given="\n".join(blobs).encode() + b"\n")
    at = 0
    while at < len(told):
        end = told.index(b"\n", at)
        size = int(told[at:end].split()[2])
        yield told[end + 1 : end + 1 + size]
        at = end + size + 2


def _git(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(("git", *words), cwd=ROOT, input=given, capture_output=True, check=True).stdout
