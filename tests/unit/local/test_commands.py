"""The commands of `forbliv`: each is found in the module that is said to have it."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from services import commands
from services.cli import app


def test_every_module_of_commands_is_listed_with_all_it_has() -> None:
    found: dict[str, str] = {}
    for module in iter_modules(commands.__path__):
        part = typer.Typer()
        part.callback()(lambda: None)
        import_module(f"services.commands.{module.name}").register(part)
        found |= dict.fromkeys(get_group(part).commands, module.name)

    assert found == commands.MODULES


@pytest.mark.parametrize("name", commands.MODULES)
def test_every_command_tells_what_it_does(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])

    assert told.exit_code == 0
    assert name in told.output


def test_a_command_there_is_not_is_refused() -> None:
    assert CliRunner().invoke(app, ["fly"]).exit_code == 2


def test_a_worker_is_not_burdened_with_the_other_commands() -> None:
    code = (
        "import sys; sys.argv[1:] = ['worker', '--help']; from services.cli import app\ntry: app()\nexcept SystemExit: print(*sys.modules)"
    )
    told = subprocess.run(
        (sys.executable, "-c", code), capture_output=True, text=True, check=True, cwd=Path(commands.__path__[0]).parents[1]
    )

    assert "services.commands.run" in told.stdout.split()
    assert not {"services.commands.demo", "deploy.local.stack"} & set(told.stdout.split())
