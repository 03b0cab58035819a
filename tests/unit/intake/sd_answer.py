"""Answers of SD Løn in small: an employment with facts as short tuples, written as the service writes them."""

from pathlib import Path

from services.intake.reading.result import Reading
from tests.kit.deliveries import MAPPINGS
from tests.unit.intake.payroll import Payroll

ROOT = "GetEmploymentChangedAtDate20111201"
SD = (MAPPINGS / "sd.toml").read_text("utf-8")


def fact(kind: str, changed: str, first: str, last: str, value: str) -> str:
    """One fact with its days; an empty `last` is left out."""
    inner = {"EmploymentStatus": "EmploymentStatusCode", "Profession": "JobPositionIdentifier", "WorkingTime": "OccupationRate"}
    name = inner.get(kind, "DepartmentIdentifier")
    until = f"<DeactivationDate>{last}</DeactivationDate>" if last else ""
    return f'<{kind} changedAtDate="{changed}"><ActivationDate>{first}</ActivationDate>{until}<{name}>{value}</{name}></{kind}>'


def status(changed: str, first: str, last: str, code: str) -> str:
    """A status with its days."""
    return fact("EmploymentStatus", changed, first, last, code)


def unit(changed: str, first: str, last: str, code: str) -> str:
    """Where the employment belongs."""
    return fact("EmploymentDepartment", changed, first, last, code)


def degree(changed: str, first: str, last: str, rate: str) -> str:
    """How much."""
    return fact("WorkingTime", changed, first, last, rate)


def job(*facts: str, number: str = "70001", start: str = "2026-01-01", person: str = "9901700001") -> str:
    """A person with one employment."""
    begun = f"<EmploymentDate>{start}</EmploymentDate>" if start else ""
    inner = f"<EmploymentIdentifier>{number}</EmploymentIdentifier>{begun}{''.join(facts)}"
    return (
        f"<Person><PersonCivilRegistrationIdentifier>{person}</PersonCivilRegistrationIdentifier><Employment>{inner}</Employment></Person>"
    )


def hired(changed: str = "2025-12-01", first: str = "2026-01-01") -> tuple[str, str, str]:
    """All that is told of a hire."""
    return (
        status(changed, first, "9999-12-31", "1"),
        unit(changed, first, "9999-12-31", "A120"),
        degree(changed, first, "9999-12-31", "1.0000"),
    )


def answer(*persons: str, made: str = "2026-02-01T05:00:00", root: str = ROOT, institution: str = "ZZ") -> str:
    """An answer as text."""
    asked = f"<RequestStructure><InstitutionIdentifier>{institution}</InstitutionIdentifier></RequestStructure>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} creationDateTime="{made}">\n{asked}\n' + "\n".join(persons) + f"\n</{root}>\n"


def written(folder: Path, text: str | bytes, name: str = "answer.xml") -> Path:
    """An answer as a file of a folder, which is made where it is not there."""
    path = folder / name
    folder.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def reading_of(folder: Path, text: str | bytes, mapping: str = SD, name: str = "answer.xml") -> Reading:
    """What is read of an answer."""
    from datetime import date

    return Payroll(text=mapping).loads(written(folder, text, name), date(2026, 2, 1))
