"""The search: result pages over 2,000, 20,000 and 200,000 courses, its renewal, and SQL beside it.

Every request asks something else, so that nothing kept answers; words are kept by the search as in
real life, where most people look for the same few hundred.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks import vocabulary
from benchmarks.bare.pages import pad_pages, write_pages
from benchmarks.catalog import SLUG
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.load import Target, Visitor, load
from benchmarks.processes import KMZ, free_port, running, wait_for_answer
from benchmarks.sql_search import SqlSearch, full_texts
from benchmarks.table import Row, against, at_most
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.list_address import address_of
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.catalog.search.answer import answer
from kmz.catalog.search.criteria import EVERYTHING, PAGE_SIZE, Criteria
from kmz.db import transaction

SMALL, USUAL, LARGE = 2_000, 20_000, 200_000
QUESTIONS = 400
ROUNDS, SECONDS = 5, 3.0
MAX_MEDIAN_MS, MAX_P99_MS, MAX_GROWTH, MIN_RATIO = 5.0, 20.0, 3.0, 0.6
SEARCHABLE_WITHIN = 2.0
_WEEKDAYS = ("mo", "di", "mi", "do", "fr", "sa")
_TIMES = ("vormittags", "nachmittags", "abends")
_AREAS = ("gesundheit", "sprachen", "kultur", "gesellschaft")
_FIRST_GROWTH = "Growth from 2,000 to 200,000 courses: median of a page"


def questions(count: int = QUESTIONS) -> list[Criteria]:
    """A word and three filters, all different, the same in every run."""
    random = Random(7)
    words = [word for subjects in vocabulary.SUBJECTS.values() for word in subjects]
    words += [*vocabulary.FORMS, *vocabulary.TAGS, "rücken", "Bespiele", "decke"]
    found: dict[Criteria, None] = {}
    while len(found) < count:
        chosen = {
            ("bereich", random.choice(_AREAS)),
            ("tag", random.choice(_WEEKDAYS)),
            ("zeit", random.choice(_TIMES)),
        }
        found[Criteria(random.choice(words), frozenset(chosen), sort="relevanz")] = None
    return list(found)


def measure(folder: Path) -> list[Row]:
    """Pages, growth, renewal and memory; then the same questions in SQL."""
    rows: list[Row] = []
    medians: dict[int, float] = {}
    for count in (SMALL, USUAL, LARGE):
        with TemporaryDirectory(dir=folder) as place:
            instance = new_instance(Path(place), courses=count)
            times = _page_times(instance, Path(place))
            medians[count] = median(times)
            if count == USUAL:
                rows += _limits(times)
                rows += _beside_bare(instance, Path(place))
                rows.append(_unchanged(instance, Path(place), medians[count]))
            rows += _renewal(instance, count)
            if count == USUAL:
                rows += _beside_sql(instance, Path(place))
    growth = medians[LARGE] / medians[SMALL]
    return [*rows, at_most(_FIRST_GROWTH, growth, MAX_GROWTH, "times")]


@contextmanager
def _served(instance: Instance, folder: Path) -> Iterator[int]:
    port = free_port()
    settings = {"KMZ_PORT": str(port), "KMZ_WORKERS": "1"}
    serve = running([str(KMZ), "serve"], instance.environment(**settings), folder / "kmz.log")
    with serve as process:
        wait_for_answer(port, "/kurse", process)
        yield port


def _addresses(instance: Instance, criteria: Sequence[Criteria]) -> list[str]:
    with instance.app() as app, app.test_request_context("/"):
        return [address_of(one) for one in criteria]


def _page_times(instance: Instance, folder: Path) -> list[float]:
    """Milliseconds of each answer, one after the other, on a server with nothing else to do."""
    addresses = _addresses(instance, questions(2 * QUESTIONS))
    with _served(instance, folder) as port:
        first, *others = addresses
        visitor = Visitor(Target(port, first, others=tuple(others)))
        return [_milliseconds(visitor.ask) for _ in addresses][QUESTIONS:]


def _limits(times: list[float]) -> list[Row]:
    what = f"Result page, word and three filters, {USUAL:,} courses"
    return [
        at_most(f"{what}: p50", median(times), MAX_MEDIAN_MS, "ms"),
        at_most(f"{what}: p99", quantiles(times, n=100)[98], MAX_P99_MS, "ms"),
    ]


def _beside_bare(instance: Instance, folder: Path) -> list[Row]:
    """Requests per second beside a bare page of the same size: one page, then 400 in turn."""
    asked = questions()
    pages = folder / "bare.json"
    with instance.app() as app:
        # The page of the first one is a full one, as most that people look at.
        with app.app_context():
            asked = sorted(asked, key=lambda one: -catalog_search().search(one).total)
        size = len(app.test_client().get(_addresses(instance, asked[:1])[0]).data)
        write_pages(app, pages, criteria=asked[0], slug=SLUG)
    pad_pages(pages, {"list": size})
    first, *others = _addresses(instance, asked)
    bare = free_port()
    beside_us = running(
        [sys.executable, "-m", "benchmarks.bare.serve", str(bare), "4"],
        instance.environment(KMZ_BARE_PAGES=str(pages)),
        folder / "bare.log",
    )
    with _served(instance, folder) as ours, beside_us as process:
        wait_for_answer(bare, "/list", process)
        beside = Target(bare, "/list")
        return [
            _paired("Result page, asked by many at once", Target(ours, first), beside, MIN_RATIO),
            _paired(
                f"Result pages, {len(asked)} questions in turn",
                Target(ours, first, others=tuple(others)),
                beside,
                None,
            ),
        ]


def _paired(what: str, target: Target, beside: Target, wanted: float | None) -> Row:
    for one in (target, beside):
        load(one, 1.0)
    pairs = [(load(target, SECONDS), load(beside, SECONDS)) for _ in range(ROUNDS)]
    if any(one.errors or other.errors for one, other in pairs):
        raise RuntimeError("answers were not 200")
    return against(
        f"{what}, {USUAL:,} courses",
        f"{median(one.rate for one, _ in pairs):.0f}/s",
        f"{median(other.rate for _, other in pairs):.0f}/s",
        ratio=median(one.rate / other.rate for one, other in pairs),
        target=wanted,
    )


def _unchanged(instance: Instance, folder: Path, anew: float) -> Row:
    """A list asked again by who has it: 304, for the same visitor."""
    address = _addresses(instance, questions()[:1])[0]
    with _served(instance, folder) as port:
        cookie, _ = _asked(port, address, {})
        _, tag = _asked(port, address, {"Cookie": cookie})
        headers = {"Cookie": cookie, "If-None-Match": tag}
        visitor = Visitor(Target(port, address, headers))
        times = [_milliseconds(lambda: _must_be(304, visitor.ask)) for _ in range(QUESTIONS)]
    return Row(
        what=f"The same page asked again, nothing changed (304), {USUAL:,} courses",
        ours=f"{median(times):.2f} ms",
        beside=f"{anew:.2f} ms anew",
        ratio=median(times) / anew,
    )


def _asked(port: int, address: str, headers: dict[str, str]) -> tuple[str, str]:
    """The visitor's cookie and the tag of the page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    answer.read()
    cookie, tag = answer.getheader("Set-Cookie", ""), answer.getheader("ETag", "")
    connection.close()
    return cookie.partition(";")[0], tag


