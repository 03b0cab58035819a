"""`forbliv`: every module of `services/commands` adds its own commands."""

import pkgutil
from importlib import import_module

import typer

from services import commands

app = typer.Typer(
    help="Events of employment become talks that are held, tasks that reach the right leader, figures that can be trusted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # locals may hold names of people, and a log wants plain lines
)

for found in pkgutil.iter_modules(commands.__path__):
    import_module(f"{commands.__name__}.{found.name}").register(app)

if __name__ == "__main__":
    app()
