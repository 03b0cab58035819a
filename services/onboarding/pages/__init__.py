"""The pages of introductions: a file per kind of page, a route per file and action."""

from services.onboarding.pages import steps, talks

ROUTES = (*talks.ROUTES, *steps.ROUTES)
