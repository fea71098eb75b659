"""Which courses have the words, in ranks: asked of the index once, then kept."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from kmz.catalog.search.bits import bits_of
from kmz.catalog.search.index import ids_of
from kmz.catalog.search.marks import NOTHING, Marks
from kmz.catalog.search.question import fold_marks
from kmz.catalog.search.snapshot import Snapshot

_NEAR_WORDS, _LOOKED_AT = 5, 60


@dataclass(frozen=True, slots=True)
class Matches:
    """Sets of courses, the best first, and all of them; `similar` when no course has all words."""

    ranks: tuple[int, ...]
    bits: int
    marks: Marks = NOTHING
    similar: bool = False
    near_words: tuple[str, ...] = ()


def match(snapshot: Snapshot, words: str) -> Matches | None:
    """The courses that have these words; None when there are no words."""
    question = snapshot.asker.ask(words)
    if question is None:
        return None
    searcher = snapshot.asker.searcher
    size = len(snapshot.entries)
    hits = ids_of(searcher, question.query, max(1, size))  # the best first
    sets = [
        bits_of((snapshot.positions[course_id] for _, course_id in rank), size)
        for _, rank in groupby(hits, itemgetter(0))
    ]
    found = 0
    for part in sets:
        found |= part
    near = _near_words(snapshot, question.unknown)
    marks = question.marks
    if near:
        also = fold_marks(list(near))
        marks = Marks(marks.stems | also.stems, marks.parts, marks.beginnings)
    return Matches(tuple(sets), found, marks, bool(question.unknown), near)


def _near_words(snapshot: Snapshot, unknown: tuple[str, ...]) -> tuple[str, ...]:
    """Words of the catalogue that look like those that no course has."""
    near: list[str] = []
    for word in unknown:
        searcher = snapshot.asker.searcher
        found = ids_of(searcher, snapshot.asker.similar(word), _LOOKED_AT)
        cards = [snapshot.entries[snapshot.positions[course_id]].card for _, course_id in found]
        texts = [f"{card.title} {card.subtitle} {card.instructors} {card.place}" for card in cards]
        near += snapshot.asker.vocabulary.looking_like(word, texts, _NEAR_WORDS)
    return tuple(dict.fromkeys(near))[:_NEAR_WORDS]
