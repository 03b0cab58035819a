"""One real worker of a bench's service, with settings from the environment. It imports no more than a worker of ours does.

    python -m bench.worker bench.fold COUNTING NAME    # that service under another name

With FORBLIV_BENCH_PROFILE=FOLDER it leaves a cProfile of its life there.
"""

import cProfile
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import uvloop

from services.chassis.settings import Settings
from services.chassis.worker import Worker

PROFILE = "FORBLIV_BENCH_PROFILE"


def main(module: str, attribute: str, name: str) -> None:
    """Run one worker until it is told to stop."""
    service = replace(getattr(import_module(module), attribute), name=name)
    with profiled(name):
        uvloop.run(Worker(service, Settings()).run())


@contextmanager
def profiled(name: str) -> Iterator[None]:
    """Leave a cProfile of what runs in the folder that the environment names; without one nothing is measured."""
    folder = os.environ.get(PROFILE)
    if folder is None:
        yield
        return
    with cProfile.Profile(builtins=True) as profile:
        yield
    profile.dump_stats(Path(folder) / f"{name}-{os.getpid()}.prof")


if __name__ == "__main__":
    main(*sys.argv[1:])
