"""The part of notification's worker that makes digests and sends mails, as a process that can be killed: `python -m tests.kit.mail_worker`."""

import asyncio

from services.chassis import logs
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.notification.app import SERVICE
from services.notification.mail import LOOPS


async def work() -> None:
    """Until it is ended."""
    settings = Settings()  # type: ignore[call-arg]  # from the environment
    logs.configure(SERVICE.name, settings.instance)
    async with open_runtime(SERVICE, settings) as runtime:
        await asyncio.gather(*(loop(runtime) for loop in LOOPS))


if __name__ == "__main__":
    asyncio.run(work())
