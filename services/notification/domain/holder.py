"""From a role at a unit to a person as of now; never nobody, never everybody with the role (danish-hr, section 3)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never
from uuid import UUID

from contracts.base import Call, HolderRole
from contracts.hr.organisation import UnitRole
from contracts.notification import WhyHolder
from contracts.words import LeaderLevel
from services.chassis.organisation import Deputy
from services.chassis.reference import Reference
from services.notification.domain.notes import MentorTerm
from services.notification.rules import DeputyTakes, SecondParty, TaskRules


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a task, why, and at which unit's post. No person: HR's queue. `shared_with` have the same post and see it too."""

    person: UUID | None
    why: WhyHolder
    unit: UUID | None = None
    shared_with: tuple[UUID, ...] = ()


HR_QUEUE = Holder(None, WhyHolder.HR_QUEUE)


class Case(Protocol):
    """What somebody is found for: a duty, or what else there is to tell of a person at a unit."""

    @property
    def kind(self) -> str:
        """As in the subjects that a deputy stands in for."""

    @property
    def unit_id(self) -> UUID:
        """Where."""

    @property
    def about_person(self) -> UUID | None:
        """Of whom, who never is the holder."""


def holder_of(call: Call, reference: Reference, mentors: Sequence[MentorTerm] = ()) -> Holder:
    """Resolve the role of a duty as of today; `mentors`: of the plan that it is a step of, the first to be asked first."""
    match call.role:
        case HolderRole.NEAREST_LEADER | HolderRole.MENTOR:
            return _mentor(call, reference, mentors) if call.role is HolderRole.MENTOR else nearest_leader(call, reference)
        case HolderRole.LEADERS_LEADER:
            return _leaders_leader(call, reference)
        case HolderRole.SECOND_PARTY:
            is_leader = reference.policy(TaskRules).second_party is SecondParty.LEADERS_LEADER
            return _leaders_leader(call, reference) if is_leader else HR_QUEUE
        case HolderRole.AMR | HolderRole.TR:
            return _with_role(UnitRole(call.role.value), call, reference)
        case HolderRole.CHIEF:
            return _leader_for(call, _from_chief(_upwards(call.unit_id, reference), reference), reference)
        case HolderRole.HR | HolderRole.DEPUTY | HolderRole.ADVISER | HolderRole.UNKNOWN:
            # Nobody tells notification who has these roles: HR finds the person, it is never guessed (danish-hr 13).
            return HR_QUEUE
        case _:  # pragma: no cover - mypy proves it
            assert_never(call.role)


def nearest_leader(case: Case, reference: Reference) -> Holder:
    """Who leads the people of the unit today; never the person whom it is about."""
    return _leader_for(case, _upwards(case.unit_id, reference), reference)


def leader_above(holder: Holder, call: Call, reference: Reference) -> Holder:
    """Who sees a late task beside its holder: the leader's leader; of somebody who leads nobody, the nearest leader of the duty's unit.

    The next up who is another person than the holder and whom it is about; HR's queue where nobody is.
    """
    units = _upwards(call.unit_id, reference)
    if holder.why is not WhyHolder.ROLE_HOLDER and holder.unit is not None:
        units = units[units.index(holder.unit) + 1 :]
    persons = {person for person in (holder.person, call.about_person) if person is not None}
    for person in sorted(persons):
        units = _above(person, units, reference)
    return _climb(units, call, reference, persons)


def _mentor(call: Call, reference: Reference, mentors: Sequence[MentorTerm]) -> Holder:
    """Who is mentor today. Without one it is the nearest leader, who is to name one: why that is another than usual is told before that."""
    people = (term.person_key for term in mentors if term.is_there(reference.today))
    found = tuple(dict.fromkeys(person for person in people if person != call.about_person))
    if found:
        return Holder(found[0], WhyHolder.ROLE_HOLDER, call.unit_id, found[1:])
    leader = nearest_leader(call, reference)
    return replace(leader, why=WhyHolder.NO_MENTOR) if leader.why is WhyHolder.NEAREST_LEADER else leader


def _leaders_leader(call: Call, reference: Reference) -> Holder:
    return _leader_for(call, _above_first_post(_upwards(call.unit_id, reference), reference), reference)


def _leader_for(case: Case, units: Sequence[UUID], reference: Reference) -> Holder:
    if case.about_person is None:
        return _climb(units, case, reference, ())
    others = _above(case.about_person, units, reference)
    below = _in_post(units[: len(units) - len(others)], reference)
    found = _climb(others, case, reference, (case.about_person,), below)
    own_case = len(others) < len(units) and found.person is not None
    return replace(found, why=WhyHolder.OWN_CASE) if own_case else found


