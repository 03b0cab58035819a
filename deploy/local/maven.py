"""Jars from Maven Central by `jgo`, each verified against our own list."""

import hashlib
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.config import GlobalSettings
from jgo.constants import default_maven_repo
from jgo.maven import MavenContext

from deploy.local.failures import StackFailed
from deploy.local.jars import Jar
from deploy.local.maven_settings import mirror_of_central

_AT_ONCE = 6
_ANSWER_SECONDS = 60


def fetch_all(missing: Iterable[tuple[Jar, Path]], part: Path) -> None:
    """Each jar to its path; `part` is a folder on the same disk for what is not verified yet."""
    context = _context(part)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(_fetch, jar, path, context) for jar, path in missing]:
            done.result()


def _fetch(jar: Jar, path: Path, context: MavenContext) -> None:
    found = default_maven_repo() / jar.path
    if not (found.exists() and _sha256(found) == jar.sha256):
        found = _download(jar, context)
    if _sha256(found) != jar.sha256:
        message = f"{jar.filename} is not what our list of jars says; your Maven mirror serves another file: ask its owner"
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
