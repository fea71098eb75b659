"""What people type, as a question to the index; every text is words, never syntax."""

from tantivy import Occur, Query, Schema, Searcher

from kmz.catalog.search.words import LITTLE_WORDS, fold, number_key, plain_words, stemmed_words

_MAX_LENGTH, _MAX_WORDS = 200, 12
_BOOSTS = {"title": 4.0, "people": 2.0, "place": 1.5, "tags": 2.0, "parts": 1.5, "text": 1.0}
TEXT_FIELDS = tuple(_BOOSTS)
_SIMILAR_FIELDS = ("title", "people", "place", "tags", "parts")
_WHOLE_NUMBER, _NUMBER, _BEGINNING = 10.0, 3.0, 0.5
_MIN_BEGINNING = 2
# From how many letters on a word may be one or two letters off.
_ONE_OFF, _TWO_OFF = 5, 9


def words_query(schema: Schema, searcher: Searcher, text: str) -> tuple[Query, bool]:
    """A query for the courses that have all words, and whether words were taken for similar ones.

    A word that no course has stands for those that look like it; the last word may be unfinished.
    A text without any word in it, such as "?!", finds nothing; one without characters everything.
    """
    asked = text[:_MAX_LENGTH].encode(errors="replace").decode().replace("\x00", " ")
    words = _meant(plain_words().analyze(fold(asked))[:_MAX_WORDS])
    if not words:
        return (Query.empty_query() if asked.strip() else Query.all_query()), False
    typing = not text[-1:].isspace()
    clauses, similar = [], False
    for word in words:
        query = _exact(schema, word, unfinished=typing and word is words[-1])
        if searcher.search(query, 1).hits:
            clauses.append((Occur.Must, query))
        else:
            similar = True
            clauses.append((Occur.Must, _similar(schema, word)))
    number = _boosted(Query.term_query(schema, "number", number_key(asked)), _WHOLE_NUMBER)
    return _any(number, Query.boolean_query(clauses)), similar


def _meant(words: list[str]) -> list[str]:
    """Without the little words, unless there is nothing else."""
    return [word for word in words if word not in LITTLE_WORDS] or words


def _exact(schema: Schema, word: str, *, unfinished: bool) -> Query:
    found = [
        _boosted(Query.term_query(schema, name, stem), boost)
        for stem in stemmed_words().analyze(word)
        for name, boost in _BOOSTS.items()
    ]
    found.append(_boosted(Query.term_query(schema, "number", word), _NUMBER))
    if unfinished and len(word) >= _MIN_BEGINNING:
        names = ("words", "number") if any(map(str.isdigit, word)) else ("words",)
        found += [_boosted(_beginning(schema, name, word), _BEGINNING) for name in names]
    return _any(*found)


def _beginning(schema: Schema, name: str, word: str) -> Query:
    return Query.fuzzy_term_query(schema, name, word, distance=0, prefix=True)


def _similar(schema: Schema, word: str) -> Query:
    """Words of the short texts that are a letter or two off, or whose stems are one off."""
    if len(word) < _ONE_OFF:
        return Query.empty_query()
    distance = 2 if len(word) >= _TWO_OFF else 1
    found = [Query.fuzzy_term_query(schema, "words", word, distance=distance)]
    for stem in stemmed_words().analyze(word):
        if len(stem) >= _ONE_OFF:
            found += [Query.fuzzy_term_query(schema, name, stem) for name in _SIMILAR_FIELDS]
    return _any(*found)


def _any(*queries: Query) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _boosted(query: Query, boost: float) -> Query:
    return Query.boost_query(query, boost)
