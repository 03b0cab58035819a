"""Who may record and who may read what in a case: the leader of the day and HR; the second party's answers never the nearest leader."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.base import HolderRole
from services.chassis.organisation import Organisation
from services.retention.domain.rows import DutyKind, DutyRow


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who leads the unit or one above it, or works in HR, as they stand to one case today."""

    is_hr: bool
    is_nearest: bool

    @property
    def role(self) -> HolderRole:
        """The role in which they record something."""
        if self.is_nearest:
            return HolderRole.NEAREST_LEADER
        return HolderRole.HR if self.is_hr else HolderRole.LEADERS_LEADER

    def records(self, duty: DutyRow) -> bool:
        """Whether they may record about this duty: at employee level another than the nearest leader (S0)."""
        if duty.kind is not DutyKind.EXIT_TALK_EMPLOYEE:
            return True
        return not self.is_nearest and (self.is_hr or duty.role is not HolderRole.HR)

    def reads_answers(self, duty: DutyRow) -> bool:
        """Whether they may read the coded answers: narrower than the case (danish-hr 6.9)."""
        if duty.kind is DutyKind.EXIT_TALK_EMPLOYEE:
            return not self.is_nearest and (self.is_hr or duty.role is HolderRole.LEADERS_LEADER)
        return self.is_nearest or self.is_hr


def nearest_leaders(organisation: Organisation, unit: UUID, about: UUID, today: date) -> frozenset[UUID]:
    """Who leads the unit today, or stands in there; where nobody does, the unit above; never whom the case is about."""
    for step in reversed(organisation.path(unit, today)):
        leaders = {leader.person for leader in organisation.leaders(step, today)}
        if about in leaders:
            leaders = set()  # neither the person's own case nor one for a deputy below the person (danish-hr 3.6)
        elif leaders or organisation.was_led(step, today):
            leaders |= {deputy.person for deputy in organisation.deputies(step, None, today)} - {about}
        if leaders:
            return frozenset(leaders)
    return frozenset()
