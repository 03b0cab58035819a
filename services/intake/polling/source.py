"""Which payroll services are asked: data of the operator (`FORBLIV_POLLS`, TOML); who we are there stands in the environment alone."""

import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator

from contracts.base import Code, Municipality
from services.intake.reading.part import Part

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Source(Part):
    """One institution of SD Løn. `name` names it in marks, logs and the environment; `mapping` stands beside the file.

    `begins`: from which day on the first load asks what is in force or coming; none: the day of the first question.
    A window is at most `window_hours` long and reaches `overlap_minutes` back into the one before (danish-hr 1.2).
    """

    name: Code
    municipality: Municipality
    institution: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,10}$")]
    address: str
    mapping: Path
    begins: date | None = None
    every_minutes: Annotated[int, Field(ge=1)] = 10
    window_hours: Annotated[int, Field(ge=1)] = 24
    overlap_minutes: Annotated[int, Field(ge=1)] = 10
    timeout_seconds: Annotated[float, Field(gt=0)] = 120
    """How long one answer may take from the first byte asked to the last one read."""
    units: bool = True
    names: bool = True

    @model_validator(mode="after")
    def _no_secret_in_the_clear(self) -> Self:
        told = urlsplit(self.address)
        if told.username or told.password or told.query:
            raise ValueError("the address holds no user, secret or question")
        if not told.hostname or (told.scheme != "https" and not (told.scheme == "http" and told.hostname in LOOPBACK)):
            raise ValueError("the address begins with https://")
        return self

    def who(self) -> tuple[str, SecretStr]:
        """User and secret, from `FORBLIV_POLL_<NAME>_USER` and `_SECRET`. Raises `ValueError` that names what is missing."""
        begins = f"FORBLIV_POLL_{self.name.upper().replace('-', '_').replace('.', '_')}"
        user, secret = os.environ.get(f"{begins}_USER", ""), os.environ.get(f"{begins}_SECRET", "")
        if not user or not secret:
            raise ValueError(f"{begins}_USER and {begins}_SECRET must be set")
        return user, SecretStr(secret)


class _File(Part):
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [source.name for source in self.sources]
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return self


def load(file: Path) -> tuple[Source, ...]:
    """The sources of a file, with the places of their mappings. Raises `ValueError` that says what is wrong with it."""
    try:
        told = _File.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ValueError(f"{file.name}: {wrong}") from wrong
    except ValidationError as wrong:  # its own words hold what was given, and an address may hold a secret
        words = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors(include_input=False))
        raise ValueError(f"{file.name}: {'; '.join(words)}") from None
    return tuple(source.model_copy(update={"mapping": file.parent / source.mapping}) for source in told.sources)
