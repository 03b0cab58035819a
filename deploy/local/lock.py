"""Writes `requirements/*.txt`: every version and every platform's hashes, no address of any index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_COMMON = (
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--python-version=3.11",
    "--custom-compile-command=make lock",
    "--quiet",
)
_SOURCES = ("pyproject.toml", "requirements/build.in", "--extra=local")


def main() -> int:
    """`run` first; `dev` holds to what `run` chose."""
    uv = str(Path(sys.prefix) / "bin" / "uv")
    run = (*_SOURCES, "--output-file=requirements/run.txt", *sys.argv[1:])
    dev = (
        *_SOURCES,
        "--extra=dev",
        "--extra=traces",
        "--constraints=requirements/run.txt",
        "--output-file=requirements/dev.txt",
        *sys.argv[1:],
    )
    for arguments in (run, dev):
        done = subprocess.run((uv, "pip", "compile", *_COMMON, *arguments), cwd=ROOT, check=False)  # noqa: S603 - uv itself
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
