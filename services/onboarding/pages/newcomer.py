"""A newcomer's own page: what happens when and with whom; what somebody wonders about; a short survey."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import Field, create_model
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from contracts.base import CallState, HolderRole
from contracts.words import TalkTheme
from services.chassis.failures import Refused
from services.chassis.web import Form, NotFound
from services.onboarding import store
from services.onboarding.domain.asks import raise_observation
from services.onboarding.domain.rows import ObservationRow, StepRow
from services.onboarding.domain.survey import Offer, period_of
from services.onboarding.pages.own import LINK, MINE, Doors, Own, Page
from services.onboarding.pages.seen import ALONE, People, latest_kind, leaders, seen, word_of
from services.onboarding.pages.shown import COME_ANEW, greeting, subject_of, themes, workload
from services.onboarding.rules.newcomer import SCALE
from services.onboarding.store import links, surveys
from services.onboarding.store.surveys import Round, Taken

DO_NOT_KNOW = 0
Answer = Annotated[int, Field(ge=DO_NOT_KNOW, le=SCALE[1])] | None


class WonderForm(Form):
    """Themes somebody wonders about. There is no text: it would be about others, and it is said in a talk."""

    themes: tuple[TalkTheme, ...] = Field(title="onboarding-mine-themes", default=())


async def page(own: Own) -> Response:
    """The plan. A mentor without one sees what mentors are asked."""
    desk, plan = own.desk, own.plan
    if plan is None:
        return desk.render("intro-none.html", surveys=_surveys(own))
    async with desk.runtime.pool.acquire() as conn:
        steps = await store.steps_of_plans(conn, [plan.plan_id])
        mentors = await store.mentors_of_plans(conn, [plan.plan_id])
    organisation = own.snapshot.organisation()
    people = People(
        leaders(organisation, plan.unit_id, plan.person_key, desk.today), [mentor for mentor in mentors if mentor.until >= desk.today]
    )
    units = {unit: found.name for unit in _units(own, people) if (found := organisation.unit(unit, desk.today))}
    names = await desk.runtime.names(people.keys)
    return desk.render(
        "intro.html",
        base=own.base,
        plan=plan,
        greeting=greeting(plan),
        until=own.until,
        others=own.others,
        mine=MINE,
        parts=seen(steps),
        titles={step.fact: _title(own, step) for step in steps},
        words={step.fact: word_of(step) for step in steps},
        meets=plan.occasion in COME_ANEW and desk.today <= plan.starts_on,
        company={step.fact: _company(own, step, people, names) for step in steps},
        people=people,
        units=units,
        names=names,
        surveys=_surveys(own),
        wonders=await _wonders(own),
        workload=workload(own.snapshot, plan.template, plan.starts_on),
        workplace=own.snapshot.rules.name,
    )


def _units(own: Own, people: People) -> set[UUID]:
    teams = {mentor.team_unit_id for mentor in people.mentors if mentor.team_unit_id}
    return {own.plan_or_nothing.unit_id, *teams}


def _surveys(own: Own) -> list[tuple[str, str]]:
    return [(own.survey_path(offer), offer.survey.value) for offer in own.waiting]


def _title(own: Own, step: StepRow) -> str:
    """What a step is called towards the newcomer: as the municipality calls its own ones, else by its kind."""
    rule = own.rules.book.get(step.name)
    if rule is not None and rule.title is not None:
        return rule.title.en if own.desk.language == "en" else rule.title.da
    return own.desk.text(f"onboarding-mine-kind-{word_of(step)}")


def _company(own: Own, step: StepRow, people: People, names: Mapping[UUID, str]) -> str:
    """With whom a step is, by name where it is known, else by role; nothing where the step is the newcomer's own."""
    found = [names[key] for key in people.with_whom(step, own.plan_or_nothing) if key in names]
    role = f"onboarding-mine-role-{step.role}"
    if not found and (step.how in ALONE or not own.desk.site.catalogue.has(role)):
        return ""
    return own.desk.text("onboarding-mine-with", who=", ".join(found) or own.desk.text(role))


async def _wonders(own: Own) -> list[ObservationRow]:
    plan = own.plan_or_nothing
    async with own.desk.runtime.pool.acquire() as conn:
        steps = await store.steps_of_plans(conn, [plan.plan_id])
        since = min((step.opens for step in steps), default=plan.starts_on)
        return await links.observations_of_person(conn, plan.person_key, plan.municipality, min(since, plan.starts_on))


