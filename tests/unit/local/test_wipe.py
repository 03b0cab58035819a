"""Removing a stack never removes anything else, and never one that runs."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local import paths
from deploy.local.failures import StackFailed
from deploy.local.launcher import wipe
from deploy.local.state import take_lock
from services.cli import app


def a_stack(directory: Path) -> Path:
    """What a stopped stack leaves."""
    directory.mkdir(parents=True)
    (directory / "identity.json").write_text("{}", "utf-8")
    (directory / "lock").write_text("1", "utf-8")
    return directory


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with nothing in it."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    return tmp_path


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", "utf-8")

    with pytest.raises(StackFailed, match="holds no stack"):
        wipe(tmp_path)
    assert (tmp_path / "letter.txt").exists()


def test_a_stack_is_removed_and_a_folder_that_is_not_there_is_fine(tmp_path: Path) -> None:
    stack = a_stack(tmp_path / "stack")

    wipe(stack)
    wipe(stack)
    assert not stack.exists()


@pytest.mark.parametrize("inside", [".", "demo"])
def test_a_running_stack_is_not_removed_nor_any_other_with_it(tmp_path: Path, inside: str) -> None:
    other, outer = a_stack(tmp_path / "other"), a_stack(tmp_path / "stack")
    running = outer / inside
    running.mkdir(exist_ok=True)
    lock = take_lock(running)

    with pytest.raises(StackFailed, match=f"a stack runs in {running}: nothing was removed"):
        wipe(other, outer)
    assert other.exists()
    assert outer.exists()

    os.close(lock)
    wipe(other, outer)
    assert not other.exists()
    assert not outer.exists()


@pytest.mark.parametrize("there", [(), (".forbliv",), (".forbliv-demo",), (".forbliv", ".forbliv-demo")])
def test_clean_removes_what_there_is_of_the_stack_and_the_demos(clone: Path, there: tuple[str, ...]) -> None:
    for name in there:
        a_stack(clone / name)

    assert CliRunner().invoke(app, ["down", "--wipe"]).exit_code == 0
    assert list(clone.iterdir()) == []


def test_clean_refuses_while_the_demo_runs(clone: Path) -> None:
    stack, demo = a_stack(clone / ".forbliv"), a_stack(clone / ".forbliv-demo")
    lock = take_lock(demo)
    told = CliRunner().invoke(app, ["down", "--wipe"])
    os.close(lock)

    assert told.exit_code == 1
    assert stack.exists()
    assert demo.exists()


def test_a_stack_that_is_named_is_removed_alone(clone: Path) -> None:
    stack, demo = a_stack(clone / ".forbliv"), a_stack(clone / ".forbliv-demo")

    assert CliRunner().invoke(app, ["down", "--wipe", "--dir", str(stack)]).exit_code == 0
    assert (stack.exists(), demo.exists()) == (False, True)


def test_the_demo_and_the_stack_of_the_clone_are_beside_each_other_and_untracked() -> None:
    ignored = (paths.ROOT / ".gitignore").read_text("utf-8").split()

    assert {f"{paths.default_directory().name}/", f"{paths.demo_directory().name}/"} <= {*ignored}
    assert paths.demo_directory().parent == paths.default_directory().parent
