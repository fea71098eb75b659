"""Lines of words that mean the same, as the office writes them: "Yoga, Joga, Asana"."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kmz.catalog.search.words import fold
from kmz.errors import Problem

MAX_LENGTH = 300
_SHIPPED = Path(__file__).parent / "synonyms.txt"


def terms_of(line: str) -> list[str]:
    """The words and phrases between the commas; an empty one where nothing stands between two."""
    return [" ".join(term.split()) for term in line.split(",")]


def tidy(line: str) -> str:
    """The line as it is kept: one blank after each comma, none at the edges."""
    return ", ".join(terms_of(line))


def line_problems(line: str) -> list[Problem]:
    """What stands against a line: fewer than two terms, empty ones, the same one twice."""
    terms = terms_of(line)
    if "" in terms:
        return [_problem("empty", "Zwischen zwei Kommas und an den Enden muss ein Wort stehen.")]
    if len(terms) < 2:
        return [_problem("single", "Bitte nennen Sie mindestens zwei Wörter, mit Komma getrennt.")]
    counts = Counter(map(fold, terms))
    twice = [term for term in terms if counts[fold(term)] > 1]
    if twice:
        return [_problem("twice", f"„{twice[0]}“ steht doppelt in der Zeile.")]
    if not all(any(char.isalnum() for char in term) for term in terms):
        return [
            _problem("sign", "Jedes Wort braucht mindestens einen Buchstaben oder eine Ziffer.")
        ]
    return []


def _problem(code: str, message: str) -> Problem:
    return Problem(f"synonyms.{code}", message, "words")


def shared_terms(line: str, others: Iterable[str]) -> list[str]:
    """The terms of a line that other lines have too: both lines then count for them."""
    elsewhere = {fold(term) for other in others for term in terms_of(other)}
    return [term for term in terms_of(line) if fold(term) in elsewhere]


@cache
def shipped_lines() -> tuple[str, ...]:
    """The lines that come with the program."""
    lines = _SHIPPED.read_text(encoding="utf-8").splitlines()
    return tuple(tidy(line) for line in lines if line.strip() and not line.startswith("#"))
