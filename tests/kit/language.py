"""The pages of the language, without a database: they read nothing of one but the time."""

from pathlib import Path

from services.chassis.web import Site
from services.intake import language
from services.intake.app import SERVICE
from tests.kit.example import settings, story_opens


def language_site(rules: Path, **more: object) -> Site:
    """The site of intake with these pages alone."""
    return Site(SERVICE, settings(rules, **more), routes=language.ROUTES, opens=story_opens)
