"""The broker's jars: fetched from Maven Central by `jgo`, verified against our own list, kept in the cache."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.constants import default_maven_repo
from jgo.maven import MavenContext

from deploy.local.failures import StackFailed
from deploy.local.maven_settings import mirror_of_central
from deploy.local.paths import kafka_directory

CHECKSUMS = Path(__file__).with_name("kafka.sha256")
KAFKA = "org.apache.kafka:kafka_2.13"
_AT_ONCE = 6
_ANSWER_SECONDS = 60


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


def fetch_jars(said: Callable[[str], None] = lambda _line: None) -> tuple[Path, ...]:
    """Bring every missing jar into the cache and return the class path. Safe when two clones do it at once."""
    jars = read_checksums()
    paths = jar_paths(jars)
    missing = [(jar, path) for jar, path in zip(jars, paths, strict=True) if not path.exists()]
    if missing:
        said(f"Apache Kafka: {len(missing)} jars from Maven Central")
        kafka_directory().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kafka_directory(), prefix=".part-") as part:
            _fetch_all(missing, Path(part))
    return paths


def _fetch_all(missing: list[tuple[Jar, Path]], part: Path) -> None:
    context = _context(part)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(_fetch, jar, path, context) for jar, path in missing]:
            done.result()


def _fetch(jar: Jar, path: Path, context: MavenContext) -> None:
    found = default_maven_repo() / jar.path
    if not (found.exists() and _sha256(found) == jar.sha256):
        found = _download(jar, context)
    if _sha256(found) != jar.sha256:
        message = f"{jar.filename} is not what {CHECKSUMS.name} says; your Maven mirror serves another file: ask its owner"
        raise StackFailed(message)
    copy = context.repo_cache / f"{jar.sha256}.jar"
    shutil.copyfile(found, copy)
    path.parent.mkdir(parents=True, exist_ok=True)
    copy.replace(path)


def _download(jar: Jar, context: MavenContext) -> Path:
    try:
        return Path(context.create_dependency(f"{jar.group}:{jar.artifact}:{jar.version}").artifact.resolve())
    except (OSError, RuntimeError) as error:
        message = f"cannot fetch {jar.filename} from Maven Central: check network, proxy or Maven mirror, then run again"
        raise StackFailed(message) from error


def _context(part: Path) -> MavenContext:
    """`jgo` with the user's own repositories: its configuration file first, then a mirror of Maven's settings."""
    mirror = mirror_of_central()
    configured = dict(GlobalSettings.load().repositories)
    remotes = configured or ({"central": mirror} if mirror else None)
    return MavenContext(repo_cache=part, remote_repos=remotes, timeout=_ANSWER_SECONDS)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
