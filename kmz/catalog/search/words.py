"""Words as the index keeps them: folded umlauts, stems, and the parts of compound words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED, PLAIN = "german", "plain"
_MIN_PART = 4
_WORD = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f]+")
# "ue" after these is no umlaut but two sounds: "Frauen", "neuen", "Quelle".
_UE = re.compile("u(?<![aeq]u)e")
# What a question may hold without meaning it; folded like everything else.
_LITTLE = (
    "als am an auf aus bei das dem den der des die ein eine einem einen einer fur im in ist mit"
    " nach oder ob um und uber vom von vor wie zu zum zur"
)
LITTLE_WORDS = frozenset(_LITTLE.split())


def fold(text: str) -> str:
    """Lower case without umlauts: "Müller", "Mueller" and "Muller" become one; "ß" is "ss"."""
    plain = text.lower()
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain.replace("ß", "ss")))
    return _UE.sub("u", plain.replace("ae", "a").replace("oe", "o"))


@cache
def stemmed_words() -> TextAnalyzer:
    """Splits folded text into stems; the same for the index and for questions.

    Stems are stemmed again: "Kurse" becomes "kurs", and "Kurs" itself is "kur".
    """
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    return builder.filter(Filter.stemmer("german")).filter(Filter.stemmer("german")).build()


@cache
def plain_words() -> TextAnalyzer:
    """Splits folded text into whole words: what prefixes and similar words are compared with."""
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).build()


def number_key(text: str) -> str:
    """What makes `191-4632`, `1914632` and `191 4632` one course number."""
    return "".join(char for char in fold(text) if char.isalnum())[:40]


def number_keys(number: str) -> list[str]:
    """The keys by which a course number is found: the whole and its pieces."""
    return list(dict.fromkeys([number_key(number), *plain_words().analyze(fold(number))]))


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
