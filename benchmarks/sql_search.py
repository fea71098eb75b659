"""The search as SQL would do it: full text of the database and counts by GROUP BY.

Plain and fair: one table for words, one for what filters know, indexes on both; the hits of a
question go into a temporary table once, and every filter is counted without its own choice.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg

from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import PAGE_SIZE, Criteria
from kmz.catalog.search.facets import FACETS
from kmz.catalog.search.words import fold

_FACETS = "CREATE TABLE facet (course_id INTEGER, name TEXT, value TEXT)"
_FACET_INDEX = "CREATE INDEX facet_by_value ON facet (name, value, course_id)"
_FACET_BY_COURSE = "CREATE INDEX facet_by_course ON facet (course_id, name, value)"


@dataclass(frozen=True, slots=True)
class FullText:
    """One course as a database searches it."""

    course_id: int
    title: str
    others: str
    offers: tuple[tuple[str, str], ...]


def full_texts() -> list[FullText]:
    """What the present index knows, for a database; needs an app context."""
    snapshot = catalog_search().snapshot()
    return [
        FullText(
            entry.card.id,
            fold(f"{entry.card.title} {entry.card.subtitle}"),
            fold(f"{entry.card.instructors} {entry.card.place} {entry.plain_text()}"),
            offers,
        )
        for entry, offers in zip(snapshot.entries, snapshot.offers, strict=True)
    ]


class SqlSearch:
    """Answers with the ids of a page, the number of hits and the counts of all filters."""

    def __init__(self, connection: Any, *, hits: str, mark: str) -> None:
        self._connection, self._hits, self._mark = connection, hits, mark

    @classmethod
    def on_sqlite(cls, path: Path, documents: Iterable[FullText]) -> Self:
        connection = sqlite3.connect(path)
        connection.execute(
            "CREATE VIRTUAL TABLE words USING fts5(title, others, tokenize='unicode61')"
        )
        connection.execute(_FACETS)
        for one in documents:
            connection.execute(
                "INSERT INTO words (rowid, title, others) VALUES (?, ?, ?)",
                (one.course_id, one.title, one.others),
            )
            connection.executemany(
                "INSERT INTO facet VALUES (?, ?, ?)",
                [(one.course_id, *offer) for offer in one.offers],
            )
        connection.execute(_FACET_INDEX)
        connection.execute(_FACET_BY_COURSE)
        connection.execute("ANALYZE")
        connection.commit()
        hits = "INSERT INTO hit SELECT rowid, bm25(words, 4.0, 1.0) FROM words WHERE words MATCH ?"
        return cls(connection, hits=hits, mark="?")

    @classmethod
    def on_postgres(cls, url: str, documents: Iterable[FullText]) -> Self:
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        connection = psycopg.connect(plain, autocommit=True)
        connection.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, vector tsvector)")
        connection.execute(_FACETS)
        with connection.cursor() as cursor, connection.transaction():
            cursor.executemany(
                "INSERT INTO words VALUES (%s, setweight(to_tsvector('german', %s), 'A')"
                " || to_tsvector('german', %s))",
                [(one.course_id, one.title, one.others) for one in documents],
            )
            cursor.executemany(
                "INSERT INTO facet VALUES (%s, %s, %s)",
                [(one.course_id, *offer) for one in documents for offer in one.offers],
            )
        connection.execute("CREATE INDEX words_vector ON words USING gin (vector)")
        connection.execute(_FACET_INDEX)
        connection.execute(_FACET_BY_COURSE)
        connection.execute("ANALYZE")
        hits = (
            "INSERT INTO hit SELECT id, -ts_rank(vector, query) FROM words,"
            " plainto_tsquery('german', %s) query WHERE vector @@ query"
        )
        return cls(connection, hits=hits, mark="%s")

    def search(self, criteria: Criteria) -> tuple[list[int], int, dict[str, dict[str, int]]]:
        """Ids of the first page, hits in all, counts by filter and value."""
        run = self._connection.execute
        run("CREATE TEMPORARY TABLE IF NOT EXISTS hit (course_id INTEGER PRIMARY KEY, rank REAL)")
        run("DELETE FROM hit")
        run(self._hits, (self._words(criteria),))
        narrowed, values = self._narrowed(criteria, without="")
        total = run(f"SELECT count(*) FROM hit {narrowed}", values).fetchone()[0]  # noqa: S608
        page = run(
            f"SELECT course_id FROM hit {narrowed} ORDER BY rank LIMIT {PAGE_SIZE}",  # noqa: S608
            values,
        ).fetchall()
        return [row[0] for row in page], total, self._counts(criteria)

    def close(self) -> None:
        self._connection.close()

    def _words(self, criteria: Criteria) -> str:
        words = re.findall(r"\w+", fold(criteria.words))
        return " ".join(words) if self._mark == "%s" else " ".join(f'"{word}"' for word in words)

    def _counts(self, criteria: Criteria) -> dict[str, dict[str, int]]:
        """One query for all filters that nobody chose, one more for each that somebody did."""
        chosen = sorted({name for name, _ in criteria.chosen})
        counts: dict[str, dict[str, int]] = {name: {} for name in FACETS}
        for without in ("", *chosen):
            narrowed, values = self._narrowed(criteria, without=without)
            names = [without] if without else [name for name in FACETS if name not in chosen]
            marks = ", ".join([self._mark] * len(names))
            rows = self._connection.execute(
                "SELECT f.name, f.value, count(*) FROM facet f WHERE f.course_id IN"  # noqa: S608
                f" (SELECT course_id FROM hit {narrowed}) AND f.name IN ({marks})"
                " GROUP BY f.name, f.value",
                (*values, *names),
            )
            for name, value, count in rows.fetchall():
                counts[name][value] = count
        return counts

    def _narrowed(self, criteria: Criteria, *, without: str) -> tuple[str, tuple[str, ...]]:
        pairs = sorted(pair for pair in criteria.chosen if pair[0] != without)
        clauses = [
            f"course_id IN (SELECT course_id FROM facet WHERE name = {self._mark}"  # noqa: S608
            f" AND value = {self._mark})"
            for _ in pairs
        ]
        condition = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        return condition, tuple(text for pair in pairs for text in pair)
