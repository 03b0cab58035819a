"""The pages of introductions: a file per kind of page, a route per file and action."""

from services.onboarding.pages import gaps, link, mentors, observations, overview, plans, preview, steps, talks

ROUTES = (
    *overview.ROUTES,
    *plans.ROUTES,
    *link.ROUTES,
    *mentors.ROUTES,
    *talks.ROUTES,
    *steps.ROUTES,
    *observations.ROUTES,
    *gaps.ROUTES,
    *preview.ROUTES,
)
