"""The leader's post of a unit: vacant from the day after somebody stops leading it and nobody else does (danish-hr 3.5)."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID, uuid5

from contracts.hr import PostVacant
from contracts.words import LeaderLevel
from services.chassis.subject import NAMESPACE, History, Key, Revision, Statement
from services.intake.domain.claims import Claim, Shown, by_day
from services.intake.domain.records import LeaderSeen, LeadershipShown

Row: TypeAlias = LeaderSeen | LeadershipShown


class Held(NamedTuple):
    """Somebody leads the unit, both days included; none as last day: as far as known."""

    name: tuple[str, ...]
    first: date
    last: date | None
    level: LeaderLevel


def vacancies(history: History, closed: Collection[date]) -> tuple[Statement, ...]:
    """When the post is vacant, whoever told of its leaders: a file of leaders, or the rows of their employments.

    `closed`: from which days on the unit is no more, and its post with it. A successor who comes later does not undo the gap.
    """
    rows: list[Revision[Row]] = [*history.standing(LeaderSeen), *history.standing(LeadershipShown)]
    shown, known = Shown(), dict[tuple[str, ...], Held | None]()
    for row in sorted(rows, key=lambda r: by_day(r, r.body.first_day)):
        held = _held(row)
        known[held.name] = None if isinstance(row.body, LeaderSeen) and row.body.cancelled else held
        post = {"unit_id": row.body.unit_id, "post_id": post_id(row.body.unit_id)}
        shown.after(row.body, dict(_vacant([each for each in known.values() if each], closed, post)))
    return shown.statements()


def post_id(unit: UUID) -> UUID:
    """The post of a unit's leader: there is one, however many share it."""
    return uuid5(NAMESPACE, f"leader post\x1f{unit}")


def _held(row: Revision[Row]) -> Held:
    body = row.body
    if isinstance(body, LeaderSeen):
        return Held((str(body.employment_id), body.first_day.isoformat()), body.first_day, body.last_day, body.leader_level)
    return Held((str(row.fact),), body.first_day, body.last_day, body.leader_level)


def _vacant(held: Iterable[Held], closed: Collection[date], post: dict[str, Any]) -> Iterator[tuple[Key, Claim]]:
    """By the leadership that ended, so that a moved last day moves the vacancy; of several that end together the first by name tells it."""
    everybody = sorted(held)
    told: set[date] = set()
    for one in everybody:
        vacant = one.last + timedelta(days=1) if one.last else None
        if vacant is None or vacant in told or any(day <= vacant for day in closed):
            continue
        if not any(other.first <= vacant and (other.last is None or other.last >= vacant) for other in everybody):
            told.add(vacant)
            yield ("post-vacant", *one.name), Claim(PostVacant, vacant, {**post, "leader_post": True, "leader_level": one.level})
