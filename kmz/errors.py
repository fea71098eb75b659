"""Refusals and accidents: the vocabulary every floor shares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal known in advance, ready to show to a person.

    `code` is stable and English (tests, logs), `message` is German, `field` names the form field it
    belongs to (None: the whole page) and `link`/`link_label` lead to where it can be mended.
    """

    code: str
    message: str
    field: str | None = None
    link: str | None = None
    link_label: str | None = None


class RefusedError(Exception):
    """An action met a reason against it that only the transaction could see; carries the
    problems.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = list(problems)


class NotFoundError(Exception):
    """A row that the asking person may see does not exist; the web answers 404."""


class ConfigError(Exception):
    """The environment is missing a setting or holds an unusable one; the text names the
    variable.
    """
