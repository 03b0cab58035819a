"""The design system and our own few styles, served with their content's digest in the address, so that a year's cache is right."""

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

PREFIX = "/assets"
OWN = Path(__file__).parent / "static"
_A_YEAR = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


class Assets:
    """Files of our own (`/assets/forbliv.css`) and of the folder of set-up (`/assets/dkfds/...`), as an ASGI app."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` holds `dkfds/`; without one pages are plain but work."""
        folders = [OWN, *([folder] if folder and folder.is_dir() else [])]
        self._folders = folders
        self._files = [StaticFiles(directory=folder) for folder in folders]
        self._digest = lru_cache(maxsize=256)(self._read_digest)

    def address(self, name: str) -> str:
        """The address of a file by its path below the folder, with its digest; without one where the file is missing."""
        digest = self._digest(name)
        return f"{PREFIX}/{name}?v={digest}" if digest else f"{PREFIX}/{name}"

    def _read_digest(self, name: str) -> str:
        found = next((file for folder in self._folders if (file := folder / name).is_file()), None)
        return hashlib.sha256(found.read_bytes()).hexdigest()[:12] if found else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a file. Raises `HTTPException` 404 or 405."""
        for files in self._files:
            try:
                response = await files.get_response(files.get_path(scope), scope)
            except HTTPException as none:
                if none.status_code != 404:
                    raise
                continue
            versioned = "v" in QueryParams(scope.get("query_string", b""))
            response.headers["cache-control"] = _A_YEAR if versioned else _AN_HOUR
            await response(scope, receive, send)
            return
        raise HTTPException(404)
