"""What is said of the codes of deliveries, in words; and who may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request

from services.chassis.failures import NotFound
from services.chassis.web import Desk
from services.intake.delivery_store import Bringer, Brought, Shown

LIST = "/intake/deliveries"


@dataclass(frozen=True, slots=True)
class Texts:
    """What is said of codes: in words, or the code itself where it has none yet."""

    desk: Desk

    def reason(self, code: str) -> str:
        """What is wrong."""
        return self._text(f"intake-reason-{code}", code)

    def fix(self, code: str) -> str:
        """What is wrong, and how it is put right."""
        return self._text(f"intake-fix-{code}", "")

    def field(self, name: str) -> str:
        """What people call a field."""
        return self._text(f"intake-field-{name.replace('_', '-')}", name)

    def said(self, wire: str) -> str:
        """What people call an event type."""
        return self._text(f"intake-said-{wire.rpartition('.')[0].replace('.', '-')}", wire)

    def note(self, word: str) -> str:
        """What is worth knowing though no event says it."""
        return self._text(f"intake-note-{word}", word)

    def way(self, word: str) -> str:
        """What a delivery was read as."""
        return self._text(f"intake-way-{word}", word)

    def refusal(self, shown: Shown) -> str:
        """Why a delivery was refused whole; a call over HTTP in the words its sender had."""
        message = f"intake-{'message' if shown.way_in == 'events' else 'refusal'}-{shown.turned_down}"
        return (
            self.desk.text(message, **places(shown.turned_down_fields)) if self.desk.site.catalogue.has(message) else str(shown.turned_down)
        )

    async def who(self, brought: Brought) -> str:
        """Who did something, for people."""
        name: str | None = brought.by
        if brought.role is Bringer.HR:
            name = await self.desk.host.name(UUID(brought.by)) or self.desk.text("web-person-unnamed")
        return self.desk.text(f"intake-brought-{brought.role}", name=name)

    def _text(self, message: str, code: str) -> str:
        return self.desk.text(message) if self.desk.site.catalogue.has(message) else code


async def desk_of_hr(request: Request) -> Desk:
    """Deliveries are HR's own affair; for anybody else they are not there."""
    desk = await Desk.of(request)
    if not desk.viewer.is_hr:
        raise NotFound("intake-no-delivery")
    return desk


def places(fields: Mapping[str, str]) -> dict[str, str]:
    """What fills the places of a text; `field` is a form's own word for where it is shown, so what a file calls its column is `column`."""
    return {**fields, "column": fields.get("field", "")}
