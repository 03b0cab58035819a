"""An invented Danish municipality as its payroll system would show it: CSV deliveries out of one seed, the same ones every time.

It knows nothing of contracts or services: what it writes is a foreign source, read through `deploy/local/mappings/municipality.toml`.
"""

from deploy.local.municipality.files import write
from deploy.local.municipality.steps import LIVE_FROM, steps
from deploy.local.municipality.story import Municipality, invent

__all__ = ["LIVE_FROM", "Municipality", "invent", "steps", "write"]
