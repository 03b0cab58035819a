"""The pages of introductions: a file per kind of page, a route per file and action."""

from services.onboarding.pages import link, steps, talks

ROUTES = (*talks.ROUTES, *steps.ROUTES, *link.ROUTES)
