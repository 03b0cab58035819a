"""A compiler of Java, for the tests alone: one jar that the broker's Java runs, since that has no compiler of its own."""

import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from deploy.local.failures import StackFailed
from deploy.local.jars import fetch_jars, read_checksums
from deploy.local.java import OLDEST, find_java

CHECKSUMS = Path(__file__).with_name("compiler.sha256")
_MAIN = "org.eclipse.jdt.internal.compiler.batch.Main"


def fetch_compiler(said: Callable[[str], None] = lambda _line: None) -> tuple[Path, ...]:
    """Bring the compiler into the cache once; its class path."""
    return fetch_jars(said, read_checksums(CHECKSUMS), "the Java compiler for the tests")


def compile_java(source: Path, class_path: Iterable[Path], classes: Path) -> None:
    """Compile one file into a folder. Raises `StackFailed` with what the compiler says."""
    paths = (joined(fetch_compiler()), joined(class_path))
    told = ("-proc:none", "-nowarn", "-encoding", "UTF-8", f"-{OLDEST}", "-cp", paths[1], "-d", str(classes), str(source))
    done = subprocess.run([find_java(), "-cp", paths[0], _MAIN, *told], capture_output=True, text=True, check=False)  # noqa: S603 - our Java
    if done.returncode != 0:
        message = f"{source.name} does not compile: {done.stdout}{done.stderr}"
        raise StackFailed(message)


def joined(paths: Iterable[Path]) -> str:
    """A class path as Java takes it."""
    return os.pathsep.join(str(path) for path in paths)
