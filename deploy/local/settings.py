"""The settings of a service of the local stack, for a command that does its work in its own process."""

from deploy.local.keys import keys_file
from deploy.local.paths import rules_directory
from deploy.local.stack import Stack
from services.chassis.settings import Profile, Settings


def settings_of(stack: Stack, service: str) -> Settings:
    """What a process of this service is told on this stack; the keys of person numbers are intake's alone."""
    return Settings(
        profile=Profile.LOCAL,
        kafka=stack.kafka,
        database_url=stack.database(service),
        rules=rules_directory(),
        identity_keys=keys_file(stack.state.directory) if service == "intake" else None,
    )
