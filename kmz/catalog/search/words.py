"""Words as the index keeps them: folded umlauts and stems."""

import re
import unicodedata
from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

STEMMED, PLAIN = "german", "plain"
# Shorter pieces of a word are no part of a compound: "wein" is not in "Schwein".
MIN_PART = 4
_MARKS = re.compile("[\u0300-\u036f]+")
# "ue" after these is no umlaut but two sounds: "Frauen", "neuen", "Quelle".
_UE = re.compile("u(?<![aeq]u)e")
# What a question may hold without meaning it; folded like everything else.
_LITTLE = (
    "als am an auf aus bei das dem den der des die ein eine einem einen einer fur im in ist mit"
    " nach oder ob um und uber vom von vor wie zu zum zur"
    # What people say to a search as to a person: "irgendwas für den Rücken, nicht zu weit".
    " ich mir mich suche mochte will wurde gern gerne bitte etwas irgendwas irgendetwas irgendein"
    " irgendeinen mal man nicht kein keine weit nah nahe sehr was wo wann gibt es"
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


@lru_cache(maxsize=50_000)
def stems_of(folded: str) -> tuple[str, ...]:
    """The stems of folded text, as the index keeps them."""
    return tuple(stemmed_words().analyze(folded))
