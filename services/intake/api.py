"""The way in for machines: CloudEvents over HTTP, answered once what they tell is durable, event by event."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from services.chassis.failures import Later
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, warn
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.web import public
from services.chassis.web.answers import problem, problem_details
from services.chassis.web.catalogue import Catalogue, language_of
from services.chassis.web.pace import Pace
from services.chassis.web.site import seat_of
from services.intake import openapi
from services.intake.speakers import Speaker, Speakers
from services.intake.telling import Answer, Feed, Outcome, take, turn_down
from services.intake.told import event, message
from services.intake.told.event import Refused, Told
from services.intake.told.faults import CONFLICTS, FORBIDDEN, Fault
from services.intake.told.message import Message, Mode, Trouble, Unreadable
from services.intake.vault import Unopened, Vault

PATH = "/api/events"
RETRY_SECONDS = 5
"""After how long it is worth trying again while the database or the identity provider is away."""
STATUS = {Trouble.MEDIA_TYPE: 415, Trouble.TOO_MANY_EVENTS: 413}
"""How a message that cannot be read is answered; any other trouble with 400."""


class Words:
    """The texts of one answer in the language of who asks."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        """Danish unless another language of ours is asked for."""
        self._catalogue = catalogue
        self._language = language

    def text(self, name: str, /, **places: object) -> str:
        """A text of the catalogue."""
        return self._catalogue.text(self._language, name, **places)

    def field(self, name: str) -> str:
        """What people call a field: its words and its name; only its name where it has no words yet."""
        words = f"intake-field-{name.replace('_', '-')}"
        return f"{self.text(words)} ({name})" if self._catalogue.has(words) else name

    def fault(self, fault: Fault) -> dict[str, str]:
        """One thing that is wrong, for a program and for a person."""
        detail = f"{self.field(fault.field)}: {self.text(f'intake-reason-{fault.reason}')}"
        return {"field": fault.field, "code": fault.reason.value, "detail": detail}


class Door:
    """The routes, with who may speak and how fast."""

    def __init__(self, settings: Settings) -> None:
        """Read who may speak. Raises `ValueError` where a file says it wrongly or is missing."""
        self._speakers = Speakers(settings.speakers)
        self._pace = Pace(settings.events_per_second, settings.events_at_once)
        self._most = settings.call_events
        self._vault = Vault.of(settings)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Telling events, and what can be told."""
        return Route(PATH, self._tell, methods=["POST"]), Route(f"{PATH}/openapi.json", self._document)

    @public  # a token is asked for here, in place of a session
    async def _tell(self, request: Request) -> Response:
        words = Words(seat_of(request).site.catalogue, language_of(request))  # type: ignore[union-attr]  # a route of a site has one
        try:
            speaker = await self._speakers.who(request)
            if speaker is None:
                return _with(problem(401, "intake-token-needed", words.text("intake-token-needed")), "www-authenticate", "Bearer")
            return await self._heard(request, speaker, words)
        except (Later, *TRANSIENT):
            return _with(problem(503, "intake-later", words.text("intake-later")), "retry-after", str(RETRY_SECONDS))

    async def _heard(self, request: Request, speaker: Speaker, words: Words) -> Response:
        runtime = seat_of(request).site.running  # type: ignore[union-attr]  # as above
        assert isinstance(runtime, Runtime)
        if speaker.municipality not in runtime.rules:
            return problem(403, "intake-no-rules", words.text("intake-no-rules"))
        headers, body = request.headers.items(), await request.body()
        told = _read(headers, body, self._most)
        wait = self._pace.wait(speaker.subject, len(told.events) if isinstance(told, Message) else 1)
        if wait:
            return _with(problem(429, "intake-too-fast", words.text("intake-too-fast")), "retry-after", str(math.ceil(wait)))
        try:
            if isinstance(told, Message):
                return await _taken(runtime, self._vault, speaker, told, words)
            places = {"most": str(self._most)}
            await turn_down(runtime, self._vault, _feed(runtime, speaker), told, places, message.content_of(headers, body))
            return _unreadable(told, words, places)
        except Unopened as missing:
            warn(Word.KEYS_MISSING, reason=str(missing))
            raise Later from missing

    @public
    async def _document(self, _request: Request) -> Response:
        return JSONResponse(openapi.document(PATH, self._most))


def _read(headers: Sequence[tuple[str, str]], body: bytes, most: int) -> Message | Trouble:
    """The events of a call, or why it holds none."""
    try:
        return message.read(headers, body, most)
    except Unreadable as wrong:
        return wrong.trouble


def _feed(runtime: Runtime, speaker: Speaker) -> Feed:
    return Feed(speaker.feed, speaker.source, speaker.municipality, runtime.rules[speaker.municipality].live_from, speaker.first_load)


async def _taken(runtime: Runtime, vault: Vault, speaker: Speaker, told: Message, words: Words) -> Response:
    now = await runtime.now()
    heard = [event.hear(raw, event.Speaker(speaker.source, speaker.municipality), now) for raw in told.events]
    answers = await take(runtime, vault, _feed(runtime, speaker), heard, told.content)
    said = [_answered(place, answer, each, words) for place, (each, answer) in enumerate(zip(heard, answers, strict=True))]
    if told.mode is Mode.BATCHED:
        counts = {outcome.value: sum(answer.outcome is outcome for answer in answers) for outcome in Outcome}
        return JSONResponse({**counts, "events": said}, 207 if counts[Outcome.REFUSED] else 202)
    (answer,) = said
    if "problem" in answer:
        return JSONResponse(answer["problem"], answer["problem"]["status"], media_type="application/problem+json")
    return JSONResponse(answer, 202)


def _answered(place: int, answer: Answer, heard: Told | Refused, words: Words) -> dict[str, Any]:
    """What is answered about one event: whether it is durable, or what is wrong with it; never a value of its body."""
    named = heard.attributes if isinstance(heard, Told) else heard
    found: dict[str, Any] = {"index": place, "id": named.id, "source": named.source, "outcome": answer.outcome.value}
    if answer.outcome is Outcome.REFUSED:
        errors = [words.fault(fault) for fault in answer.faults]
        title = words.text("intake-event-refused")
        found["problem"] = problem_details(_status(answer.faults), "intake-event-refused", title, errors[0]["detail"], errors=errors)
    return found


def _status(faults: Sequence[Fault]) -> int:
    reasons = {fault.reason for fault in faults}
    return 403 if reasons & FORBIDDEN else 409 if reasons & CONFLICTS else 422


def _unreadable(trouble: Trouble, words: Words, places: Mapping[str, str]) -> Response:
    detail = words.text(f"intake-message-{trouble}", **places)
    return problem(STATUS.get(trouble, 400), f"intake-message-{trouble}", words.text("intake-message-unread"), detail)


def _with(response: Response, name: str, value: str) -> Response:
    response.headers[name] = value
    return response
