"""The card of counts: posted with each digest to a Workflows webhook of Teams, where there is one. Counts and a link, no names.

It is never the only channel. Such a webhook belongs to a person and dies with the account: HR has a task when it fails.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import stamina

from services.chassis.calendar import day_of
from services.chassis.logs import Word, warn
from services.chassis.runtime import Runtime
from services.chassis.web.catalogue import DANISH, Catalogue
from services.chassis.web.formats import long_day
from services.notification.mail import store, trouble
from services.notification.mail.trouble import Trouble
from services.notification.mail.writing import FOLDER

ATTEMPTS = 4
SECONDS = 10.0
COUNTS = ("open", "late", "this_week", "with_hr")


class _Again(Exception):
    """What passes by itself."""


async def post_waiting(runtime: Runtime, moment: datetime) -> None:
    """Post the cards that wait; of several of one municipality the latest."""
    async with runtime.pool.acquire() as conn:
        waiting = await store.waiting_cards(conn)
    for municipality, day in waiting:
        await _post(runtime, municipality, day, moment)


async def _post(runtime: Runtime, municipality: str, day: date, moment: datetime) -> None:
    today = day_of(moment)
    async with runtime.pool.acquire() as conn:
        counts = await store.card_counts(conn, municipality, today, today + timedelta(days=6 - today.weekday()))
    webhook = runtime.settings.card_webhook(municipality)
    is_posted = webhook is not None and await posted(webhook, card(counts, today, runtime.settings.address))
    async with runtime.pool.acquire() as conn:
        await store.settle_card(conn, municipality, day, "sent" if is_posted else "failed")
    await (trouble.settle if is_posted else trouble.tell)(runtime, Trouble.CARD_FAILED, municipality, moment)


async def posted(webhook: str, content: Mapping[str, Any]) -> bool:
    """Whether the webhook took it; what passes by itself is tried a few times. Its address is a secret and told to nobody."""
    try:
        async for attempt in stamina.retry_context(on=_Again, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=5.0):
            with attempt:
                return await _once(webhook, content)
    except _Again as last:
        warn(Word.CARD_REFUSED, reason=str(last))
    return False


async def _once(webhook: str, content: Mapping[str, Any]) -> bool:
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as http:
            answer = await http.post(webhook, json=content)
    except httpx.TransportError as problem:
        raise _Again(type(problem).__name__) from None
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise _Again(str(answer.status_code))
    if not answer.is_success:
        warn(Word.CARD_REFUSED, status=answer.status_code)
    return answer.is_success


def card(counts: Mapping[str, int], today: date, address: str) -> dict[str, Any]:
    """An Adaptive Card as a Workflows webhook takes it, in Danish, since everybody in the channel reads the same one."""
    catalogue = Catalogue((FOLDER,), strict=False)
    facts = [{"title": catalogue.text(DANISH, f"mail-card-{name.replace('_', '-')}"), "value": str(counts[name])} for name in COUNTS]
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {
                "type": "TextBlock",
                "size": "Medium",
                "weight": "Bolder",
                "wrap": True,
                "text": catalogue.text(DANISH, "mail-card-title", day=long_day(today, DANISH, today)),
            },
            {"type": "FactSet", "facts": facts},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": catalogue.text(DANISH, "mail-card-link"), "url": f"{address}/tasks"}],
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}
