"""Who a person key is, and that it is nobody any longer."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Code, DataClass, Event, Name, PersonKey
from contracts.hr.employment import EMPLOYMENT_TOPIC

DIRECTORY_TOPIC = "hr.directory.v1"


class PersonErased(Event):
    """Every service drops what it holds under the key; figures stand."""

    wire: ClassVar[str] = "hr.person-erased.v1"
    topic: ClassVar[str] = EMPLOYMENT_TOPIC

    person_key: PersonKey
    erased_on: date
    ground: Code

    def ce_subject(self) -> str:
        """The person."""
        return f"person/{self.person_key}"

    def record_key(self) -> str:
        """The person."""
        return str(self.person_key)


class PersonNamed(Event):
    """The only event with a name; compacted, a tombstone erases it, reporting may not read it."""

    wire: ClassVar[str] = "hr.person-named.v1"
    topic: ClassVar[str] = DIRECTORY_TOPIC
    data_class: ClassVar[DataClass] = DataClass.DIRECTORY

    person_key: PersonKey
    display_name: Name
    work_mail: Annotated[str, Field(max_length=254)] | None = None

    def ce_subject(self) -> str:
        """The person."""
        return f"person/{self.person_key}"

    def record_key(self) -> str:
        """The person."""
        return str(self.person_key)
