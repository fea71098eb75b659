"""What people type, as a question to the index; every text is words, never syntax.

A hit counts by where it stands: the number, the title, then teacher, place and keywords, then the
text. Within one rank the list itself puts first what can be booked and begins soon.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from kmz.catalog.search.marks import Marks
from kmz.catalog.search.synonyms import Phrase, Synonyms, meant
from kmz.catalog.search.vocabulary import Vocabulary
from kmz.catalog.search.words import MIN_PART, fold, number_key, stems_of

_MAX_LENGTH, _MAX_WORDS = 200, 12
_RANKS = {"title": 8.0, "people": 4.0, "place": 4.0, "tags": 4.0, "text": 1.0}
_WHOLE_NUMBER, _NUMBER, _COMPOUND, _SYNONYM, _BEGINNING, _SIMILAR = 200.0, 8.0, 5.0, 3.0, 2.0, 1.0
_COMPOUND_FIELDS = ("title", "tags")
_SIMILAR_FIELDS = ("title", "people", "place", "tags")
_MIN_BEGINNING = 2
# From how many letters on a word may be one or two letters off.
_ONE_OFF, _TWO_OFF = 5, 9


@dataclass(frozen=True, slots=True)
class Question:
    """A query, what of a text it marks, and the words that no course has."""

    query: Query
    marks: Marks
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes questions for one state of the index."""

    schema: Schema
    searcher: Searcher
    vocabulary: Vocabulary
    synonyms: Synonyms

    def ask(self, text: str) -> Question | None:
        """A question for the courses that have all words; None for a text without characters.

        A word that no course has stands for those that look like it; the last word may be
        unfinished. A text without any word in it, such as "?!", finds nothing.
        """
        asked = text[:_MAX_LENGTH].encode(errors="replace").decode().replace("\x00", " ")
        if not asked.strip():
            return None
        words = meant(asked)[:_MAX_WORDS]
        if not words:
            return Question(Query.empty_query(), Marks())
        unfinished = words[-1] if not text[-1:].isspace() else ""
        clauses: list[Query] = []
        unknown: list[str] = []
        for phrase, others in self.synonyms.units(words):
            query = self._unit(phrase, others, unfinished)
            if not self.searcher.search(query, 1).hits:
                unknown += [word for word in phrase if not self._is_known(word)]
                query = _all(self._known_or_similar(word) for word in phrase)
            clauses.append(query)
        number = _ranked(self._number(number_key(asked)), _WHOLE_NUMBER)
        query = Query.disjunction_max_query([number, _all(clauses)])
        return Question(query, self._marks(words, unfinished), tuple(unknown))

    def _unit(self, phrase: Phrase, others: list[Phrase], unfinished: str) -> Query:
        own = _all(
            self._exact(word, unfinished=word == unfinished and word is phrase[-1])
            for word in phrase
        )
        if not others:
            return own
        instead = (_all(self._exact(word) for word in other) for other in others)
        return Query.disjunction_max_query([own, *(_ranked(query, _SYNONYM) for query in instead)])

    def _exact(self, word: str, *, unfinished: bool = False) -> Query:
        found = [
            _ranked(Query.term_query(self.schema, name, stem), rank)
            for stem in stems_of(word)
            for name, rank in _RANKS.items()
        ]
        found.append(_ranked(self._number(word), _NUMBER))
        compounds = self.vocabulary.compounds(word)
        if compounds:
            found += [
                _ranked(Query.term_set_query(self.schema, name, compounds), _COMPOUND)
                for name in _COMPOUND_FIELDS
            ]
        if unfinished and len(word) >= _MIN_BEGINNING:
            names = ("words", "number") if any(map(str.isdigit, word)) else ("words",)
            found += [_ranked(self._beginning(name, word), _BEGINNING) for name in names]
        return Query.disjunction_max_query(found)

    def _is_known(self, word: str) -> bool:
        return bool(self.searcher.search(self._exact(word, unfinished=True), 1).hits)

    def _known_or_similar(self, word: str) -> Query:
        return self._exact(word, unfinished=True) if self._is_known(word) else self.similar(word)

    def similar(self, word: str) -> Query:
        """Words of the short texts that are a letter or two off, or whose stems are one off."""
        if len(word) < _ONE_OFF:
            return Query.empty_query()
        distance = 2 if len(word) >= _TWO_OFF else 1
        found = [Query.fuzzy_term_query(self.schema, "words", word, distance=distance)]
        for stem in stems_of(word):
            if len(stem) >= _ONE_OFF:
                found += [
                    Query.fuzzy_term_query(self.schema, name, stem) for name in _SIMILAR_FIELDS
                ]
        return _ranked(Query.boolean_query([(Occur.Should, query) for query in found]), _SIMILAR)

    def _number(self, key: str) -> Query:
        return Query.term_query(self.schema, "number", key)

    def _beginning(self, name: str, word: str) -> Query:
        return Query.fuzzy_term_query(self.schema, name, word, distance=0, prefix=True)

    def _marks(self, words: list[str], unfinished: str) -> Marks:
        phrases = [
            phrase for own, others in self.synonyms.units(words) for phrase in (own, *others)
        ]
        all_words = {word for phrase in phrases for word in phrase}
        return Marks(
            stems=frozenset(stem for word in all_words for stem in stems_of(word)),
            parts=frozenset(word for word in all_words if len(word) >= MIN_PART),
            beginnings=(unfinished,) if len(unfinished) >= _MIN_BEGINNING else (),
        )


def fold_marks(words: list[str]) -> Marks:
    """Marks for words that stand for what was asked, such as those that look like it."""
    folded = [fold(word) for word in words]
    return Marks(stems=frozenset(stem for word in folded for stem in stems_of(word)))


def _all(queries: Iterable[Query]) -> Query:
    clauses = [(Occur.Must, query) for query in queries]
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def _ranked(query: Query, rank: float) -> Query:
    return Query.const_score_query(query, rank)
