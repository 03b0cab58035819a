"""What the source showed, kept as own records, and the pure functions that say the difference."""

from services.intake.domain.delivery import deliveries
from services.intake.domain.person import employments, growing, may_be_noted, notes
from services.intake.domain.unit import organisation

__all__ = ["deliveries", "employments", "growing", "may_be_noted", "notes", "organisation"]
