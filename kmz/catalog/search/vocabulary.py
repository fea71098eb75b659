"""The words of all short texts: compounds around a word, words that begin alike or look alike."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cached_property

from kmz.catalog.search.words import LITTLE_WORDS, MIN_PART, fold, stems_of

_WORD = re.compile(r"\w+")
_LONG_STEM = 5
_MIN_SHOWN = 3
_LIKENESS = 0.7
_COMPOUNDS = 200


class Vocabulary:
    """Which words the titles and keywords of a catalogue use, and how often."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(word for text in texts for word in _WORD.findall(text))

    @cached_property
    def _folded(self) -> dict[str, str]:
        """Folded words with their most frequent spelling."""
        best: dict[str, str] = {}
        for word, _ in self._counts.most_common():
            best.setdefault(fold(word), word)
        return best

    @cached_property
    def _forwards(self) -> list[str]:
        return sorted(self._folded)

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(word[::-1] for word in self._folded)

    @cached_property
    def _backward_stems(self) -> list[tuple[str, str]]:
        return sorted((stem[::-1], stem) for word in self._folded for stem in stems_of(word))

    def compounds(self, word: str) -> list[str]:
        """Stems of the compound words that begin or end with a folded word."""
        if len(word) < MIN_PART:
            return []
        stems = stems_of(word)
        heads = {word, *(stem for stem in stems if len(stem) >= _LONG_STEM)}
        found = {
            longer
            for head in heads
            for longer in _beginning(self._forwards, head)
            if len(longer) - len(word) >= MIN_PART
        }
        found |= {
            longer[::-1]
            for longer in _beginning(self._backwards, word[::-1])
            if len(longer) - len(word) >= MIN_PART
        }
        compounds = {stem for longer in found for stem in stems_of(longer)}
        compounds |= self._ending_with(stems)
        return sorted(compounds - set(stems), key=len)[:_COMPOUNDS]

    def _ending_with(self, stems: Iterable[str]) -> set[str]:
        """Stems that end with one of these: "korbflecht" for "flecht"."""
        found: set[str] = set()
        for stem in stems:
            if len(stem) < MIN_PART:
                continue
            reverse = stem[::-1]
            at = bisect_left(self._backward_stems, (reverse, ""))
            while at < len(self._backward_stems) and self._backward_stems[at][0].startswith(
                reverse
            ):
                longer = self._backward_stems[at][1]
                if len(longer) - len(stem) >= MIN_PART:
                    found.add(longer)
                at += 1
        return found

    def beginning_with(self, text: str, limit: int) -> list[str]:
        """The most frequent words that begin so, as they are written."""
        words = [
            self._folded[word]
            for word in _beginning(self._forwards, fold(text))
            if len(word) >= _MIN_SHOWN and word not in LITTLE_WORDS and not word.isdigit()
        ]
        return sorted(words, key=lambda word: (-self._counts[word], word))[:limit]

    def looking_like(self, word: str, candidates: Iterable[str], limit: int) -> list[str]:
        """The words among candidate texts that look most like a folded word, as written."""
        scores: dict[str, float] = {}
        for candidate in {found for text in candidates for found in _WORD.findall(text)}:
            likeness = SequenceMatcher(None, word, fold(candidate)).ratio()
            if likeness >= _LIKENESS:
                scores[candidate] = likeness
        best: dict[str, str] = {}
        for candidate in sorted(scores, key=lambda name: (-scores[name], name)):
            best.setdefault(fold(candidate), candidate)
        return list(best.values())[:limit]


def _beginning(ordered: list[str], start: str) -> list[str]:
    first = bisect_left(ordered, start)
    end = bisect_left(ordered, start + "\U0010ffff")
    return ordered[first:end]
