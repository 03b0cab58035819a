"""What the reporting service has published, as it stands now."""

from deploy.local.play.compare import Ours
from deploy.local.play.databases import rows
from deploy.local.stack import Stack
from services.intake.domain.keys import unit_id

STANDING = """
SELECT definition_id, unit, split, period, status, value, numerator, is_top FROM published
WHERE municipality = $1 AND known_to IS NULL
"""
CODES = "SELECT code FROM unit_code WHERE municipality = $1"


async def read(stack: Stack, municipality: str) -> list[Ours]:
    """Every standing figure of a municipality, units under the source's codes."""
    codes = {str(unit_id(municipality, row["code"])): row["code"] for row in await rows(stack, "intake", CODES, municipality)}
    return [
        Ours(
            row["definition_id"],
            codes.get(row["unit"], row["unit"]),
            row["split"],
            row["period"],
            row["status"],
            row["value"],
            row["numerator"],
            row["is_top"],
        )
        for row in await rows(stack, "reporting", STANDING, municipality)
    ]
