"""Rows of a directory: who is listed with which name and work mail, and who has which role at a unit."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from contracts.hr.organisation import UnitRole
from contracts.words import LeaderLevel
from services.intake.reading.draft import Draft, in_order, registered
from services.intake.reading.mapping import FileMapping, Kind, Status
from services.intake.reading.role import Role, YesOrNo
from services.intake.reading.row import Row
from services.intake.reading.values import Unfit

_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


def listed(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row about a person: name, work mail, and from which day to which."""
    person, name = row.key("person"), row.words("name", 120)
    if name is None:
        raise Unfit("missing-value", "name")
    fields = {
        **registered(row),
        "display_name": name,
        "work_mail": _mail(row),
        "first_day": row.day("valid_from"),
        "last_day": row.day("last_day"),
        "cancelled": _cancelled(row),
    }
    in_order(fields["first_day"], fields["last_day"], "last_day")
    return Draft(Kind.LISTED, line, "", fields, person)


def role(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row about a role at a unit: what kind of row it is, its role tells."""
    unit, told = row.key("unit"), row.text("role")
    if not told:
        raise Unfit("missing-value", "role")
    found = row.word("role", Role, Role.LEADER)
    fields = {
        **registered(row),
        "first_day": row.must_day("first_day"),
        "last_day": row.day("last_day"),
        "cancelled": _cancelled(row),
    }
    in_order(fields["first_day"], fields["last_day"], "last_day")
    read = _ROLES.get(found, _of_med)
    return read(row, Draft(Kind.ROLES, line, unit, fields), found)


def _leader(row: Row, about: Draft, _role: Role) -> Draft:
    fields = {**about.fields, "leader_level": row.word("level", LeaderLevel, LeaderLevel.UNKNOWN)}
    return Draft(Kind.LEADERS, about.line, about.unit, fields, row.key("person"), row.text("employment"))


def _deputy(row: Row, about: Draft, _role: Role) -> Draft:
    """`deputy_for` may be left out: then for whoever leads the unit."""
    fields = {**_until(about), "subjects": row.codes("subjects")}
    whom = row.key("deputy_for") if row.text("deputy_for") else ""
    return Draft(Kind.DEPUTIES, about.line, about.unit, fields, row.key("person"), row.text("employment"), whom)


def _vacant(row: Row, about: Draft, _role: Role) -> Draft:
    """A post nobody holds; without a key of its own it is that of the unit's leader. A last day needs whether who comes is from inside."""
    post = row.key("post") if row.text("post") else ""
    level = row.word("level", LeaderLevel, LeaderLevel.UNKNOWN)
    fields = {**about.fields, "leader_post": not post, "leader_level": None if level is LeaderLevel.UNKNOWN else level}
    if fields["last_day"] is not None:
        if not row.text("internal"):
            raise Unfit("missing-value", "internal")
        fields["internal"] = row.word("internal", YesOrNo, YesOrNo.NO) is YesOrNo.YES
    return Draft(Kind.POSTS, about.line, about.unit, fields, other=post)


def _of_med(row: Row, about: Draft, role: Role) -> Draft:
    committee = row.key("committee") if row.text("committee") else ""
    fields = {**_until(about), "role": UnitRole(role.value)}
    return Draft(Kind.ROLES, about.line, about.unit, fields, row.key("person"), row.text("employment"), committee)


_ROLES: Mapping[Role, Callable[[Row, Draft, Role], Draft]] = {Role.LEADER: _leader, Role.DEPUTY: _deputy, Role.VACANT: _vacant}
"""Who reads the rest of a row of a role; any other is one of MED."""


def _until(about: Draft) -> dict[str, Any]:
    return {"until" if name == "last_day" else name: value for name, value in about.fields.items()}


def _mail(row: Row) -> str | None:
    mail = row.words("mail", 254)
    if mail is not None and not _MAIL.fullmatch(mail):
        raise Unfit("bad-mail", "mail")
    return mail


def _cancelled(row: Row) -> bool:
    return row.word("status", Status, Status.EMPLOYED) is Status.CANCELLED


DIRECTORY: dict[Kind, Callable[[Row, FileMapping, int], Draft]] = {Kind.LISTED: listed, Kind.ROLES: role}
"""Who reads the rows of a table of a directory."""
