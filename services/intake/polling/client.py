"""Asks one payroll service and brings its answer, or says by name why there is none. Nothing here is taken or forgotten."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx
import stamina
from stamina.instrumentation import set_on_retry_hooks

from services.chassis.failures import Refused
from services.chassis.logs import Word, warn
from services.intake.polling.question import Question
from services.intake.polling.source import Source
from services.intake.reading.content import texts_of
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.xml import parts_of

ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
MOST_BYTES = 500_000_000
CONNECT_SECONDS = 10.0
_FAULT = re.compile("Fault")
_CODE = re.compile(r"(?!.*\d{6})[\w.:-]{1,60}")
"""A code, and no number of anybody."""
_SHUT = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class SourceFailed(Refused):
    """No answer that can be read, or one that waits for a person. Nothing of it is taken, and the same is asked again next time."""


class _Again(Exception):
    """No answer this time; it may come if asked again. It says nothing of what was asked or answered."""

    def __init__(self, why: str, content: bytes = b"") -> None:
        super().__init__(why)
        self.why = why
        self.content = content


class Client:
    """One service. Open it with `opened`."""

    def __init__(self, source: Source, http: httpx.AsyncClient) -> None:
        """Hold the connection."""
        self._source = source
        self._http = http

    async def ask(self, question: Question) -> bytes:
        """The answer as it is. Raises `SourceFailed`: no-answer, not-let-in, question-refused, source-fault, answer-too-large."""
        try:
            async for attempt in stamina.retry_context(
                on=_Again, attempts=ATTEMPTS, timeout=None, wait_initial=FIRST_PAUSE_SECONDS, wait_max=LONGEST_PAUSE_SECONDS
            ):
                with attempt:
                    return await self._once(question)
        except _Again as last:
            _raise_fault(last.content)
            raise SourceFailed("no-answer", why=last.why) from None
        raise AssertionError

    async def _once(self, question: Question) -> bytes:
        try:
            async with (
                asyncio.timeout(self._source.timeout_seconds),
                self._http.stream("GET", question.call, params=dict(question.parameters)) as answer,
            ):
                content = await _all_of(answer)
        except (httpx.TransportError, TimeoutError) as problem:
            raise self._again(type(problem).__name__) from None
        status = answer.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._again(f"status {status}", content)
        if status in _SHUT:
            raise SourceFailed("not-let-in", status=str(status))
        _raise_fault(content)
        if status != HTTPStatus.OK:
            raise SourceFailed("question-refused", status=str(status))
        return content

    def _again(self, why: str, content: bytes = b"") -> _Again:
        warn(Word.SOURCE_SILENT, municipality=self._source.municipality, reason=why)
        return _Again(why, content)


@asynccontextmanager
async def opened(source: Source) -> AsyncIterator[Client]:
    """A client that says who we are. Raises `ValueError` where user or secret are not set."""
    user, secret = source.who()
    set_on_retry_hooks([])  # our own line says that it is asked again, and no library need see what is asked
    async with httpx.AsyncClient(
        base_url=source.address,
        auth=httpx.BasicAuth(user, secret.get_secret_value()),
        timeout=httpx.Timeout(source.timeout_seconds, connect=CONNECT_SECONDS),
        headers={"accept": "text/xml, application/xml"},
    ) as http:
        yield Client(source, http)


async def _all_of(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise SourceFailed("answer-too-large", limit=str(MOST_BYTES))
    return bytes(content)


def _raise_fault(content: bytes) -> None:
    """An error document of the service instead of an answer: only its code is told, since its words may hold what was asked for."""
    if b"Fault" not in content[:4096]:
        return
    try:
        found = [
            part.text.strip() for _, part in parts_of(texts_of([content], "utf-8", "fault"), "fault", _FAULT, frozenset({"faultcode"}))
        ]
    except DeliveryRefused:
        return
    code = found[0] if found and _CODE.fullmatch(found[0]) else "unknown"
    raise SourceFailed("source-fault", code=code)
