"""The broker's jars: which they are by our own list, and where they lie in the cache."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.paths import kafka_directory

CHECKSUMS = Path(__file__).with_name("kafka.sha256")
KAFKA = "org.apache.kafka:kafka_2.13"


@dataclass(frozen=True, slots=True)
class Jar:
    """One library of the broker's class path at a fixed version and content."""

    sha256: str
    group: str
    artifact: str
    version: str

    @property
    def filename(self) -> str:
        """The name Maven gives it."""
        return f"{self.artifact}-{self.version}.jar"

    @property
    def path(self) -> Path:
        """Its place inside a Maven repository."""
        return Path(*self.group.split("."), self.artifact, self.version, self.filename)


def read_checksums(path: Path = CHECKSUMS) -> tuple[Jar, ...]:
    """The committed list: one line per jar, `sha256  group:artifact:version`."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line)
    return tuple(Jar(checksum, *coordinate.split(":")) for checksum, coordinate in lines)


def jar_paths(jars: tuple[Jar, ...] | None = None) -> tuple[Path, ...]:
    """Where the jars lie once fetched; the version of the list is part of no path, the content of each file is."""
    wanted = read_checksums() if jars is None else jars
    return tuple(kafka_directory() / jar.sha256[:16] / jar.filename for jar in wanted)


def fetch_jars(
    said: Callable[[str], None] = lambda _line: None, jars: tuple[Jar, ...] | None = None, what: str = "Apache Kafka"
) -> tuple[Path, ...]:
    """Bring every missing jar (of the broker's list, or of another) into the cache and return the class path.

    Safe when two clones do it at once.
    """
    jars = read_checksums() if jars is None else jars
    paths = jar_paths(jars)
    missing = [(jar, path) for jar, path in zip(jars, paths, strict=True) if not path.exists()]
    if missing:
        from deploy.local.maven import fetch_all  # noqa: PLC0415 - `jgo` is needed once, and slow to import

        said(f"{what}: {len(missing)} jar{'s' * (len(missing) > 1)} from Maven Central")
        kafka_directory().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kafka_directory(), prefix=".part-") as part:
            fetch_all(missing, Path(part))
    return paths
