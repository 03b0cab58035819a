"""Recruitment at a glance: whose histories it keeps and what it hears."""

from contracts.hr import EmploymentEndRegistered, Hired, HoursChanged, PlacementChanged
from services.chassis.service import Service, SubjectKind
from services.recruitment import store
from services.recruitment.domain.people import posts_and_hires
from services.recruitment.domain.records import AdPublished, FillConfirmed, HoursOffered, PostLeft, PostTaken, ReviewRecorded
from services.recruitment.domain.said import vacancies

SERVICE = Service(
    name="recruitment",
    subjects=(
        SubjectKind(
            "person",
            hears=(Hired, PlacementChanged, HoursChanged, EmploymentEndRegistered),
            records=(FillConfirmed,),
            derive=posts_and_hires,
        ),
        SubjectKind(
            "vacancy",
            records=(PostLeft, PostTaken, ReviewRecorded, HoursOffered, AdPublished),
            derive=vacancies,
        ),
    ),
    save_rows=store.save_rows,
    hears_names=True,
)
