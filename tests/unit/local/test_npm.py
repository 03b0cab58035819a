"""Packages of npm: whole in the cache or not there, of the lock as it is; a failure is told in one line that says what to check."""

import sys
from pathlib import Path

import pytest

from deploy.local import npm
from deploy.local.failures import StackFailed

LOCK = '{"lockfileVersion": 3}\n'


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lock"
    folder.mkdir()
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_text(LOCK, "utf-8")
    monkeypatch.setenv("FORBLIV_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return folder


def npm_that(tmp_path: Path, does: str) -> None:
    """An npm of one line of shell, the first on the path."""
    place = tmp_path / "bin" / "npm"
    place.parent.mkdir()
    place.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    place.chmod(0o755)


def modules(part: Path) -> Path:
    return part / "node_modules"


def test_what_the_lock_names_lies_in_the_cache_under_its_digest(lock: Path, tmp_path: Path) -> None:
    npm_that(tmp_path, "mkdir node_modules && cp package-lock.json node_modules/seen && echo $@ > node_modules/asked")

    place = npm.fetch(lock, "it", modules)

    assert (place / "seen").read_text("utf-8") == LOCK
    assert "--ignore-scripts" in (place / "asked").read_text("utf-8")
    assert place == npm.place_of(lock)
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    (lock / "package-lock.json").write_text('{"lockfileVersion": 4}\n', "utf-8")
    assert npm.place_of(lock) != place


def test_who_comes_second_keeps_what_the_first_has_brought(lock: Path, tmp_path: Path) -> None:
    npm_that(tmp_path, "mkdir node_modules && echo new > node_modules/it")
    place = npm.place_of(lock)
    place.mkdir(parents=True)
    (place / "it").write_text("old\n", "utf-8")

    assert (npm.fetch(lock, "it", modules) / "it").read_text("utf-8") == "old\n"


def test_what_cannot_be_fetched_is_told_with_what_to_check_and_leaves_nothing(lock: Path, tmp_path: Path) -> None:
    npm_that(tmp_path, "echo 'npm error network' >&2; exit 1")

    with pytest.raises(StackFailed, match=r"npm could not fetch it: check network, proxy or registry settings, .*\(npm error network\)"):
        npm.fetch(lock, "it", modules)

    assert not npm.place_of(lock).exists()
    assert list(npm.place_of(lock).parent.iterdir()) == []


def test_a_machine_without_node_has_that_of_the_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert npm.program("node") == str(Path(sys.prefix) / "bin" / "node")
