"""What one person adds to which cell, as known on each day: pure, and without a `now`."""

from services.reporting.contributions.fold import contributions, derive
from services.reporting.contributions.sheet import SHARED, TOP, Cell, Tree

__all__ = ["SHARED", "TOP", "Cell", "Tree", "contributions", "derive"]
