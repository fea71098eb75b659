"""Words as the index keeps them: folded umlauts, stems, and the parts of compound words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYZER = "german"
MAX_QUERY_LENGTH, MAX_QUERY_WORDS = 200, 12
_MIN_PART = 4
_WORD = re.compile(r"\w+")
_DIGRAPHS = re.compile("ae|oe|ue")


def fold(text: str) -> str:
    """Lower case without umlauts: "Müller", "Mueller" and "Muller" become one; "ß" is "ss"."""
    lowered = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    plain = "".join(char for char in lowered if not unicodedata.combining(char))
    return _DIGRAPHS.sub(lambda match: match[0][0], plain)


@cache
def analyzer() -> TextAnalyzer:
    """Splits folded text into stems; the same for the index and for questions."""
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    return builder.filter(Filter.stemmer("german")).build()


def stems(text: str) -> list[str]:
    """The stems of a text in its order."""
    return [str(stem) for stem in analyzer().analyze(fold(text))]


def number_key(text: str) -> str:
    """What makes `191-4632`, `1914632` and `191 4632` one course number."""
    return "".join(char for char in text.lower() if char.isalnum())[:40]


@cache
def _shipped_parts() -> frozenset[str]:
    text = files("kmz.catalog.search").joinpath("compound_parts.txt").read_text(encoding="utf-8")
    return frozenset(fold(line.strip()) for line in text.splitlines() if line.strip())


class Lexicon:
    """Knows which words stand alone somewhere, and so which parts make up a compound word."""

    def __init__(self, texts: Iterable[str]) -> None:
        seen = {word for text in texts for word in _WORD.findall(fold(text))}
        self._words = _shipped_parts() | {word for word in seen if len(word) > _MIN_PART}
        self._known: dict[str, str] = {}

    def parts_of(self, text: str) -> str:
        """The known words at the beginnings and ends of the compound words in a text."""
        return " ".join(filter(None, (self._parts(word) for word in _WORD.findall(fold(text)))))

    def _parts(self, word: str) -> str:
        found = self._known.get(word)
        if found is None:
            cuts = range(_MIN_PART, len(word) - _MIN_PART + 1)
            halves = {part for cut in cuts for part in (word[:cut], word[cut:])}
            found = self._known[word] = " ".join(sorted(halves & self._words))
        return found