async def wonder(own: Own) -> Response:
    """The themes to choose from."""
    plan = own.plan_or_nothing
    return own.desk.render("intro-wonder.html", base=own.base, plan=plan, themes=themes(own.desk), wonders=await _wonders(own))


async def raise_wonder(own: Own) -> Response:
    """Each theme becomes an observation that the leader answers; one that waits for its answer already is not raised again."""
    desk, plan = own.desk, own.plan_or_nothing
    asked = await desk.form(WonderForm)
    waiting = {row.theme for row in await _wonders(own) if row.state != CallState.DONE}
    if not asked.themes:
        raise Refused("onboarding-wonder-none", field="themes")
    async with desk.runtime.pool.acquire() as conn:
        kind = latest_kind(await store.steps_of_plans(conn, [plan.plan_id]), desk.today)
    for theme in sorted(set(asked.themes) - {TalkTheme.UNKNOWN}):
        if theme.value not in waiting:  # no role of the list is a newcomer's, and nothing is said of who raised it
            decide = raise_observation(plan.plan_id, theme, kind, desk.today, HolderRole.UNKNOWN)
            await desk.runtime.ask(subject_of(plan), uuid5(asked.form_id, theme.value), decide)
    return desk.redirect(own.base, notice="onboarding-wonder-kept")


async def survey(own: Own) -> Response:
    """The questions; who has answered is thanked instead."""
    offer = _offer(own)
    return own.desk.render(
        "intro-survey.html",
        base=own.base,
        survey=offer.survey.value,
        questions=[question.value for question in offer.questions],
        choices=[(score, own.desk.text(f"onboarding-scale-{score}")) for score in (*range(SCALE[1], SCALE[0] - 1, -1), DO_NOT_KNOW)],
        closes=offer.closes,
        least=own.rules.surveys.least_answers,
        is_answered=offer.key in own.answered,
    )


async def answer(own: Own) -> Response:
    """The answers are added to those of others, once. The same form sent twice is answered as done."""
    desk, offer = own.desk, _offer(own)
    asked = await desk.form(_sheet(offer))
    given = {question: getattr(asked, question) for question in offer.questions}
    scores = {question.value: score for question, score in given.items() if score}
    if not scores:
        raise Refused("onboarding-survey-empty")
    at = Round(own.snapshot.rules.municipality, offer.survey, period_of(offer.closes, own.rules.surveys.rhythm))
    async with desk.runtime.pool.acquire() as conn, conn.transaction():
        taken = await surveys.answer(conn, offer, at, scores, asked.form_id)
    if taken is Taken.TOO_LATE:
        raise NotFound("onboarding-survey-unknown")
    if taken is Taken.TWICE and own.answered.get(offer.key, asked.form_id) != asked.form_id:
        raise Refused("onboarding-survey-twice")
    return desk.redirect(own.base, notice="onboarding-survey-kept")


def _sheet(offer: Offer) -> type[Form]:
    fields: dict[str, Any] = {
        question.value: (Answer, Field(default=None, title=f"onboarding-question-{question.value}")) for question in offer.questions
    }
    return create_model("Sheet", __base__=Form, **fields)


def _offer(own: Own) -> Offer:
    """What is asked for: by a link of its own plan, else of a plan that is named."""
    told = own.desk.request.path_params
    about = told.get("about", own.plan.plan_id if own.plan else None)
    found = next((offer for offer in own.offers if (offer.plan_id, offer.survey.value) == (about, told["survey"])), None)
    if found is None:
        raise NotFound("onboarding-survey-unknown")
    return found


def routes() -> tuple[BaseRoute, ...]:
    """Every page behind both doors, with how fast each link is opened; made once for a site."""
    doors = Doors()
    by_link, mine = f"{LINK}/{{secret}}", f"{MINE}/{{plan:uuid}}"
    pages: tuple[tuple[str, Page, Page | None], ...] = (("", page, None), ("/wonder", wonder, raise_wonder))
    asked: tuple[tuple[str, Page, Page | None], ...] = (("", survey, answer),)
    found: list[BaseRoute] = [Route(MINE, doors.signed_in(page))]
    for path, told, door in (
        (by_link, pages, doors.by_link),
        (f"{by_link}/survey/{{survey}}", asked, doors.by_link),
        (mine, pages, doors.signed_in),
        (f"{MINE}/survey/{{about:uuid}}/{{survey}}", asked, doors.signed_in),
    ):
        for more, shown, sent in told:
            found.append(Route(path + more, door(shown)))
            if sent is not None:
                found.append(Route(path + more, door(sent), methods=["POST"]))
    return tuple(found)
