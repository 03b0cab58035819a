"""What every part of a mapping file is."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from contracts.base import Word
from contracts.words import EmploymentForm, LeaderLevel, OccupationGroup, ReasonClass


class Part(BaseModel):
    """Frozen and strict: a word that is not known is a slip of the hand, and is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def listed(words: type[Word]) -> BeforeValidator:
    """A word of the list itself: one that readers of events would take as `unknown` is a slip of the hand here."""

    def known(value: object) -> object:
        if value not in {word.value for word in words}:
            raise ValueError(f"{value} is outside the catalogue")
        return value

    return BeforeValidator(known)


Form = Annotated[EmploymentForm, listed(EmploymentForm)]
Group = Annotated[OccupationGroup, listed(OccupationGroup)]
Level = Annotated[LeaderLevel, listed(LeaderLevel)]
Reason = Annotated[ReasonClass, listed(ReasonClass)]

_SENTENCES = {"extra_forbidden": "is no key that is known here", "missing": "must be there"}


def sentences_of(wrong: ValidationError) -> str:
    """What is wrong with a mapping file, each with the key it is about; the first of several files of a kind of table is `files[1]`."""
    return "; ".join(f"{_key(detail)}: {_sentence(detail)}" for detail in wrong.errors(include_url=False))


def _key(detail: ErrorDetails) -> str:
    found = ""
    for part in detail["loc"]:
        found += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return found.lstrip(".") or "the mapping"


def _sentence(detail: ErrorDetails) -> str:
    told = _SENTENCES.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    return f"{told}, not {detail['input']}" if detail["type"] in {"enum", "literal_error"} else told
