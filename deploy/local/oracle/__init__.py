"""The true figures of the invented municipality, slowly: from the source's own rows and a log of what was recorded.

It shares no code with contracts, services or the generator, and needs the standard library only. Definitions: indicators, parts A and B.
Figures are exact and unsuppressed; units are the source's codes. `figures(deliveries, log, known_on)` is the way in.
"""

from deploy.local.oracle.figures import Figure, figures
from deploy.local.oracle.log import Recorded, read_log
from deploy.local.oracle.rows import Deliveries, Row, read

__all__ = ["Deliveries", "Figure", "Recorded", "Row", "figures", "read", "read_log"]
