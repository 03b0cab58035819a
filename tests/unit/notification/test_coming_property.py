"""Over random working lives: rows as a slow day by day reading of the same facts finds them; the same in any order, however often woken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.hr import EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from contracts.words import LeaveKind, ReasonClass
from services.chassis.subject import Revision
from services.notification.domain.coming import Coming, ComingFor, comings
from services.notification.rules import ComingKind
from tests.kit.builders import an_id, deputy_appointed, end_registered, hired, leader_appointed, leader_ended, moved, noon, on_leave
from tests.kit.story import Story, revision
from tests.unit.notification.duties import MONDAY, days, town

UNITS = ("ward", "kitchen")
JOBS = ("first job", "second job")
DAY = timedelta(days=1)
FIRST, LAST = -45, 45
"""Everything happens within these days of the Monday; who is here on the last of them stays."""

units, jobs = st.sampled_from(UNITS), st.sampled_from(JOBS)
on = (st.sampled_from((-9, -1, 0, 1, 4, 5, 6, 13, 14, 15)) | st.integers(-40, 40)).map(days)
"""Most of it near the Monday and side by side, where one thing follows another."""
KINDS = list(LeaveKind)
REASONS = [reason for reason in ReasonClass if reason is not ReasonClass.DEATH_OR_EMIGRATION]


@st.composite
def facts(draw: st.DrawFn, kind: str) -> Event:
    """Anything of a kind that may be told of a person, true to life or not."""
    day, job, unit = draw(on), draw(jobs), draw(units)
    match kind:
        case "hired":
            first = draw(st.none() | st.integers(0, 9).map(lambda n: day + n * DAY))
            return hired(day, unit=unit, employment=job, first_working_day=first)
        case "moved":
            return moved(day, draw(units), unit, employment=job, internal_move=draw(st.booleans()))
        case "leave":
            last = draw(st.none() | st.integers(-2, 30).map(lambda n: day + n * DAY))
            return on_leave(day, last, unit=unit, employment=job, leave_kind=draw(st.sampled_from(KINDS)))
        case _:
            return end_registered(day, unit=unit, employment=job, reason_class=draw(st.sampled_from(REASONS)))


@st.composite
def lives(draw: st.DrawFn) -> list[Revision[Event]]:
    """Facts with their corrections: each revision of a fact may say something else of its kind, or that it is not so."""
    told: list[Revision[Event]] = []
    kinds = ["hired", *draw(st.lists(st.sampled_from(("hired", "moved", "leave", "end", "end")), max_size=7))]
    for at, kind in enumerate(kinds):
        told.append(revision(draw(facts(kind)), noon(MONDAY), fact=an_id(f"fact {at}")))
        for number in range(2, draw(st.sampled_from((1, 1, 2, 3))) + 1):
            stands = draw(st.booleans())
            told.append(revision(draw(facts(kind)), noon(MONDAY), fact=an_id(f"fact {at}"), number=number, stands=stands))
    return told


@dataclass(frozen=True)
class Standing:
    """What holds of each kind."""

    hires: Sequence[Hired]
    moves: Sequence[PlacementChanged]
    ends: Sequence[EmploymentEndRegistered]
    leaves: Sequence[LeaveRegistered]


def _standing(life: Iterable[Revision[Event]]) -> Standing:
    last: dict[object, Revision[Event]] = {}
    for told in sorted(life, key=lambda r: r.revision):
        last[told.fact] = told
    holds = sorted((r for r in last.values() if r.stands), key=lambda r: r.fact)
    bodies = [r.body for r in holds]
    return Standing(
        sorted((b for b in bodies if isinstance(b, Hired)), key=lambda b: b.effective_date),
        sorted((b for b in bodies if isinstance(b, PlacementChanged)), key=lambda b: (b.effective_date, b.registered_at, b.new_unit_id)),
        [b for b in bodies if isinstance(b, EmploymentEndRegistered)],
        [b for b in bodies if isinstance(b, LeaveRegistered)],
    )


@dataclass(frozen=True)
class Place:
    """Where one job is on a day: in which unit, since the how manieth move, whether it has started, and whether somebody is at work."""

    unit: object
    part: int
    started: bool
    works: bool


def _place(spell: int, hires: Sequence[Hired], day: date, held: Standing) -> Place | None:
    hire = hires[spell]
    job, begun = hire.employment_id, hire.effective_date
    first = max(begun, hire.first_working_day or begun)
    ends = [e.last_working_day for e in held.ends if e.employment_id == job and _spell_of(e.last_working_day, hires) == spell]
    if day < begun or (ends and day > min(ends)) or _spell_of(day, hires) != spell:
        return None
    unit, part = hire.unit_id, 0
    for move in held.moves:
        if move.employment_id == job and begun <= move.effective_date <= day:
            unit, part = move.new_unit_id, part + (move.internal_move and move.old_unit_id != move.new_unit_id)
    if day < first:
        later = _place(spell, hires, first, held)
        return Place(unit, part, started=False, works=False) if later and later.part == part else None
    away = any(x.employment_id == job and x.leave_from <= day and (x.leave_to is None or day <= x.leave_to) for x in held.leaves)
    return Place(unit, part, started=True, works=not away)


def _spell_of(day: date, hires: Sequence[Hired]) -> int:
    """To which hire of an employment a day belongs: the last one that has begun, the first where none has."""
    begun = [at for at, hire in enumerate(hires) if hire.effective_date <= day]
    return begun[-1] if begun else 0


def oracle(life: Iterable[Revision[Event]], first: date, last: date) -> set[tuple[date, ComingKind, object]]:
    """Day by day: who is where, and what is otherwise than the day before."""
    held = _standing(life)
    employments = [[h for h in held.hires if h.employment_id == an_id(job)] for job in JOBS]
    spells = [(at, hires) for hires in employments for at in range(len(hires))]
    found: set[tuple[date, ComingKind, object]] = set()
    worked: set[tuple[int, int]] = set()
    begun: dict[tuple[int, int], set[object]] = {}
    """Where somebody was at work on the day before a stay began on paper."""
    before: list[Place | None] = [None] * len(spells)
    for n in range(FIRST, LAST + 2):
        day = days(n)
        now = [_place(at, hires, day, held) for at, hires in spells]
        at_work_before, here = {x.unit for x in before if x and x.works}, {x.unit for x in now if x}
        at_work = {x.unit for x in now if x and x.works}
        for job, (was, has) in enumerate(zip(before, now, strict=True)):
            stays = was is not None and has is not None and was.part == has.part
            if has and has.works and not (stays and was and was.works):
                known = begun.setdefault((job, has.part), at_work_before)
                if (job, has.part) in worked and has.unit not in at_work_before:
                    found.add((day, ComingKind.RETURN, has.unit))
                if (job, has.part) not in worked and has.unit not in at_work_before | known:
                    found.add((day, ComingKind.START, has.unit))
                worked.add((job, has.part))
            if has:
                begun.setdefault((job, has.part), at_work_before)
            if stays and was and was.works and has and not has.works and has.unit not in at_work:
                found.add((day, ComingKind.LEAVE, has.unit))
            if was and was.started and not stays and was.unit not in here:
                found.add((day - DAY, ComingKind.END, was.unit))
        before = now
    return {each for each in found if first <= each[0] <= last}


@settings(max_examples=150, deadline=None)
@given(life=lives(), on=st.integers(-20, 20))
def test_rows_are_what_is_otherwise_than_the_day_before(life: list[Revision[Event]], on: int) -> None:
    story = town(MONDAY)
    story.hears_revisions(life)
    story.reaches(days(on))
    (state,) = (state for subject, state in story.states.items() if subject.kind == "person")

    found = {(x.day, x.kind, x.unit_id) for x in comings(state.history, days(on)) if x.day <= days(on + 14)}

    assert found == oracle(life, days(on), days(on + 14))


ORGANISATION = (
    leader_ended("ward", "leader", days(4)),
    leader_appointed("ward", "new leader", days(9)),
    deputy_appointed("area", "deputy", "chief", days(2), until=days(12)),
    leader_appointed("kitchen", "person", days(-30)),
)


def _rows(story: Story) -> list[Coming | ComingFor]:
    return sorted((row for row in story.rows() if isinstance(row, ComingFor)), key=repr)


@settings(max_examples=100, deadline=None)
@given(life=lives(), data=st.data(), end=st.integers(0, 30), stops=st.sets(st.integers(0, 30), max_size=6))
def test_order_repetition_batches_and_wakes_do_not_matter(
    life: list[Revision[Event]], data: st.DataObject, end: int, stops: set[int]
) -> None:
    heard = [*life, *(revision(event, noon(MONDAY)) for event in ORGANISATION)]
    plain, mixed = town(MONDAY), town(MONDAY)
    plain.hears_revisions(heard)
    again = data.draw(st.lists(st.sampled_from(heard), max_size=5))
    shuffled = list(data.draw(st.permutations([*heard, *again])))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        mixed.hears_revisions(shuffled[:size])
        shuffled = shuffled[size:]
    for stop in sorted(stop for stop in stops if stop < end):
        mixed.reaches(days(stop))

    for story in (plain, mixed):
        story.reaches(days(end))

    assert _rows(plain) == _rows(mixed)
    assert all(days(end) <= row.coming.day <= days(end + 14) for row in _rows(mixed) if isinstance(row, ComingFor))
    assert all(row.recipient != row.coming.about_person for row in _rows(mixed) if isinstance(row, ComingFor))


@settings(max_examples=50, deadline=None)
@given(life=lives(), kind=st.sampled_from(KINDS), reason=st.sampled_from(REASONS))
def test_why_somebody_stops_and_which_leave_it_is_comes_out_nowhere(
    life: list[Revision[Event]], kind: LeaveKind, reason: ReasonClass
) -> None:
    told, other = town(MONDAY), town(MONDAY)
    told.hears_revisions(life)
    other.hears_revisions(_reworded(each, kind, reason) for each in life)

    assert _rows(told) == _rows(other)


def _reworded(told: Revision[Event], kind: LeaveKind, reason: ReasonClass) -> Revision[Event]:
    match told.body:
        case LeaveRegistered():
            body: Event = told.body.model_copy(update={"leave_kind": kind})
        case EmploymentEndRegistered():
            body = told.body.model_copy(update={"reason_class": reason})
        case _:
            return told
    return revision(body, told.known_at, fact=told.fact, number=told.revision, stands=told.stands)
