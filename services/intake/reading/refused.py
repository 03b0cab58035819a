"""Why a delivery is refused whole."""

from services.chassis.failures import Refused


class DeliveryRefused(Refused):
    """Nothing of the delivery is taken: its mapping, a file or its circumstances are wrong. The operator's command has the texts."""
