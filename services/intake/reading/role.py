"""The words of a table of roles, and what no mapping may ask for."""

import re
from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a row of roles tells of: a leader, a deputy, a role beside them (of MED or another), or a post nobody holds."""

    LEADER = "leader"
    DEPUTY = "deputy"
    VACANT = "vacant"
    AMR = "amr"
    TR = "tr"
    MED_MEMBER = "med-member"
    MED_CHAIR = "med-chair"
    SUPERVISOR = "supervisor"
    RETENTION_CONSULTANT = "retention-consultant"


class YesOrNo(StrEnum):
    """Whether something is so."""

    YES = "yes"
    NO = "no"


_UNION = re.compile(r"(?<![a-z])union|fagforening|fagforbund|(?<![a-zæøå])forbund|faglig[ _-]*organisation|a-?kasse", re.IGNORECASE)


def asks_for_union(names: Iterable[str]) -> list[str]:
    """Those of these names of fields and columns that tell of a union: special-category data that is never read (danish-hr 8.4)."""
    return sorted({name for name in names if _UNION.search(name)})
