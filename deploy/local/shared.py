"""Root's clones may lie where no other user can pass (/root), but PostgreSQL must run as another user.

What that user must reach is then kept below a folder of root's that all may pass through. Rights of folders that are not
ours are never changed.
"""

import hashlib
import shutil
import stat
import tempfile
from pathlib import Path

_SHARED = Path("/var/lib/forbliv")
_OWNER = "owner"


def is_open(folder: Path) -> bool:
    """Whether every user may pass through this folder and all above it."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (folder.resolve(), *folder.resolve().parents))


def short_hash(path: Path) -> str:
    """A name for a directory that does not tell the directory."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]


def shared_home(directory: Path) -> Path:
    """Where the database of a stack in a closed directory is kept."""
    return _SHARED / f"stack-{short_hash(directory)}"


def claim_shared_home(directory: Path, cluster_id: str) -> Path:
    """The folder of this very stack: what a removed one of the same directory left is removed, like that of all gone ones."""
    _SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    home, owner = shared_home(directory), f"{cluster_id} {directory}"
    for folder in _SHARED.glob("stack-*"):
        if _is_left_over(folder) or (folder == home and _owner(folder) != owner):
            shutil.rmtree(folder, ignore_errors=True)
    home.mkdir(mode=0o700, exist_ok=True)
    (home / _OWNER).write_text(owner, encoding="utf-8")
    return home


def copy_open(source: Path, folders: tuple[str, ...], name: str) -> Path:
    """A copy that another user can reach; moved into place whole, so two set-ups do not meet."""
    target = _SHARED / name
    if not target.exists():
        _SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_SHARED, prefix=".part-") as part:
            copy = Path(part) / "copy"
            for folder in folders:
                if (source / folder).exists():
                    shutil.copytree(source / folder, copy / folder, symlinks=True)
            try:
                copy.rename(target)
            except OSError:
                if not target.exists():
                    raise
    return target


def _owner(folder: Path) -> str:
    file = folder / _OWNER
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _is_left_over(folder: Path) -> bool:
    directory = _owner(folder).partition(" ")[2]
    return bool(directory) and not Path(directory).exists()
