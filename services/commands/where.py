"""Which services an operator's command is about, and how each is reached: of a local stack, or as the environment says."""

import os
from pathlib import Path
from typing import NoReturn

from deploy.local.failures import StackFailed
from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from services.chassis.settings import Settings
from services.commands.run import installed
from services.commands.stack import fail


def where_is(directory: Path | None, service: str | None) -> dict[str, Settings]:
    """The settings of each service that is meant (all where none is named): of the local stack, else of the environment."""
    if directory is None and "FORBLIV_KAFKA" in os.environ:
        settings = Settings()
        named = installed() if service is None else (service,)
        return {name: settings.model_copy(update={"database_url": settings.database(name)}) for name in named}
    try:
        stack = Stack.load(directory)
        names = tuple(stack.state.health_ports) if service is None else (service,)
        return {name: settings_of(stack, name) for name in names}
    except StackFailed as failure:
        fail(failure)
    except KeyError:
        refuse(f"there is no service {service}")


def refuse(message: str) -> NoReturn:
    """End with one line that says why."""
    fail(StackFailed(message))
