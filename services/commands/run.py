"""`forbliv worker`, `web`, `migrate`: the processes of a service, here and in production."""

import asyncio
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
import uvloop

from services.chassis.database import migrate as apply_migrations
from services.chassis.database import of_service, open_pool
from services.chassis.settings import Settings

SERVICES = ("intake", "recruitment", "onboarding", "retention", "notification", "reporting")

Name = Annotated[str, typer.Argument(help="One of: " + ", ".join(SERVICES))]
Names = Annotated[list[str] | None, typer.Argument(help="Services; default: all that are in this installation.")]


def register(app: typer.Typer) -> None:
    """Add the three commands."""
    app.command()(worker)
    app.command()(web)
    app.command()(migrate)


def worker(service: Name) -> None:
    """Hear, derive and say for one service until told to stop."""
    uvloop.run(service_app(service).build_worker(Settings()).run())


def web(services: Names = None) -> None:
    """Serve the pages of the services on one port."""
    from services.chassis.web import mount  # noqa: PLC0415 - templates and texts are read by whoever serves pages only

    settings = Settings()
    apps = [service_app(service) for service in services or installed()]
    sites = [app.build_web(settings) for app in apps if hasattr(app, "build_web")]
    uvicorn.run(mount(sites), host=settings.web_host, port=settings.web_port, access_log=False, server_header=False)


def migrate(services: Names = None) -> None:
    """Bring the tables of the services up to date."""
    asyncio.run(_migrate(Settings(), services or list(installed())))


def installed() -> tuple[str, ...]:
    """The services this installation has."""
    return tuple(service for service in SERVICES if find_spec(f"services.{service}") and find_spec(f"services.{service}.app"))


async def _migrate(settings: Settings, services: list[str]) -> None:
    for service in services:
        pool = await open_pool(settings.database(service), size=1)
        try:
            await apply_migrations(pool, of_service(service, Path(str(import_module(f"services.{service}").__file__)).parent))
        finally:
            await pool.close()


def service_app(service: str) -> Any:
    """The module that says a service at a glance. Raises `BadParameter` where it is not installed."""
    if service not in installed():
        message = f"{service} is not one of: {', '.join(installed())}"
        raise typer.BadParameter(message)
    return import_module(f"services.{service}.app")