def _must_be(status: int, ask: Callable[[], tuple[int, bytes]]) -> None:
    if ask()[0] != status:
        raise RuntimeError(f"the answer was not {status}")


def _renewal(instance: Instance, count: int) -> list[Row]:
    """Memory and time of a whole index, and of one changed course."""
    with instance.app() as app, app.app_context():
        before, began, cpu = _resident(), time.perf_counter(), time.process_time()
        catalog_search().refresh()
        built, burnt = time.perf_counter() - began, time.process_time() - cpu
        memory = _resident() - before
        with transaction() as session:
            course = session.get_one(Course, 5)
            course.title = "Xylothek"
            mark_changed(session, [course.id])
        changed = _milliseconds(catalog_search().refresh) / 1000
        if not catalog_search().search(Criteria("Xylothek", shown=EVERYTHING)).total:
            raise RuntimeError("the change is not found")
    head = f"{count:,} courses"
    return [
        Row(what=f"{head}: building the index", ours=f"{built:.1f} s, {burnt:.1f} s CPU"),
        Row(what=f"{head}: memory of the index", ours=f"{memory:.0f} MB"),
        Row(what=f"{head}: taking one changed course in", ours=f"{changed:.2f} s")
        if count != USUAL
        else at_most(
            f"{head}: taking one changed course in", changed, SEARCHABLE_WITHIN - 0.5, "s"
        ),
    ]


def _beside_sql(instance: Instance, folder: Path) -> list[Row]:
    """The same questions with counts, without a page: from memory, FTS5 and tsvector."""
    asked = questions()
    rows = []
    with instance.app() as app, app.app_context():
        present = catalog_search().present()
        for one in asked:
            present.match(one.words)  # words are kept, answers are not
        ours = _median_times(
            lambda one: answer(present.select(one), one, page_size=PAGE_SIZE), asked
        )
        documents = full_texts()
    sqlite = SqlSearch.on_sqlite(folder / "fts.db", documents)
    rows.append(_sql_row("FTS5", ours, _median_times(sqlite.search, asked)))
    with postgres(folder.with_name(f"{folder.name}-postgres")) as url:
        tsvector = SqlSearch.on_postgres(url, documents)
        rows.append(_sql_row("tsvector", ours, _median_times(tsvector.search, asked)))
        tsvector.close()
    return rows


def _sql_row(name: str, ours: float, theirs: float) -> Row:
    return Row(
        what=f"Hits and counts without a page, beside {name}",
        ours=f"{ours:.2f} ms",
        beside=f"{theirs:.1f} ms",
        ratio=ours / theirs,
    )


def _median_times(ask: Callable[[Criteria], object], asked: Sequence[Criteria]) -> float:
    return median(_milliseconds(lambda one=one: ask(one)) for one in asked)


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _resident() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000
