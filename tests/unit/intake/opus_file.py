"""Nightly files of KMD OPUS in small."""

from collections.abc import Mapping
from pathlib import Path

from tests.kit.deliveries import MAPPINGS, samples

OPUS = (MAPPINGS / "opus.toml").read_text("utf-8")
NIGHTS = {"ZLPE_delta.previous.xml": "20261118224012", "ZLPE_delta.xml": "20261119224012"}
EMPLOYEE = {
    "entryDate": "2020-01-01", "leaveDate": "", "cpr": "9901740001", "workContract": "00", "positionId": "520", "isManager": "false",
    "orgUnit": "31", "numerator": "37", "denominator": "37",
}  # fmt: skip
UNIT = {"startDate": "1900-01-01", "endDate": "9999-12-31", "parentOrgUnit": "", "longName": "Nord", "orgType": "00001"}


def sample(folder: Path, name: str) -> Path:
    """A sample file under the name it has in life, which tells when it was made."""
    path = folder / f"ZLPE{NIGHTS[name]}_delta.xml"
    path.write_bytes(samples(name, "opus").read_bytes())
    return path


def _element(kind: str, number: str, changed: str, fields: Mapping[str, str]) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    return f'<{kind} id="{number}" client="999" lastChanged="{changed}">{inner}</{kind}>'


def employee(number: str = "5001", changed: str = "2026-03-02", **fields: str) -> str:
    """An employee with other fields than the ordinary one."""
    return _element("employee", number, changed, {**EMPLOYEE, **fields})


def org_unit(code: str = "31", changed: str = "2020-01-02", **fields: str) -> str:
    """A unit with other fields than the ordinary one."""
    return _element("orgUnit", code, changed, {**UNIT, **fields})


def night(folder: Path, *elements: str, made: str = "20260302224000") -> Path:
    """A nightly file."""
    path = folder / f"ZLPE{made}_delta.xml"
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n<kmd>\n' + "\n".join(elements) + "\n</kmd>\n", "utf-8")
    return path
