"""Removing a stack never removes anything else."""

from pathlib import Path

import pytest

from deploy.local.failures import StackFailed
from deploy.local.launcher import wipe


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", "utf-8")

    with pytest.raises(StackFailed, match="holds no stack"):
        wipe(tmp_path)
    assert (tmp_path / "letter.txt").exists()


def test_a_stack_is_removed_and_a_folder_that_is_not_there_is_fine(tmp_path: Path) -> None:
    stack = tmp_path / "stack"
    stack.mkdir()
    (stack / "identity.json").write_text("{}", "utf-8")

    wipe(stack)
    wipe(stack)
    assert not stack.exists()
