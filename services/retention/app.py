"""The service at a glance: it hears who is hired, moves, resigns and leaves, and joins it per person."""

from contracts.hr import EmploymentEndRegistered, Hired, PlacementChanged, ResignationWithdrawn, Resigned
from services.chassis.service import Service, SubjectKind
from services.retention.domain import farewells
from services.retention.domain.records import RECORDS
from services.retention.domain.statements import SERVICE_NAME

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            "person",
            derive=farewells,
            hears=(Hired, PlacementChanged, EmploymentEndRegistered, Resigned, ResignationWithdrawn),
            records=RECORDS,
        ),
    ),
    hears_names=True,
)
