"""The pages of introductions: a file per kind of page, a route per file and action."""

from services.onboarding.pages import link, newcomer, steps, talks

ROUTES = (*talks.ROUTES, *steps.ROUTES, *newcomer.ROUTES, *link.ROUTES)
