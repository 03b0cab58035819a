"""What a task is called, on pages, in mails and calendars alike: by the municipality's own title, else by step or kind. Pure."""

from typing import Protocol

from services.notification.rules import StepTitles

COURSE = "course"
OTHER = "other"
"""All kinds that have no words of their own."""


class Texts(Protocol):
    """The catalogue, as far as it is needed here."""

    def has(self, message: str) -> bool:
        """Whether there is such a text."""

    def text(self, language: str, message: str, /, **places: object) -> str:
        """The text in a language."""


class Named(Protocol):
    """What has a name: a task, or its entry in a calendar. `code`: of the step or the course, where the kind alone does not tell."""

    @property
    def kind(self) -> str:
        """As the call says it."""

    @property
    def code(self) -> str | None:
        """As the rules call it."""


def name_of(task: Named, texts: Texts, language: str, titles: StepTitles) -> str:
    """What is to be done, in words. A kind without words is still a task, never a code."""
    step, is_course = task.code or task.kind, task.kind == COURSE
    if title := (titles.of_courses if is_course else titles.of_steps).get(step, {}).get(language):
        return title
    return texts.text(language, f"tasks-kind-{step if has_words(step, texts) and not is_course else known_kind(task.kind, texts)}")


def known_kind(kind: str, texts: Texts) -> str:
    """The kind where there are words for it, else that it is another one."""
    return kind if has_words(kind, texts) else OTHER


def has_words(kind: str, texts: Texts) -> bool:
    """Whether there are."""
    return texts.has(f"tasks-kind-{kind}")
