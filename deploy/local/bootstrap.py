"""Creates `.venv` from the locked requirements, then hands over to `deploy.local.prepare`. Standard library only.

    python3 deploy/local/bootstrap.py [run|dev]

Run by whatever Python the machine has. When nothing changed since the last time it does nothing, in a blink.
"""

from __future__ import annotations  # an older Python must get as far as being told that it is too old

import fcntl
import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "forbliv-setup.json"
LOG = ROOT / ".venv.log"
OLDEST = (3, 11)
_WIDEST = 60


class CannotSetUp(Exception):
    """Set-up stops here; the message is the one line that says what to do."""


def fingerprint(*files: Path) -> str:
    """Changes when one of the files, the place of the clone or the Python does."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} {ROOT}".encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """What was installed last; empty when unknown."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if PYTHON.exists() else {}


def check_python() -> None:
    """Fail early on what pip would explain badly."""
    if sys.version_info < OLDEST:
        message = f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed: run make PYTHON=/path/to/a/newer/python3"
        raise CannotSetUp(message)
    if importlib.util.find_spec("ensurepip") is None:
        message = "this Python cannot create virtual environments: install its venv package (Debian: apt install python3-venv)"
        raise CannotSetUp(message)


def create_venv() -> None:
    """A fresh environment, unless the one that is there works with this Python."""
    if PYTHON.exists() and answers(PYTHON):
        return
    say("creating .venv")
    run((sys.executable, "-m", "venv", "--clear", str(VENV)), "cannot create .venv: check the free space and the rights of this folder")


def answers(python: Path) -> bool:
    """Whether an environment is whole and of this Python's version."""
    code = "import sys, pip; print(sys.version_info[:2])"
    result = subprocess.run((str(python), "-c", code), capture_output=True, text=True, check=False)  # noqa: S603
    return result.stdout.strip() == str(sys.version_info[:2])


def install_packages(requirements: Path) -> None:
    """Exactly the locked files, each checked against its hash."""
    count = sum("==" in line for line in requirements.read_text(encoding="utf-8").splitlines())
    say(f"installing {count} Python packages (some 400 MB at first, then from pip's cache)")
    command = (*pip(), "--require-hashes", "--no-deps", "-r", str(requirements))
    run(command, "pip could not install the packages: check network, proxy or index settings, then run again", watched=True)


def install_project() -> None:
    """Our own code, from where it lies."""
    say("installing forbliv into .venv")
    run((*pip(), "--no-build-isolation", "--no-deps", "-e", str(ROOT)), "pip could not install this clone")


def pip() -> tuple[str, ...]:
    """The environment's pip, with the user's own settings."""
    return (str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install")


def run(command: tuple[str, ...], advice: str, *, watched: bool = False) -> None:
    """Run quietly into the log; on failure raise the advice with the last thing the log says."""
    last = ""
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
        for line in process.stdout or ():
            log.write(line)
            last = line.strip() or last
            if watched and sys.stdout.isatty():
                show(last)
    if watched and sys.stdout.isatty():
        show("")
    if process.wait() != 0:
        message = f"{advice} ({last}; all of it: {LOG})"
        raise CannotSetUp(message)


def show(line: str) -> None:
    """One line of a terminal, over and over."""
    sys.stdout.write(f"\r\x1b[K{'  ' + line[:_WIDEST] if line else ''}")
    sys.stdout.flush()


def say(line: str) -> None:
    """Progress for the person who waits."""
    sys.stdout.write(f"set-up: {line}\n")
    sys.stdout.flush()


def set_up(kind: str) -> None:
    """Bring `.venv` up to date; `dev` contains all that `run` has."""
    requirements = {name: ROOT / "requirements" / f"{name}.txt" for name in ("run", "dev")}
    wanted = {name: fingerprint(file) for name, file in requirements.items()} | {"project": fingerprint(ROOT / "pyproject.toml")}
    stamp = read_stamp()
    if wanted[kind] not in (stamp.get("run"), stamp.get("dev")) or stamp.get("run") != wanted["run"]:
        create_venv()
        install_packages(requirements[kind])
        stamp = {name: wanted[name] for name in (("run", "dev") if kind == "dev" else ("run",))}
    if stamp.get("project") != wanted["project"]:
        install_project()
        stamp["project"] = wanted["project"]
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def main() -> int:
    """Set up one at a time per clone, then fetch what is not Python."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        check_python()
        VENV.mkdir(exist_ok=True)
        with (ROOT / ".venv.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(kind)
            return subprocess.run((str(PYTHON), "-m", "deploy.local.prepare", kind), cwd=ROOT, check=False).returncode  # noqa: S603
    except (CannotSetUp, OSError) as error:
        sys.stderr.write(f"set-up stopped: {error}\n")
    except KeyboardInterrupt:
        sys.stderr.write("\nset-up interrupted: run it again, it goes on where it was\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
