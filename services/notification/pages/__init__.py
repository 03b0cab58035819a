"""The pages of notification: the inbox, a task's history, who stands in for whom. Only shown here; each row leads to its owner's page."""

from services.notification.pages import deputies, history, inbox

ROUTES = (*inbox.ROUTES, *deputies.ROUTES, *history.ROUTES)
