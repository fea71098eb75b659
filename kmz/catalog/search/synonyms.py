"""Words that mean the same: what the office keeps as lines such as "Yoga, Joga"."""

from collections.abc import Iterable, Sequence

from kmz.catalog.search.words import LITTLE_WORDS, fold, plain_words, stems_of

_LONGEST = 4

Phrase = tuple[str, ...]


def meant(text: str) -> list[str]:
    """The folded words of a text without the little ones, unless there is nothing else."""
    words = plain_words().analyze(fold(text))
    return [word for word in words if word not in LITTLE_WORDS] or words


class Synonyms:
    """Finds the phrases of a question that other words may stand for."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._others: dict[Phrase, list[Phrase]] = {}
        for line in lines:
            phrases = [tuple(meant(part)) for part in line.split(",") if part.strip()]
            for phrase in filter(None, phrases):
                others = self._others.setdefault(_stems(phrase), [])
                others += [other for other in phrases if other != phrase and other]

    def units(self, words: Sequence[str]) -> list[tuple[Phrase, list[Phrase]]]:
        """The words in their order, known phrases in one piece, each with what it also means."""
        units: list[tuple[Phrase, list[Phrase]]] = []
        at = 0
        while at < len(words):
            length = next(
                (
                    size
                    for size in range(min(_LONGEST, len(words) - at), 0, -1)
                    if _stems(words[at : at + size]) in self._others
                ),
                1,
            )
            phrase = tuple(words[at : at + length])
            units.append((phrase, self._others.get(_stems(phrase), [])))
            at += length
        return units


def _stems(words: Sequence[str]) -> Phrase:
    return tuple(stem for word in words for stem in stems_of(word))
