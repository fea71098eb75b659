"""The search itself: questions to the present index, and its renewal in the background."""

import threading
import time
from dataclasses import dataclass
from datetime import date

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from tantivy import FieldType, Occur, Order, Query, Searcher

from kmz import clock, log
from kmz.catalog.search.build import TEXT_FIELDS, Snapshot, build_snapshot, current_version
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.criteria import MAX_PAGE, PAGE_SIZE, Criteria
from kmz.catalog.search.words import MAX_QUERY_LENGTH, MAX_QUERY_WORDS, number_key, stems

_CHECK_EVERY = 0.5
_BOOSTS = {"title": 4.0, "people": 2.0, "place": 1.5, "tags": 2.0, "parts": 1.5, "text": 1.0}
_SHORT, _LONG = 5, 9


@dataclass(frozen=True, slots=True)
class AreaCount:
    """A Programmbereich as a filter: how many courses it would show, and whether it is chosen."""

    slug: str
    name: str
    number: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of courses, how many there are in all, and the counts beside the filters."""

    total: int
    cards: list[CourseCard]
    areas: list[AreaCount]
    page: int
    page_count: int
    similar: bool = False


class CatalogSearch:
    """Answers from the newest finished index; building another never holds a request up."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._snapshot: Snapshot | None = None
        self._checked_at = 0.0
        self._building = threading.Lock()

    def snapshot(self) -> Snapshot:
        """The present index; the first caller builds it, later changes are built beside."""
        snapshot = self._snapshot
        if snapshot is None:
            return self.refresh()
        if time.monotonic() - self._checked_at > _CHECK_EVERY:
            self._checked_at = time.monotonic()
            if _is_old(snapshot):
                self._start_rebuild()
        return snapshot

    def refresh(self) -> Snapshot:
        """Build now and wait for it; a build that runs already is waited for."""
        with self._building:
            if self._snapshot is None or _is_old(self._snapshot):
                self._snapshot = build_snapshot()
            self._checked_at = time.monotonic()
            return self._snapshot

    def _start_rebuild(self) -> None:
        if not self._building.locked():
            threading.Thread(target=self._rebuild, name="kmz-search", daemon=True).start()

    def _rebuild(self) -> None:
        try:
            with self._app.app_context():
                self.refresh()
        except SQLAlchemyError:
            log.error("search.rebuild_failed")

    def card(self, course_id: int) -> CourseCard | None:
        """The card of one published course."""
        return self.snapshot().cards.get(course_id)

    def search(self, criteria: Criteria, *, today: date) -> SearchResult:
        """One page of what fits; similar words are tried when nothing fits exactly."""
        snapshot = self.snapshot()
        searcher = snapshot.index.searcher()
        result = _ask(snapshot, searcher, criteria, today, fuzzy=False)
        if result.total or not criteria.words.strip():
            return result
        return _ask(snapshot, searcher, criteria, today, fuzzy=True)


def _is_old(snapshot: Snapshot) -> bool:
    """The catalogue has changed since, or a new day has begun (courses have started or ended)."""
    return snapshot.version != current_version() or snapshot.built_on != clock.today()


def _ask(
    snapshot: Snapshot, searcher: Searcher, criteria: Criteria, today: date, *, fuzzy: bool
) -> SearchResult:
    base = _base_query(snapshot, criteria, today, fuzzy=fuzzy)
    query = _with_areas(snapshot, base, criteria.areas)
    page = min(max(criteria.page, 1), MAX_PAGE)
    order = {"beginn": "order", "titel": "title_rank"}.get(criteria.sort)
    if order is None and not criteria.words.strip():
        order = "order"
    found = searcher.search(
        query,
        PAGE_SIZE,
        count=True,
        order_by_field=order,
        offset=(page - 1) * PAGE_SIZE,
        order=Order.Asc if order else Order.Desc,
    )
    total: int = getattr(found, "count") or 0  # noqa: B009 - missing in the library's type hints
    ids = searcher.fast_field_values("id", [address for _, address in found.hits])
    return SearchResult(
        total=total,
        cards=[snapshot.cards[int(course_id)] for course_id in ids if course_id is not None],
        areas=_area_counts(snapshot, searcher, base, criteria.areas),
        page=page,
        page_count=max(1, -(-total // PAGE_SIZE)),
        similar=fuzzy and total > 0,
    )


def _base_query(snapshot: Snapshot, criteria: Criteria, today: date, *, fuzzy: bool) -> Query:
    clauses = [_words_query(snapshot, criteria.words, fuzzy=fuzzy)]
    if not criteria.include_past:
        clauses.append(
            Query.range_query(
                snapshot.schema, "ends", FieldType.Unsigned, lower_bound=today.toordinal()
            )
        )
    return Query.boolean_query([(Occur.Must, clause) for clause in clauses])


def _words_query(snapshot: Snapshot, words: str, *, fuzzy: bool) -> Query:
    """All words, each in any field; or the whole text as a course number."""
    asked = words.replace("\x00", " ")[:MAX_QUERY_LENGTH]
    found = stems(asked)[:MAX_QUERY_WORDS]
    if not found:
        return Query.empty_query() if asked.strip() else Query.all_query()
    each = [(Occur.Must, _one_word(snapshot, word, fuzzy=fuzzy)) for word in found]
    number = Query.term_query(snapshot.schema, "number", number_key(asked))
    return Query.boolean_query(
        [(Occur.Should, Query.boolean_query(each)), (Occur.Should, Query.boost_query(number, 10.0))]
    )


def _one_word(snapshot: Snapshot, word: str, *, fuzzy: bool) -> Query:
    distance = 0 if not fuzzy or len(word) < _SHORT - 1 else (2 if len(word) >= _LONG else 1)
    clauses = []
    for name in TEXT_FIELDS:
        query = (
            Query.fuzzy_term_query(snapshot.schema, name, word, distance=distance)
            if distance
            else Query.term_query(snapshot.schema, name, word)
        )
        clauses.append((Occur.Should, Query.boost_query(query, _BOOSTS[name])))
    return Query.boolean_query(clauses)


def _with_areas(snapshot: Snapshot, base: Query, areas: frozenset[str]) -> Query:
    known = sorted(areas & snapshot.areas.keys())
    if not known:
        return base
    any_area = Query.term_set_query(snapshot.schema, "area", known)
    return Query.boolean_query([(Occur.Must, base), (Occur.Must, any_area)])


def _area_counts(
    snapshot: Snapshot, searcher: Searcher, base: Query, chosen: frozenset[str]
) -> list[AreaCount]:
    """The Programmbereiche with counts that ignore their own filter, so others can be added."""
    answer = searcher.aggregate(base, {"areas": {"terms": {"field": "area", "size": 500}}})
    counts = {bucket["key"]: bucket["doc_count"] for bucket in answer["areas"]["buckets"]}
    tops = sorted(
        (area for area in snapshot.areas.values() if area.parent_id is None),
        key=lambda area: area.code,
    )
    return [
        AreaCount(area.slug, area.name, area.code, counts.get(area.slug, 0), area.slug in chosen)
        for area in tops
    ]
