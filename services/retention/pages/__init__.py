"""The pages of retention: who leaves in the viewer's units, and what may be recorded about each talk."""

from services.retention.pages import cases, exits, talks

ROUTES = (*cases.ROUTES, *talks.ROUTES, *exits.ROUTES)