def _with_role(role: UnitRole, call: Call, reference: Reference) -> Holder:
    """Who has the role at the unit, else at the next one above that has anybody but the person of the case (danish-hr 3.10)."""
    for unit in _upwards(call.unit_id, reference):
        found = dict.fromkeys(x.person for x in reference.roles(unit, role) if x.person != call.about_person)
        if found:
            first, *others = found
            return Holder(first, WhyHolder.ROLE_HOLDER, unit, tuple(others))
    return HR_QUEUE


def _upwards(unit: UUID, reference: Reference) -> Sequence[UUID]:
    return tuple(reversed(reference.path(unit)))


def _above(person: UUID, units: Sequence[UUID], reference: Reference) -> Sequence[UUID]:
    """The units above every one that this person leads, or is known to lead soon: nobody in them is below the person (danish-hr 3.6).

    Who takes a post over is introduced by the leader above, also before the first day: never by who is leaving the post.
    """
    led = [at for at, unit in enumerate(units) if any(leader.person == person for leader in reference.appointed(unit))]
    return units[led[-1] + 1 :] if led else units


def _in_post(units: Sequence[UUID], reference: Reference) -> frozenset[UUID]:
    """Who leads any of these units, or stands in for who does."""
    leaders = {leader.person for unit in units for leader in reference.leaders(unit)}
    return frozenset(leaders | {deputy.person for unit in units for deputy in reference.deputies(unit, None)})


def _above_first_post(units: Sequence[UUID], reference: Reference) -> Sequence[UUID]:
    """The units above the nearest one that has a leader's post."""
    posts = [at for at, unit in enumerate(units) if reference.was_led(unit)]
    return units[posts[0] + 1 :] if posts else ()


def _from_chief(units: Sequence[UUID], reference: Reference) -> Sequence[UUID]:
    """The units from the nearest one up that has a chief's post, filled or vacant."""
    posts = [at for at, unit in enumerate(units) if reference.was_led(unit, level=LeaderLevel.CHIEF)]
    return units[posts[0] :] if posts else ()


def _climb(
    units: Sequence[UUID], case: Case, reference: Reference, not_to: Collection[UUID], no_deputy: frozenset[UUID] = frozenset()
) -> Holder:
    """The first unit upwards where somebody can take it; why it climbed is the first reason met.

    `no_deputy`: who has a post below the person of the case may lead above it all the same, but not stand in there.
    """
    reason: WhyHolder | None = None
    for unit in units:
        leaders, deputies = _at(unit, case, reference, not_to, no_deputy)
        people = tuple(dict.fromkeys((*leaders, *deputies)))
        if people:
            why = WhyHolder.DEPUTY if not leaders else reason or WhyHolder.NEAREST_LEADER
            return Holder(people[0], why, unit, people[1:])
        if reference.leaders(unit):
            reason = reason or WhyHolder.ABSENT_LEADER
        elif reference.was_led(unit):
            reason = reason or WhyHolder.VACANT_POST
    return HR_QUEUE


def _at(
    unit: UUID, case: Case, reference: Reference, not_to: Collection[UUID], no_deputy: frozenset[UUID]
) -> tuple[list[UUID], list[UUID]]:
    """Leaders of exactly this unit who are there, and deputies who stand in: for a leader who is away, or in a vacant post."""
    leaders = reference.leaders(unit)
    if not leaders:
        return [], _able(reference.deputies(unit, None), case, not_to, no_deputy)
    takes = reference.policy(TaskRules).deputy_takes
    present: list[UUID] = []
    standing_in: list[UUID] = []
    for leader in leaders:
        covering = [d for d in reference.deputies(unit, leader.person) if _covers(d, case) and _takes_over(d, takes)]
        if covering:
            standing_in += _able(covering, case, not_to, no_deputy)
        else:
            present.append(leader.person)
    return present, standing_in


def _able(deputies: Iterable[Deputy], case: Case, not_to: Collection[UUID], no_deputy: frozenset[UUID]) -> list[UUID]:
    """The first deputy who may have it, if any: neither the person of the case nor who stands in for that person or is below."""
    nobody = {*not_to, *no_deputy}
    return [d.person for d in deputies if _covers(d, case) and d.person not in nobody and d.deputy_for not in not_to][:1]


def _covers(deputy: Deputy, case: Case) -> bool:
    return not deputy.subjects or case.kind in deputy.subjects


def _takes_over(deputy: Deputy, takes: DeputyTakes) -> bool:
    """Whether he stands in for a leader who is in post: leave is not looked at here, a period with an end tells of it."""
    match takes:
        case DeputyTakes.LIMITED_PERIOD:
            return deputy.last is not None
        case DeputyTakes.ANY_APPOINTMENT:
            return True
        case DeputyTakes.VACANT_POST_ONLY:
            return False
        case _:  # pragma: no cover - mypy proves it
            assert_never(takes)
