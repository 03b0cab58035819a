"""Who may speak over HTTP: a token's subject, the one source it speaks for, and the municipality; data of the operator."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import HTTPConnection

from contracts.base import Code, Municipality
from services.chassis.web.bearer import Tokens
from services.chassis.web.keys import FetchedKeys, KeptKeys, KeySource

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Speaker(BaseModel):
    """One source. `tokens_from`: tokens issued before are good no longer, for when one was lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=200)]
    source: Annotated[str, Field(min_length=1, max_length=200)]
    municipality: Municipality
    feed: Code
    first_load: bool = False
    tokens_from: AwareDatetime = _LONG_AGO


class Register(BaseModel):
    """The file: whose tokens, for whom, signed with which keys, and the sources.

    The keys are a JWK Set beside the file (`keys`), or are fetched from the provider (`keys_url`: a JWK Set, or its discovery document).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str
    keys: Path | None = None
    keys_url: str | None = None
    speakers: tuple[Speaker, ...] = ()

    @model_validator(mode="after")
    def _each_once_and_keys(self) -> Self:
        for names in ([s.subject for s in self.speakers], [s.source for s in self.speakers]):
            if len(set(names)) < len(names):
                raise ValueError("a subject or a source stands twice")
        if (self.keys is None) is (self.keys_url is None):
            raise ValueError("name either keys or keys_url")
        return self

    def key_source(self, folder: Path) -> KeySource:
        """Where the keys come from; a file stands in `folder`. Raises `ValueError`."""
        if self.keys_url is not None:
            return FetchedKeys(self.keys_url, self.issuer)
        assert self.keys is not None
        return KeptKeys((folder / self.keys).read_text("utf-8"))


class Speakers:
    """Those who may speak, each known by its token."""

    def __init__(self, file: Path | None) -> None:
        """Read the file. Raises `ValueError` that says what is wrong with it; without a file nobody may speak."""
        self._tokens: Tokens | None = None
        self._by_subject: dict[str, Speaker] = {}
        if file is not None:
            register = _read(file)
            self._tokens = Tokens(register.issuer, register.audience, register.key_source(file.parent))
            self._by_subject = {speaker.subject: speaker for speaker in register.speakers}

    async def who(self, request: HTTPConnection) -> Speaker | None:
        """Who speaks; none where no token proves it. Raises `Later` where the issuer does not tell the keys that could."""
        if self._tokens is None:
            return None
        await self._tokens.prepare(request)
        bearer = self._tokens.bearer(request)
        found = self._by_subject.get(bearer.subject) if bearer else None
        return found if found is not None and bearer is not None and bearer.issued_at >= found.tokens_from else None


def _read(file: Path) -> Register:
    try:
        return Register.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong
