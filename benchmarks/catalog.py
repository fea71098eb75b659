"""The catalogue's pages beside bare pages of the same content, and how often they ask the
database.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sqlalchemy import event

from benchmarks.bare.pages import pad_pages, write_pages
from benchmarks.instance import Instance, new_instance
from benchmarks.load import Load, Target, fetch, load
from benchmarks.processes import KMZ, free_port, running, wait_for_answer
from benchmarks.table import Row, against, at_most
from kmz.catalog.search.criteria import Criteria
from kmz.db import db

COURSES = 2000
ROUNDS = 5
SECONDS = 3.0
THREADS = 4
MAX_QUERIES = 6
CRITERIA = Criteria(
    words="abend",
    chosen=frozenset({("bereich", "gesundheit"), ("bereich", "sprachen")}),
    sort="relevanz",
)
LIST = "/kurse?q=abend&bereich=gesundheit&bereich=sprachen"
SLUG = "261-0007"
HTMX = {
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Target": "div#results",
    "HX-Current-URL": f"http://127.0.0.1{LIST}",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A page of ours and the bare page beside it."""

    what: str
    path: str
    bare: str
    target: float
    headers: dict[str, str] = field(default_factory=dict)


COMPARISONS = (
    Comparison("Course list, word and two filters", LIST, "list", 0.6),
    Comparison("Its HTMX fragment", LIST, "list", 0.8, HTMX),
    Comparison("START", "/", "start", 0.6),
    Comparison("Course page", f"/kurs/{SLUG}", "course", 0.6),
)


def measure(folder: Path, *, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Row]:
    """Requests per second of the four pages, then their numbers of queries."""
    instance = new_instance(folder / "catalog", courses=COURSES)
    pages = folder / "bare.json"
    with instance.app() as app:
        write_pages(app, pages, criteria=CRITERIA, slug=SLUG)
        client = app.test_client()
        sizes = {
            item.bare: len(client.get(item.path).data) for item in COMPARISONS if not item.headers
        }
    pad_pages(pages, sizes)
    rows = []
    ours, bare = free_port(), free_port()
    serve = [str(KMZ), "serve"]
    settings = {"KMZ_PORT": str(ours), "KMZ_THREADS": str(THREADS), "KMZ_WORKERS": "1"}
    beside = [sys.executable, "-m", "benchmarks.bare.serve", str(bare), str(THREADS)]
    with (
        running(serve, instance.environment(**settings), folder / "kmz.log") as our_process,
        running(
            beside, instance.environment(KMZ_BARE_PAGES=str(pages)), folder / "bare.log"
        ) as bare_process,
    ):
        wait_for_answer(ours, "/", our_process)
        wait_for_answer(bare, "/list", bare_process)
        for item in COMPARISONS:
            target = Target(ours, item.path, item.headers)
            rows.append(_compare(item, target, Target(bare, f"/{item.bare}"), rounds, seconds))
    return [*rows, *_query_rows(instance)]


def _compare(item: Comparison, ours: Target, bare: Target, rounds: int, seconds: float) -> Row:
    sizes = [len(fetch(target)[1]) for target in (ours, bare)]
    for target in (ours, bare):
        load(target, min(1.0, seconds))  # both are warm when it counts
    pairs = [(load(ours, seconds), load(bare, seconds)) for _ in range(rounds)]
    errors = sum(one.errors + other.errors for one, other in pairs)
    if errors:
        raise RuntimeError(f"{item.what}: {errors} answers were not 200")
    shown = [
        f"{median(side.rate for side in sides):.0f}/s, {size / 1000:.1f} kB"
        for sides, size in zip(zip(*pairs, strict=True), sizes, strict=True)
    ]
    ratio = median(_ratio(pair) for pair in pairs)
    return against(item.what, *shown, ratio=ratio, target=item.target)


def _ratio(pair: tuple[Load, Load]) -> float:
    return pair[0].rate / pair[1].rate


def _query_rows(instance: Instance) -> list[Row]:
    statements: list[str] = []
    rows = []
    with instance.app() as app:
        with app.app_context():
            engine = db.engine
        event.listen(
            engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
        )
        client = app.test_client()
        for item in COMPARISONS:
            client.get(item.path, headers=item.headers)  # builds the search index
            statements.clear()
            client.get(item.path, headers=item.headers)
            rows.append(at_most(f"{item.what}: queries", len(statements), MAX_QUERIES, ""))
    return rows
