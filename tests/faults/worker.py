"""One worker of the fault runs' service as a process: `python -m tests.faults.worker`, told everything by its environment."""

import uvloop

from services.chassis.settings import Settings
from services.chassis.worker import Worker
from tests.faults.service import SERVICE

if __name__ == "__main__":
    uvloop.run(Worker(SERVICE, Settings()).run())
