"""`forbliv`: a command is imported when it is asked for, since a worker needs nothing of the others and starts sooner without."""

from importlib import import_module

import typer
from typer.core import TyperGroup
from typer.main import get_group

from services.chassis.output import lose_nothing
from services.commands import MODULES


class Commands(TyperGroup):
    """The commands by name."""

    def list_commands(self, _ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer keeps a click of its own
        """All names, for the help."""
        return list(MODULES)

    def get_command(self, _ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def, override]  # noqa: ANN201 - as above
        """The command of this name, from its module; none of another name."""
        if cmd_name not in MODULES:
            return None
        part = typer.Typer()
        import_module(f"services.commands.{MODULES[cmd_name]}").register(part)
        return get_group(part).commands[cmd_name]


app = typer.Typer(
    cls=Commands,
    help="Events of employment become talks that are held, tasks that reach the right leader, figures that can be trusted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # locals may hold names of people, and a log wants plain lines
)


@app.callback()
def _forbliv() -> None:
    """Events of employment become talks that are held, tasks that reach the right leader, figures that can be trusted."""
    lose_nothing()


if __name__ == "__main__":
    app()
