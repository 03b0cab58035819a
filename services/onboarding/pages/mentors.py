"""Naming mentors of one plan: colleagues found by name, the load of each beside it; or a fixed team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.onboarding.mentor import MentorKind
from services.chassis.web import Desk, Form, wrong
from services.onboarding import store
from services.onboarding.domain.asks import Mentor, name_mentor
from services.onboarding.domain.job import Job
from services.onboarding.domain.rows import PlanRow
from services.onboarding.pages.access import role_of, seen_plan
from services.onboarding.pages.choosing import options
from services.onboarding.pages.shown import DAY_REFUSED, rules_of, subject_of, told_at, units_named
from services.onboarding.rules import How, Mentors

MOST_FOUND = 100
MOST_SHOWN = 20
MOST_SUGGESTED = 8
LEAST_LETTERS = 2
MOST_LETTERS = 60
NEW_LEADER = "new-leader"
PAIR = (MentorKind.PROFESSIONAL, MentorKind.SOCIAL)
MENTOR_REFUSED = ("onboarding-mentor-is-newcomer", "onboarding-mentor-already-named", "onboarding-mentor-same-person")


class ChosenForm(Form):
    """A colleague is to be mentor; `mentor`: the person, and the employment where one is known, joined by a colon."""

    kind: MentorKind = Field(title="onboarding-mentor-kind")
    mentor: str = Field(title="onboarding-mentor-who")
    named_on: date = Field(title="onboarding-named-on")

    @field_validator("mentor")
    @classmethod
    def _is_one_of_the_list(cls, mentor: str) -> str:
        try:
            for part in mentor.split(":", 1):
                UUID(part)
        except ValueError:
            raise wrong("web-field-choice") from None
        return mentor

    @property
    def person(self) -> UUID:
        """Who it is."""
        return UUID(self.mentor.split(":", 1)[0])

    @property
    def employment(self) -> UUID | None:
        """The job that makes them a colleague."""
        _, _, employment = self.mentor.partition(":")
        return UUID(employment) if employment else None


class TeamForm(Form):
    """A fixed team takes the newcomer in."""

    team: UUID = Field(title="onboarding-mentor-team")
    team_on: date = Field(title="onboarding-named-on")


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could be mentor: in which unit they work today, and how many newcomers they stand by."""

    person: UUID
    employment: UUID | None
    unit: UUID | None
    load: int

    @property
    def value(self) -> str:
        """As the form sends it."""
        return f"{self.person}:{self.employment}" if self.employment else str(self.person)


async def mentors(request: Request) -> Response:
    """Who stands by the newcomer, and who could; `?q=` looks for colleagues by name."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    words = request.query_params.get("q", "")[:MOST_LETTERS].replace("\0", "").split()
    is_asked = sum(map(len, words)) >= LEAST_LETTERS
    async with desk.runtime.pool.acquire() as conn:
        named = await store.mentors_of_plans(conn, [row.plan_id])
    found = await _colleagues(desk, row, words if is_asked else None)
    people = {row.person_key, *(m.mentor_key for m in named if m.mentor_key), *(c.person for c in found)}
    units = {*(m.team_unit_id for m in named if m.team_unit_id), *(c.unit for c in found if c.unit)}
    kinds = [MentorKind.LEADER] if row.occasion == NEW_LEADER else list(PAIR)
    return desk.render(
        "mentors.html",
        plan=row,
        wanted=_wanted(desk, row).value,
        q=" ".join(words),
        is_asked=is_asked,
        named=named,
        found=found[:MOST_SHOWN],
        cut_off=len(found) > MOST_SHOWN,
        load={colleague.person: colleague.load for colleague in found},
        loads=await _loads(desk),
        kinds=[(kind.value, desk.text(f"onboarding-mentor-{kind.value}")) for kind in kinds],
        first_kind=next((kind.value for kind in kinds if kind.value not in {m.kind for m in named}), kinds[0].value),
        teams=options(desk) if row.occasion != NEW_LEADER else [],
        names=await desk.runtime.names(people),
        units=units_named(desk, units),
        latest=min(desk.today, row.last_day or desk.today),
    )


def _wanted(desk: Desk, row: PlanRow) -> Mentors:
    """Who must be named, by the rules of the plan's template; both kinds where it does not say."""
    template = rules_of(desk).templates.get(row.template)
    named = (rule.mentors for rule in template.steps.values() if rule.how is How.MENTORS) if template is not None else ()
    return Mentors.LEADER if row.occasion == NEW_LEADER else next(iter(named), Mentors.BOTH)


