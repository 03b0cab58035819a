"""Who stands in for a leader, who has a role of MED at a unit, and which post nobody holds, as rows of a directory show it.

Whatever somebody is by a job is over with it, whether these rows say so or not.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import model_validator

from contracts.hr import DeputyAppointed, EmploymentEndRegistered, PostFilled, PostVacant, RoleAssigned
from contracts.hr.organisation import UnitRole
from contracts.words import EmploymentForm, LeaderLevel
from services.chassis.subject import History, Key, Revision, Statement
from services.intake.domain.claims import Claim, Shown, Source, by_day
from services.intake.domain.job_ends import Ended, Ends, changed, end_of, in_order, over_by
from services.intake.domain.records import DeputySeen, LeaderSeen, Seen

DAY = timedelta(days=1)


class RoleSeen(Seen):
    """One role of a person at a unit (unit, person, role, committee, first day) and until when as far as known; no union has room here."""

    wire: ClassVar[str] = "record.role-seen.v1"

    unit_id: UUID
    person_key: UUID
    employment_id: UUID
    employment_form: EmploymentForm = EmploymentForm.MONTHLY
    role: UnitRole
    committee_id: UUID | None = None
    first_day: date
    until: date | None = None
    cancelled: bool = False


class PostSeen(Seen):
    """One stretch in which nobody holds a post (post, first day).

    `last_day` is the day before somebody does, `internal` whether that one comes from inside the municipality.
    """

    wire: ClassVar[str] = "record.post-seen.v1"

    unit_id: UUID
    post_id: UUID
    leader_post: bool
    leader_level: LeaderLevel | None = None
    first_day: date
    last_day: date | None = None
    internal: bool | None = None
    cancelled: bool = False

    @model_validator(mode="after")
    def _filled_by_whom(self) -> Self:
        if self.last_day is not None and self.internal is None:
            raise ValueError("who fills a post comes from inside or from outside")
        return self


def of_rows(history: History, today: date) -> Iterator[Statement]:
    """What the rows of a unit show of its deputies, its roles and its vacant posts."""
    ends = history.standing(EmploymentEndRegistered)
    yield from _deputies([*history.standing(DeputySeen), *history.standing(LeaderSeen)], over_by(ends, today))
    yield from claimed(history.standing(RoleSeen), lambda r: (r.person_key, r.role, r.committee_id, r.first_day), _role, ends)
    yield from claimed(history.standing(PostSeen), lambda r: (r.post_id, r.first_day), _post)


def claimed(
    rows: Sequence[Revision[Any]],
    thing: Callable[[Any], Hashable],
    claims: Callable[[Any], Iterable[tuple[Key, Claim]]],
    ends: Ends = (),
) -> tuple[Statement, ...]:
    """What holds of all things these rows show, each as its last registered row shows it, until the end of the job it names."""
    shown, known = Shown[Source](), dict[Hashable, Any]()
    ended: dict[UUID, EmploymentEndRegistered] = {}
    for row in _in_order(rows, ends):
        if isinstance(row.body, EmploymentEndRegistered):
            ended[row.body.employment_id] = row.body
        else:
            known[thing(row.body)] = row.body
        held = [_bounded(seen, ended) for seen in known.values() if not seen.cancelled]
        shown.after(row.body, (claim for seen in held for claim in claims(seen)))
    return shown.statements()


def _in_order(rows: Sequence[Revision[Any]], ends: Ends) -> list[Revision[Any]]:
    """By registration, the ends among the rows."""
    return sorted([*rows, *ends], key=lambda r: in_order(r) if isinstance(r.body, EmploymentEndRegistered) else by_day(r, r.body.first_day))


def _bounded(seen: Any, ended: Ended) -> Any:
    """Somebody's post, over with the job that it names; the vacancy of a post names none."""
    match seen:
        case LeaderSeen():
            end = end_of(seen.employment_id, seen.first_day, seen.last_day, ended)
            return changed(seen, last_day=end.last_working_day, reason_class=end.reason_class) if end else seen
        case DeputySeen() | RoleSeen():
            end = end_of(seen.employment_id, seen.first_day, seen.until, ended)
            return changed(seen, until=end.last_working_day) if end else seen
        case _:
            return seen


def _role(seen: RoleSeen) -> Iterator[tuple[Key, Claim]]:
    fields = {
        "unit_id": seen.unit_id,
        "employment_id": seen.employment_id,
        "person_key": seen.person_key,
        "employment_form": seen.employment_form,
        "role": seen.role,
        "committee_id": seen.committee_id,
        "until": seen.until,
    }
    key = ("role-assigned", str(seen.person_key), seen.role.value, str(seen.committee_id or ""), seen.first_day.isoformat())
    yield key, Claim(RoleAssigned, seen.first_day, fields)


def _post(seen: PostSeen) -> Iterator[tuple[Key, Claim]]:
    block = {name: getattr(seen, name) for name in ("unit_id", "post_id", "leader_post", "leader_level")}
    key = (str(seen.post_id), seen.first_day.isoformat())
    yield ("post-vacant", *key), Claim(PostVacant, seen.first_day, block)
    if seen.last_day is not None:
        yield ("post-filled", *key), Claim(PostFilled, seen.last_day + DAY, {**block, "internal": seen.internal})


def _deputies(rows: Sequence[Revision[Any]], ends: Ends) -> tuple[Statement, ...]:
    """Each deputyship as its last registered row shows it; one that names nobody follows the leaders that rows tell of."""
    shown = Shown[Source]()
    leaders, deputies = dict[Hashable, LeaderSeen](), dict[Hashable, DeputySeen]()
    ended: dict[UUID, EmploymentEndRegistered] = {}
    for row in _in_order(rows, ends):
        match row.body:
            case EmploymentEndRegistered() as end:
                ended[end.employment_id] = end
            case LeaderSeen() as seen:
                leaders[seen.employment_id, seen.first_day] = seen
            case seen:
                deputies[seen.employment_id, seen.deputy_for, seen.first_day] = seen
        led = [_bounded(leader, ended) for leader in leaders.values() if not leader.cancelled]
        standing = [_bounded(each, ended) for each in deputies.values() if not each.cancelled]
        shown.after(row.body, (claim for each in standing for claim in _deputy(each, led)))
    return shown.statements()


def _deputy(seen: DeputySeen, leaders: Sequence[LeaderSeen]) -> Iterator[tuple[Key, Claim]]:
    key = ("deputy-appointed", str(seen.employment_id), str(seen.deputy_for), seen.first_day.isoformat())
    if seen.deputy_for is not None:
        yield key, _standing_in(seen, seen.deputy_for, seen.first_day, seen.until)
        return
    for leader in leaders:
        first = max(seen.first_day, leader.first_day)
        until = min((day for day in (seen.until, leader.last_day) if day is not None), default=None)
        if leader.person_key != seen.person_key and (until is None or first <= until):
            of = (str(leader.employment_id), leader.first_day.isoformat())
            yield (*key, *of), _standing_in(seen, leader.person_key, first, until)


def _standing_in(seen: DeputySeen, leader: UUID, first: date, until: date | None) -> Claim:
    fields = {
        "unit_id": seen.unit_id,
        "employment_id": seen.employment_id,
        "person_key": seen.person_key,
        "deputy_for": leader,
        "subjects": seen.subjects,
        "until": until,
    }
    return Claim(DeputyAppointed, first, fields)
