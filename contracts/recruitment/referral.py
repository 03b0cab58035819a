"""Staff who recommend the workplace."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutEmployment
from contracts.recruitment.vacancy import TOPIC


class ReferralMade(AboutEmployment):
    """Somebody employed recommended the workplace to another; the event is about who recommends, the other is in no event."""

    wire: ClassVar[str] = "recruitment.referral-made.v1"
    topic: ClassVar[str] = TOPIC

    referral_id: UUID
    vacancy_id: UUID | None = None
    made_on: date
