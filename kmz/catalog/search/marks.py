"""Which words of a text a search has found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from kmz.catalog.search.words import MIN_PART, fold, stems_of

_WORD = re.compile(r"\w+")
_BEFORE, _AFTER = 60, 140


@dataclass(frozen=True, slots=True)
class Marks:
    """The words that were asked for: stems, whole words inside compounds, and beginnings."""

    stems: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stems or self.beginnings)


NOTHING = Marks()


def marked(text: str, marks: Marks) -> Markup:
    """The text, escaped, with every found word in <mark>."""
    if not marks:
        return escape(text)
    pieces: list[str] = []
    done = 0
    for start, end in _found(text, marks):
        pieces += [escape(text[done:start]), Markup("<mark>%s</mark>") % text[start:end]]
        done = end
    return Markup("").join([*pieces, escape(text[done:])])


def is_marked(text: str, marks: Marks) -> bool:
    """Whether a found word stands in the text."""
    return next(_found(text, marks), None) is not None


def excerpt(text: str, marks: Marks) -> str:
    """The piece of a long text around the first found word, cut between words; "" without one."""
    found = next(_found(text, marks, _likely_words(marks)), None)
    if found is None:
        return ""
    start = text.rfind(" ", 0, max(0, found[0] - _BEFORE)) + 1
    end = text.find(" ", found[1] + _AFTER)
    piece = text[start:] if end < 0 else f"{text[start:end]} …"
    return f"… {piece}" if start else piece


@lru_cache(maxsize=300)
def _likely_words(marks: Marks) -> re.Pattern[str]:
    """Words that begin like a found one: in a long text most words need no second look."""
    letters = {word[0] for word in (*marks.stems, *marks.beginnings) if word}
    return re.compile(rf"\b[{''.join(map(_spellings, sorted(letters)))}]\w*", re.IGNORECASE)


def _spellings(letter: str) -> str:
    return re.escape(letter) + {"a": "ä", "o": "ö", "u": "ü"}.get(letter, "")


def _found(text: str, marks: Marks, words: re.Pattern[str] = _WORD) -> Iterator[tuple[int, int]]:
    for match in words.finditer(text):
        if _fits(match[0], marks):
            yield match.span()


def _fits(word: str, marks: Marks) -> bool:
    folded, stems = _analysed(word)
    if not marks.stems.isdisjoint(stems) or folded.startswith(marks.beginnings):
        return True
    return any(
        len(folded) - len(part) >= MIN_PART and (folded.startswith(part) or folded.endswith(part))
        for part in marks.parts
    )


@lru_cache(maxsize=50_000)
def _analysed(word: str) -> tuple[str, tuple[str, ...]]:
    folded = fold(word)
    return folded, stems_of(folded)
