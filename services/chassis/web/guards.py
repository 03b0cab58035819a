"""What stands before every page: headers that forbid scripts and frames, and a limit to what may be sent."""

import traceback
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.logs import Word, log

SEAT = "forbliv"
"""Under which name the scope of a request holds the seat it was let in to."""
MOST_BYTES = 256 * 1024

REFERRER = "referrer-policy"
CONTENT_POLICY = "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    REFERRER: "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class SafeHeaders:
    """Adds the security headers to every answer; what says nothing about caching is not kept anywhere."""

    def __init__(self, app: ASGIApp, seat: object, *, https_only: bool) -> None:
        """`seat` is noted for requests that no route matches; with `https_only` browsers are told to come back by https for a year."""
        self._app = app
        self._seat = seat
        self._headers = {**HEADERS, **({"strict-transport-security": "max-age=31536000"} if https_only else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, add the headers to the answer, and say where a broken page broke."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_secret = headers.get(REFERRER) == "no-referrer"
                headers.update(self._headers)
                if is_secret:  # a page may be stricter than the rest, never laxer
                    headers[REFERRER] = "no-referrer"
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            await self._app({**scope, SEAT: self._seat}, receive, with_headers if scope["type"] == "http" else send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            # It was answered with 500 already; a server's own traceback could show what somebody typed, this line cannot.
            where = traceback.extract_tb(error.__traceback__)[-1]
            log(Word.REQUEST_FAILED, error=type(error).__name__, reason=f"{Path(where.filename).name}:{where.lineno}")


def limited(scope: Scope, receive: Receive, most: int = MOST_BYTES) -> Receive:
    """Receive no more than `most` bytes of a body. Raises `HTTPException` 413, at once where its length is told."""
    told = dict(scope["headers"]).get(b"content-length", b"0")
    if not told.isdigit() or int(told) > most:
        raise HTTPException(413 if told.isdigit() else 400)
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > most:
            raise HTTPException(413)
        return message

    return counted
