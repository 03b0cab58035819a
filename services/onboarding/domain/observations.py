"""What newcomers wondered about, and the duty of a unit's leader to say what comes of it. Said of the unit, about nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from contracts.base import Call, CallState, HolderRole
from contracts.onboarding import ObservationDone, ObservationDue, ObservationMissed, ObservationPlanned
from contracts.onboarding.observation import Observation
from contracts.words import MilestoneKind, TalkTheme
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Statement, fact_id
from services.onboarding.domain.records import ObservationAnswered, ObservationRaised, TalkHeld
from services.onboarding.domain.rows import ObservationRow
from services.onboarding.domain.step import SERVICE_NAME, Plan
from services.onboarding.domain.window import Window
from services.onboarding.rules import OnboardingRules

KIND = "observation"
LATE_WORKING_DAYS = 10
EVENTS: dict[CallState, type[Observation]] = {
    CallState.PLANNED: ObservationPlanned,
    CallState.OPEN: ObservationDue,
    CallState.MISSED: ObservationMissed,
}


@dataclass(frozen=True, slots=True)
class Wonder:
    """One observation as it is now."""

    key: tuple[str, ...]
    fact: UUID
    unit: UUID
    theme: TalkTheme
    raised_in: MilestoneKind
    raised_on: date
    window: Window
    answer: ObservationAnswered | None

    def state(self, today: date) -> CallState:
        """Where it is in its life."""
        return CallState.DONE if self.answer is not None else self.window.state_on(today)

    def turns(self) -> Iterator[date]:
        """The days on which time alone changes it."""
        if self.answer is None:
            yield from self.window.turns()


def wonders(history: History, plans: Sequence[Plan], reference: Reference) -> tuple[Wonder, ...]:
    """What was raised in talks that stand and beside them; a death ends all that nobody has answered."""
    answers = {
        r.body.observation: r for r in sorted(history.standing(ObservationAnswered), key=lambda r: (r.known_at, r.fact), reverse=True)
    }
    found = (wonder for plan in plans for wonder in _of_plan(history, plan, reference, answers))
    return tuple(sorted(found, key=lambda each: (each.raised_on, each.key)))


Answers = dict[UUID, Revision[ObservationAnswered]]


def _of_plan(history: History, plan: Plan, reference: Reference, answers: Answers) -> Iterator[Wonder]:
    died = plan.introduction.job.died
    for key, raised, (theme, raised_in, raised_on) in _raised(history, plan):
        fact = fact_id(SERVICE_NAME, history.subject, key)
        unit = plan.introduction.job.unit_on(raised_on)
        answer = answers.get(fact)
        if died and answer is None:
            continue
        then = reference.at(raised.known_at).calendar(unit)
        rules = reference.policy(OnboardingRules)
        opens = then.on_or_after(raised_on)
        closes = then.add_working_days(opens, rules.observation_working_days)
        window = Window(opens, closes, closes, then.add_working_days(closes, LATE_WORKING_DAYS))
        yield Wonder(key, fact, unit, theme, raised_in, raised_on, window, answer.body if answer else None)


Raised = tuple[tuple[str, ...], Revision[TalkHeld] | Revision[ObservationRaised], tuple[TalkTheme, MilestoneKind, date]]


def _raised(history: History, plan: Plan) -> Iterator[Raised]:
    """Under the talk or the record it was raised in, so that a theme of one talk is one observation."""
    kinds = {step.fact: step.rule.kind for step in plan.steps}
    for held in history.standing(TalkHeld):
        kind = kinds.get(held.body.talk)
        for theme in dict.fromkeys(held.body.observations) if kind is not None else ():
            assert kind is not None
            yield (KIND, str(held.body.talk), theme.value), held, (theme, kind, held.body.held_on)
    for raised in history.standing(ObservationRaised):
        if raised.body.plan == plan.id:
            yield (KIND, str(raised.fact)), raised, (raised.body.theme, raised.body.raised_in, raised.body.raised_on)


def statement(wonder: Wonder, municipality: str, today: date) -> Statement:
    """The observation as the event whose type tells its state."""
    state, window, answer = wonder.state(today), wonder.window, wonder.answer
    state_on = {CallState.OPEN: window.opens, CallState.MISSED: window.missed_after + timedelta(days=1)}.get(state)
    call = Call(
        kind=KIND,
        role=HolderRole.NEAREST_LEADER,
        unit_id=wonder.unit,
        opens=window.opens,
        due=window.due,
        closes=window.closes,
        missed_after=window.missed_after,
        state=state,
        state_on=answer.answered_on if answer else state_on,
        by_role=answer.by_role if answer else None,
        link=f"/onboarding/observations/{wonder.fact}",
    )
    fields = {
        "municipality": municipality,
        "unit_id": wonder.unit,
        "observation_id": wonder.fact,
        "theme": wonder.theme,
        "raised_in": wonder.raised_in,
        "raised_on": wonder.raised_on,
        "call": call,
    }
    return Statement(wonder.key, _event(fields, state, answer))


def _event(fields: dict[str, object], state: CallState, answer: ObservationAnswered | None) -> Observation:
    if answer is not None:
        return ObservationDone.model_validate({**fields, "done_on": answer.answered_on, "outcome": answer.outcome})
    return EVENTS[state].model_validate(fields)


def row(wonder: Wonder, history: History, today: date) -> ObservationRow:
    """What the pages show of it."""
    answer = wonder.answer
    return ObservationRow(
        fact=wonder.fact,
        municipality=history.subject.municipality,
        person_key=history.subject.id,
        unit_id=wonder.unit,
        theme=wonder.theme.value,
        raised_in=wonder.raised_in.value,
        raised_on=wonder.raised_on,
        state=wonder.state(today).value,
        due=wonder.window.due,
        closes=wonder.window.closes,
        missed_after=wonder.window.missed_after,
        state_on=answer.answered_on if answer else None,
        outcome=answer.outcome.value if answer else None,
    )
