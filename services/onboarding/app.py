"""Onboarding at a glance: whose histories it keeps and what it hears."""

from contracts.hr import EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from services.chassis.service import Service, SubjectKind
from services.onboarding import store
from services.onboarding.domain.plan import intro_plans
from services.onboarding.domain.records import TalkDeclined, TalkHeld
from services.onboarding.domain.talk import SERVICE_NAME

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            "person",
            hears=(Hired, PlacementChanged, LeaveRegistered, EmploymentEndRegistered),
            records=(TalkHeld, TalkDeclined),
            derive=intro_plans,
        ),
    ),
    save_rows=store.save_talks,
    hears_names=True,
)
