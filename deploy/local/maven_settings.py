"""The mirror that a user's Maven settings name for Maven Central, since `jgo` does not read them."""

from pathlib import Path

from defusedxml.ElementTree import parse


def mirror_of_central(settings: Path | None = None) -> str | None:
    """The address of the first mirror that stands for Central, without a slash at its end; none: Central itself."""
    path = settings or Path.home() / ".m2" / "settings.xml"
    if not path.exists():
        return None
    for element in parse(path).iterfind("{*}mirrors/{*}mirror"):
        mirrored = (element.findtext("{*}mirrorOf") or "").replace(" ", "").split(",")
        address = (element.findtext("{*}url") or "").strip()
        if address and "!central" not in mirrored and {"*", "central", "external:*"} & set(mirrored):
            return address.rstrip("/")
    return None
