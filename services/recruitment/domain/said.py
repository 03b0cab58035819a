"""What recruitment says of a vacancy, and the row its page shows."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.base import Call, CallState, HolderRole
from contracts.recruitment import (
    MoreHoursDue,
    MoreHoursMissed,
    MoreHoursOffered,
    MoreHoursPlanned,
    PositionFilled,
    ReviewOutcome,
    VacancyArose,
    VacancyCause,
    VacancyDuty,
    VacancyReviewDue,
    VacancyReviewed,
    VacancyReviewMissed,
    VacancyReviewPlanned,
)
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, earliest
from services.recruitment.domain.duty import Duty
from services.recruitment.domain.records import PostTaken
from services.recruitment.domain.vacancy import Vacancy, vacancy

REVIEW, MORE_HOURS = "vacancy-review", "more-hours"


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """What the pages show of a vacancy. States are words of `CallState`; none where the duty is not owed."""

    vacancy_id: UUID
    municipality: str
    unit_id: UUID
    occupation_group: str
    degree: str
    leader_post: bool
    needed_from: date
    known_at: datetime
    status: str
    end_withdrawn: bool
    review_state: str | None
    review_closes: date | None
    outcome: str | None
    more_hours_state: str | None
    more_hours_closes: date | None
    asked: int | None
    accepted: int | None
    hours_gained: str | None
    published_on: date | None
    filled_by: UUID | None
    filled_from: date | None


def vacancies(history: History, reference: Reference, now: datetime) -> Situation:
    """Say that a post is vacant, what is asked before an ad, and who filled it (S0)."""
    found = vacancy(history, reference, now)
    if found is None:
        return Situation()
    said = [Statement(("arose",), _arose(found))]
    if found.review is not None:
        said.append(Statement((REVIEW,), _review(found, found.review)))
    if found.more_hours is not None:
        said.append(Statement((MORE_HOURS,), _more_hours(found, found.more_hours)))
    if found.taken is not None:
        said.append(Statement(("filled", str(found.taken.hired_fact)), _filled(found, found.taken)))
    duties = [duty for duty in (found.review, found.more_hours) if duty is not None]
    return Situation(tuple(said), rows=(_row(found),), wake_at=earliest(*(duty.next_turn(now) for duty in duties)))


def _about(found: Vacancy) -> dict[str, object]:
    return {"municipality": found.post.municipality, "vacancy_id": found.id, "unit_id": found.post.unit_id}


def _arose(found: Vacancy) -> VacancyArose:
    post = found.post
    fields = {"occupation_group": post.occupation_group, "degree": post.degree, "leader_post": post.leader_post}
    return VacancyArose.model_validate({**_about(found), **fields, "cause": VacancyCause.END, "needed_from": found.needed_from})


def _duty_fields(found: Vacancy, kind: str, duty: Duty) -> dict[str, object]:
    """A leader's own post is never the leader's own task (danish-hr 3.6)."""
    call = Call(
        kind=kind,
        role=HolderRole.LEADERS_LEADER if found.post.leader_post else HolderRole.NEAREST_LEADER,
        unit_id=found.post.unit_id,
        opens=duty.window.opens,
        due=duty.window.due,
        closes=duty.window.closes,
        missed_after=duty.window.missed_after,
        state=duty.state,
        state_on=duty.state_on,
        link=f"/recruitment/vacancies/{found.id}",
    )
    return {**_about(found), "call": call}


def _review(found: Vacancy, duty: Duty) -> VacancyDuty:
    fields = _duty_fields(found, REVIEW, duty)
    if found.reviewed is not None:
        done = found.reviewed.model_dump(include={"reviewed_on", "outcome", "tasks_checked", "competences_checked"})
        return VacancyReviewed.model_validate({**fields, **done, "outcome": _outcome(found)})
    return _by_state(duty, VacancyReviewPlanned, VacancyReviewDue, VacancyReviewMissed).model_validate(fields)


def _more_hours(found: Vacancy, duty: Duty) -> VacancyDuty:
    fields = _duty_fields(found, MORE_HOURS, duty)
    if found.hours is not None:
        return MoreHoursOffered.model_validate({**fields, **found.hours.model_dump(exclude={"municipality"})})
    return _by_state(duty, MoreHoursPlanned, MoreHoursDue, MoreHoursMissed).model_validate(fields)


def _by_state(duty: Duty, planned: type[VacancyDuty], due: type[VacancyDuty], missed: type[VacancyDuty]) -> type[VacancyDuty]:
    return {CallState.PLANNED: planned, CallState.OPEN: due}.get(duty.state, missed)


def _outcome(found: Vacancy) -> ReviewOutcome | None:
    if found.given_up:
        return ReviewOutcome.NOT_REFILLED
    return found.reviewed.outcome if found.reviewed else None


def _filled(found: Vacancy, taken: PostTaken) -> PositionFilled:
    fields = taken.model_dump(exclude={"first_day", "confirmed_at"})
    return PositionFilled.model_validate({**fields, **_about(found), "opened_on": day_of(found.post.known_at)})


def _row(found: Vacancy) -> VacancyRow:
    post, review, hours = found.post, found.review, found.more_hours
    outcome = _outcome(found)
    return VacancyRow(
        vacancy_id=found.id,
        municipality=post.municipality,
        unit_id=post.unit_id,
        occupation_group=post.occupation_group.value,
        degree=post.degree,
        leader_post=post.leader_post,
        needed_from=found.needed_from,
        known_at=post.known_at,
        status=found.status.value,
        end_withdrawn=found.end_withdrawn,
        review_state=review.state.value if review else None,
        review_closes=review.window.closes if review else None,
        outcome=outcome.value if outcome else None,
        more_hours_state=hours.state.value if hours else None,
        more_hours_closes=hours.window.closes if hours else None,
        asked=found.hours.asked if found.hours else None,
        accepted=found.hours.accepted if found.hours else None,
        hours_gained=found.hours.hours_gained if found.hours else None,
        published_on=found.ad.published_on if found.ad else None,
        filled_by=found.taken.person_key if found.taken else None,
        filled_from=found.taken.first_day if found.taken else None,
    )
