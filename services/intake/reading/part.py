"""What every part of a mapping file is."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

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
