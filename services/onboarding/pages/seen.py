"""What a newcomer sees of a plan: what is next, what comes later and what was done, with whom. No word of what was missed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from contracts.base import CallState, HolderRole
from contracts.words import MilestoneKind, Occasion
from services.chassis.organisation import Organisation
from services.onboarding.domain.rows import NOT_OWED, MentorRow, PlanRow, StepRow
from services.onboarding.pages.shown import REPRESENTATIVES

ALONE = ("course", "mentors")
"""Steps that are not with who sees to them."""
NEXT_ONES = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """The steps of a plan as the newcomer sees them. `ask`: what nobody has noted in time; the newcomer is told to ask for it."""

    now: tuple[StepRow, ...]
    later: tuple[StepRow, ...]
    done: tuple[StepRow, ...]
    ask: tuple[StepRow, ...]


def seen(steps: Iterable[StepRow]) -> Seen:
    """What is shown where: what is open and the next few first, by day. What is hidden, or owed no longer, is not there."""
    shown = [step for step in steps if not step.hidden and step.state != NOT_OWED]
    ahead = sorted((s for s in shown if s.state == CallState.PLANNED), key=lambda s: (s.on_leave, s.due, s.place))
    is_open = sorted((s for s in shown if s.state == CallState.OPEN), key=lambda s: (s.due, s.place))
    done = [s for s in shown if s.state in {CallState.DONE, CallState.DECLINED}]
    ask = [s for s in shown if s.state in {CallState.MISSED, CallState.NEVER_STARTED}]
    coming = [s for s in ahead if not s.on_leave][:NEXT_ONES]
    return Seen(
        now=(*is_open, *coming),
        later=tuple(s for s in ahead if s not in coming),
        done=tuple(sorted(done, key=lambda s: (s.state_on or s.due, s.place), reverse=True)),
        ask=tuple(sorted(ask, key=lambda s: (s.due, s.place))),
    )


def word_of(step: StepRow) -> str:
    """The word of a step's texts: its kind, and of what representatives are asked, which of them."""
    is_of_one = step.kind == MilestoneKind.REPRESENTATIVES_CONTACTED and step.role in REPRESENTATIVES
    return f"{step.kind}-{step.role}" if is_of_one else step.kind


def latest_kind(steps: Iterable[StepRow], today: date) -> MilestoneKind:
    """The kind of step that somebody who wonders today is closest to: the last that has opened; before all of them, what comes first."""
    begun = [s for s in steps if not s.hidden and s.state != NOT_OWED and s.opens <= today]
    last = max(begun, key=lambda s: (s.opens, s.place), default=None)
    return MilestoneKind(last.kind) if last else MilestoneKind.PRE_BOARDING


def leaders(organisation: Organisation, unit: UUID, person: UUID, today: date) -> tuple[UUID, ...]:
    """Who leads the unit, then those above it, without the person: a new leader's own leader comes first."""
    way = reversed(organisation.path(unit, today))
    found = chain.from_iterable((leader.person for leader in organisation.leaders(each, today)) for each in way)
    return tuple(dict.fromkeys(leader for leader in found if leader != person))


@dataclass(frozen=True, slots=True)
class People:
    """Whom a newcomer meets: the leader's and the leader's leader's keys where there are any, and the mentors."""

    leaders: Sequence[UUID]
    mentors: Sequence[MentorRow]

    @property
    def keys(self) -> frozenset[UUID]:
        """Those whose names are shown."""
        return frozenset((*self.leaders[:2], *(m.mentor_key for m in self.mentors if m.mentor_key)))

    def with_whom(self, step: StepRow, plan: PlanRow) -> tuple[UUID, ...]:
        """The keys of those whom a step is with: of mentors they are, not who names them. None where a role's holder is not known here."""
        if step.how == "course":
            return ()
        if step.how == "mentors" or step.role == HolderRole.MENTOR:
            return tuple(m.mentor_key for m in self.mentors if m.mentor_key)
        is_above = step.role == HolderRole.LEADERS_LEADER and plan.occasion != Occasion.NEW_LEADER
        at = 1 if is_above else 0
        of_leader = step.role in {HolderRole.NEAREST_LEADER, HolderRole.LEADERS_LEADER}
        was_held = step.state == "done"  # perhaps with somebody who led the unit then
        return tuple(self.leaders[at : at + 1]) if of_leader and not was_held else ()
