"""Who may speak over HTTP: a token's subject, the one source it speaks for, and the municipality; data of the operator."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import HTTPConnection

from contracts.base import Code, Municipality
from services.chassis.web.bearer import Tokens

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
    """The file: whose tokens, for whom, signed with which keys (a JWK Set beside the file), and the sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str
    keys: Path
    speakers: tuple[Speaker, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for names in ([s.subject for s in self.speakers], [s.source for s in self.speakers]):
            if len(set(names)) < len(names):
                raise ValueError("a subject or a source stands twice")
        return self


class Speakers:
    """Those who may speak, each known by its token."""

    def __init__(self, file: Path | None) -> None:
        """Read the file. Raises `ValueError` that says what is wrong with it; without a file nobody may speak."""
        self._tokens: Tokens | None = None
        self._by_subject: dict[str, Speaker] = {}
        if file is not None:
            register = _read(file)
            self._tokens = Tokens(register.issuer, register.audience, (file.parent / register.keys).read_text("utf-8"))
            self._by_subject = {speaker.subject: speaker for speaker in register.speakers}

    def who(self, request: HTTPConnection) -> Speaker | None:
        """Who speaks; none where no token proves it."""
        bearer = self._tokens.bearer(request) if self._tokens else None
        found = self._by_subject.get(bearer.subject) if bearer else None
        return found if found is not None and bearer is not None and bearer.issued_at >= found.tokens_from else None


def _read(file: Path) -> Register:
    try:
        return Register.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong
