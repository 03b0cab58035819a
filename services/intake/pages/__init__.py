"""HR's pages of deliveries: the list, and one of them with what can be done with it."""

from services.intake.pages import delivery, listing

ROUTES = (*listing.ROUTES, *delivery.ROUTES)
