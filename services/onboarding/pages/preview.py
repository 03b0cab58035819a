"""What would happen for somebody on a day, before anybody is hired: the steps that the rules would ask for, and which are too late."""

from datetime import date
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contracts.words import EmploymentForm, OccupationGroup
from services.chassis.reference import Reference
from services.chassis.web import Desk, NotFound, Query, asked, wrong
from services.onboarding.domain.introduction import Trigger
from services.onboarding.domain.preview import ENDING, NOBODY, Given, Preview, preview
from services.onboarding.pages.choosing import options
from services.onboarding.pages.shown import named_title, rules_of, workload

FORMS = tuple(form for form in EmploymentForm if form is not EmploymentForm.UNKNOWN)
PROFESSIONS = tuple(group for group in OccupationGroup if group is not OccupationGroup.UNKNOWN)
YEARS = range(2000, 2100)


class Wanted(Query):
    """A person as somebody describes one."""

    unit: UUID = Field(title="onboarding-unit")
    start: date = Field(title="onboarding-first-day")
    trigger: Trigger = Field(default=Trigger.HIRED, title="onboarding-preview-occasion")
    form: EmploymentForm = Field(default=EmploymentForm.MONTHLY, title="onboarding-preview-form")
    profession: OccupationGroup = Field(default=OccupationGroup.OTHER, title="onboarding-preview-profession")
    known: date | None = Field(default=None, title="onboarding-preview-known")
    end: date | None = Field(default=None, title="onboarding-preview-end", validate_default=True)

    @field_validator("start", "known", "end")
    @classmethod
    def _is_a_day_of_our_time(cls, day: date | None) -> date | None:
        if day is not None and day.year not in YEARS:
            raise wrong("web-field-date")
        return day

    @field_validator("end")
    @classmethod
    def _is_told_of_what_ends(cls, day: date | None, told: ValidationInfo) -> date | None:
        if day is None and told.data.get("trigger") in ENDING:
            raise wrong("onboarding-preview-end-missing")
        return day


async def look(request: Request) -> Response:
    """The form, and under it what would happen."""
    desk = await Desk.of(request)
    wanted = asked(request, Wanted) if request.query_params else None
    found = _preview(desk, wanted) if wanted is not None else None
    return desk.render(
        "preview.html",
        units=options(desk),
        triggers=[(trigger.value, desk.text(f"onboarding-trigger-{trigger.value}")) for trigger in Trigger],
        forms=[(form.value, desk.text(f"onboarding-form-{form.value}")) for form in FORMS],
        professions=[(group.value, desk.text(f"onboarding-profession-{group.value}")) for group in PROFESSIONS],
        wanted=wanted,
        found=found,
        titles={step.name: named_title(desk, step.name, step.rule.kind.value) for step in found.steps} if found else {},
        workload=workload(desk.snapshot, found.template, wanted.start) if found and wanted else [],
    )


def _preview(desk: Desk, wanted: Wanted) -> Preview:
    if not desk.viewer.leads(wanted.unit):
        raise NotFound("web-not-found-text")
    left = NOBODY if wanted.trigger is Trigger.MOVE else None  # which unit it is does not matter: the page names none
    given = Given(wanted.unit, wanted.start, wanted.trigger, wanted.form, wanted.profession, wanted.known, wanted.end, left)
    return preview(rules_of(desk), Reference(desk.snapshot, desk.today), given, desk.today)


ROUTES = (Route("/onboarding/preview", look),)
