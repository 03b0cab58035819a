"""The texts of the product: flat TOML files, Danish first, English second."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from starlette.requests import HTTPConnection

from services.chassis.logs import Word, log

DANISH = "da"
LANGUAGES = (DANISH, "en")
CHASSIS = Path(__file__).parent


class Catalogue:
    """The texts of the chassis and of one service by language. A missing id is an error where `strict`, else the id is shown."""

    def __init__(self, folders: Sequence[Path], *, strict: bool) -> None:
        """Read `messages/<language>.toml` of each folder that has one; a later folder may not say an id again."""
        self._strict = strict
        self._texts: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for folder in (CHASSIS, *folders):
            for language, texts in self._texts.items():
                texts.update(_read(folder / "messages" / f"{language}.toml", texts))

    def text(self, language: str, message: str, /, **places: object) -> str:
        """The text of a message with its places filled; with `count=1` the text of `<message>-one` where there is one.

        Raises `LookupError` for an unknown id or place where the catalogue is strict.
        """
        texts = self._texts[language]
        if places.get("count") == 1 and f"{message}-one" in texts:
            message = f"{message}-one"
        try:
            return texts[message].format_map(places) if places else texts[message]
        except LookupError as missing:
            if self._strict:
                raise LookupError(f"no text for {message!r} in {language}: {missing}") from missing
            log(Word.REQUEST_FAILED, reason="no such message", kind=message)
            return message

    def has(self, message: str) -> bool:
        """Whether the id has a text."""
        return message in self._texts[DANISH]


def _read(file: Path, held: Mapping[str, str]) -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    doubled = held.keys() & texts.keys()
    if doubled:
        raise ValueError(f"{file} says again: {', '.join(sorted(doubled))}")
    return texts


def language_of(request: HTTPConnection) -> str:
    """The language chosen in this session, else the first one of the browser that we have, else Danish."""
    chosen = request.session.get("language") if "session" in request.scope else None
    if chosen in LANGUAGES:
        return str(chosen)
    for wanted in request.headers.get("accept-language", "").split(","):
        if (language := wanted.split(";")[0].strip()[:2].lower()) in LANGUAGES:
            return language
    return DANISH
