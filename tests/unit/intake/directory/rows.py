"""Rows of a directory to be varied field by field."""

from datetime import date

from services.intake.domain.listed import ListedSeen
from services.intake.domain.records import DeputySeen
from services.intake.domain.roles import PostSeen, RoleSeen
from tests.kit.builders import MUNICIPALITY, an_id, noon

FIRST = date(2021, 7, 1)


def listed(registered: date, name: str = "Anne Dam", **more: object) -> ListedSeen:
    """An entry of a person, registered on a day."""
    fields = {"person_key": an_id("person"), "display_name": name, "work_mail": "anne.dam@randers.dk", **more}
    return ListedSeen.model_validate({**_of(registered), **fields})


def role(registered: date, **more: object) -> RoleSeen:
    """A role of MED at the unit."""
    return RoleSeen.model_validate({**_of(registered), **_holder("representative"), "role": "amr", "first_day": FIRST, **more})


def deputy(registered: date, who: str = "deputy", **more: object) -> DeputySeen:
    """A deputyship at the unit, for whoever leads it unless another is named."""
    return DeputySeen.model_validate({**_of(registered), **_holder(who), "first_day": FIRST, **more})


def vacant(registered: date, **more: object) -> PostSeen:
    """A leader's post that nobody holds."""
    post = {"unit_id": an_id("unit"), "post_id": an_id("post"), "leader_post": True, "leader_level": "department"}
    return PostSeen.model_validate({**_of(registered), **post, "first_day": FIRST, **more})


def _of(registered: date) -> dict[str, object]:
    return {"municipality": MUNICIPALITY, "feed": "test", "registered_at": noon(registered)}


def _holder(who: str) -> dict[str, object]:
    return {"unit_id": an_id("unit"), "person_key": an_id(who), "employment_id": an_id(f"job of {who}")}