async def _loads(desk: Desk) -> Mapping[UUID, int]:
    async with desk.runtime.pool.acquire() as conn:
        return await store.mentor_load(conn, desk.viewer.municipality, desk.today)


async def _colleagues(desk: Desk, row: PlanRow, words: Sequence[str] | None) -> list[Colleague]:
    """Whom the search finds and works here today; without a search who is known at the unit. Those of the unit come first.

    The directory does not say where somebody works: that is read from the history of each one found.
    """
    load = await _loads(desk)
    async with desk.runtime.pool.acquire() as conn:
        if words is None:
            persons = list(
                dict.fromkeys([*_known_at(desk, row.unit_id), *await store.mentors_of_units(conn, [row.unit_id], MOST_SUGGESTED)])
            )
        else:
            persons = await store.persons_named(conn, row.municipality, words, MOST_FOUND)
        persons = [person for person in persons if person != row.person_key]
        jobs = await store.jobs_of(conn, desk.site.service.kind("person"), persons, row.municipality)
    path = desk.snapshot.organisation().path(row.unit_id, desk.today)
    found = (_colleague(person, jobs.get(person, ()), path, desk.today, load.get(person, 0)) for person in persons)
    here = [colleague for colleague in found if colleague is not None]
    in_order = sorted(here, key=lambda colleague: -path.index(colleague.unit) if colleague.unit in path else 1)
    return in_order if words is not None else in_order[:MOST_SUGGESTED]


def _known_at(desk: Desk, unit: UUID) -> list[UUID]:
    """Who leads the unit or has a role in it."""
    told = desk.snapshot.organisation()
    return [holder.person for holder in told.in_charge(desk.today) if holder.unit == unit]


def _colleague(person: UUID, jobs: Sequence[Job], path: Sequence[UUID], today: date, load: int) -> Colleague | None:
    """As they work today: of several jobs the one nearest to the newcomer. None where all that is known of them is over."""
    held = [job for job in jobs if job.begun <= today and (job.last_day is None or today <= job.last_day)]
    if jobs and not held:
        return None
    if not held:
        return Colleague(person, None, None, load)
    units = [(job.unit_on(today), job) for job in held]
    unit, job = max(units, key=lambda each: path.index(each[0]) if each[0] in path else -1)
    return Colleague(person, job.employment_id, unit, load)


async def record_mentor(request: Request) -> Response:
    """A colleague is named; another one of the same kind is replaced."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(ChosenForm)
    decide = name_mentor(row.plan_id, asked.kind, Mentor(asked.person, asked.employment), asked.named_on, role_of(desk, row))
    told = told_at(decide, mentor=MENTOR_REFUSED, kind=("onboarding-mentor-wrong-kind",), named_on=DAY_REFUSED)
    await desk.runtime.ask(subject_of(row), asked.form_id, told)
    return desk.redirect(f"/onboarding/plans/{row.plan_id}/mentors", notice="onboarding-mentor-kept")


async def record_team(request: Request) -> Response:
    """A team is named."""
    desk = await Desk.of(request)
    row = await seen_plan(desk)
    asked = await desk.form(TeamForm, page=mentors)
    decide = name_mentor(row.plan_id, MentorKind.TEAM, Mentor(team=asked.team), asked.team_on, role_of(desk, row))
    refused = ("onboarding-mentor-already-named", "onboarding-mentor-wrong-kind")
    await desk.runtime.ask(subject_of(row), asked.form_id, told_at(decide, team=refused, team_on=DAY_REFUSED))
    return desk.redirect(f"/onboarding/plans/{row.plan_id}/mentors", notice="onboarding-mentor-kept")


ROUTES = (
    Route("/onboarding/plans/{plan:uuid}/mentors", mentors),
    Route("/onboarding/plans/{plan:uuid}/mentors", record_mentor, methods=["POST"]),
    Route("/onboarding/plans/{plan:uuid}/mentors/team", record_team, methods=["POST"]),
)
