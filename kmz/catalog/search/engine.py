"""The search itself: questions to the present index, and its renewal in the background."""

import threading
import time
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from flask import Flask
from tantivy import FieldType, Occur, Order, Query, Searcher

from kmz import clock, log
from kmz.catalog.search.build import Snapshot, build_snapshot, current_version
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.criteria import MAX_PAGE, PAGE_SIZE, Criteria
from kmz.catalog.search.question import words_query

_CHECK_EVERY = 0.5
_KEPT_ANSWERS = 500


@dataclass(frozen=True, slots=True)
class AreaCount:
    """A Programmbereich as a filter: how many courses it would show, and whether it is chosen."""

    slug: str
    name: str
    number: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """One page of courses, how many there are in all, and the counts beside the filters.

    `areas` are all Programmbereiche, `fields` the Fachgebiete that are chosen.
    Shared by everybody who asks the same: never change its lists.
    """

    total: int
    cards: list[CourseCard]
    areas: list[AreaCount]
    fields: list[AreaCount]
    page: int
    page_count: int
    similar: bool = False

    @property
    def chosen(self) -> list[AreaCount]:
        """The Programmbereiche and Fachgebiete that narrow this list."""
        return [area for area in (*self.areas, *self.fields) if area.selected]


class CatalogSearch:
    """Answers from the newest finished index; building another never holds a request up."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._snapshot: Snapshot | None = None
        self._checked_at = 0.0
        self._building = threading.Lock()
        # Many people ask the same. An answer belongs to its index, so it cannot be too old.
        self._ask = lru_cache(maxsize=_KEPT_ANSWERS)(_ask)

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
                self._ask.cache_clear()  # else its answers would hold the old index in memory
            self._checked_at = time.monotonic()
            return self._snapshot

    def _start_rebuild(self) -> None:
        if not self._building.locked():
            threading.Thread(target=self._rebuild, name="kmz-search", daemon=True).start()

    def _rebuild(self) -> None:
        try:
            with self._app.app_context():
                self.refresh()
        except Exception:  # the old index goes on answering, the next check tries again
            log.error("search.rebuild_failed")

    def card(self, course_id: int) -> CourseCard | None:
        """The card of one published course."""
        return self.snapshot().cards.get(course_id)

    def search(self, criteria: Criteria, *, today: date) -> SearchResult:
        """One page of what fits; a word that no course has stands for similar ones."""
        return self._ask(self.snapshot(), criteria, today)


def _is_old(snapshot: Snapshot) -> bool:
    """The catalogue has changed since, or a new day has begun (courses have started or ended)."""
    return snapshot.version != current_version() or snapshot.built_on != clock.today()


def _ask(snapshot: Snapshot, criteria: Criteria, today: date) -> SearchResult:
    searcher = snapshot.index.searcher()
    base, similar = words_query(snapshot.schema, searcher, criteria.words)
    if not criteria.include_past:
        base = _not_over(snapshot, base, today)
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
    areas, fields = _area_counts(snapshot, searcher, base, criteria.areas)
    total: int = getattr(found, "count") or 0  # noqa: B009 - missing in the library's type hints
    ids = searcher.fast_field_values("id", [address for _, address in found.hits])
    return SearchResult(
        total=total,
        cards=[snapshot.cards[int(course_id)] for course_id in ids if course_id is not None],
        areas=areas,
        fields=fields,
        page=page,
        page_count=max(1, -(-total // PAGE_SIZE)),
        similar=similar and total > 0,
    )


def _not_over(snapshot: Snapshot, base: Query, today: date) -> Query:
    days = Query.range_query(
        snapshot.schema, "ends", FieldType.Unsigned, lower_bound=today.toordinal()
    )
    return Query.boolean_query(
        [(Occur.Must, base), (Occur.Must, Query.const_score_query(days, 0.0))]
    )


def _with_areas(snapshot: Snapshot, base: Query, areas: frozenset[str]) -> Query:
    known = sorted(areas & snapshot.areas.keys())
    if not known:
        return base
    any_area = Query.term_set_query(snapshot.schema, "area", known)
    return Query.boolean_query([(Occur.Must, base), (Occur.Must, any_area)])


def _area_counts(
    snapshot: Snapshot, searcher: Searcher, base: Query, chosen: frozenset[str]
) -> tuple[list[AreaCount], list[AreaCount]]:
    """All Programmbereiche, and the chosen Fachgebiete, with counts that ignore this filter."""
    answer = searcher.aggregate(base, {"areas": {"terms": {"field": "area", "size": 500}}})
    counts = {bucket["key"]: bucket["doc_count"] for bucket in answer["areas"]["buckets"]}
    areas: list[AreaCount] = []
    fields: list[AreaCount] = []
    for area in sorted(snapshot.areas.values(), key=lambda area: area.code):
        selected = area.slug in chosen
        if area.parent_id is None or selected:
            kind = areas if area.parent_id is None else fields
            count = counts.get(area.slug, 0)
            kind.append(AreaCount(area.slug, area.name, area.code, count, selected))
    return areas, fields
