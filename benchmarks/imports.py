"""20,000 courses by `kmz import` beside a running portal: seconds, memory, and its answers."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from benchmarks.feed import write_feed
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.load import Target, Visitor
from benchmarks.processes import KMZ, free_port, running, wait_for_answer
from benchmarks.table import Row, at_most

COURSES = 20_000
MAX_SECONDS, MAX_MEMORY, MAX_P99_MS = 60.0, 500.0, 500.0
_PAUSE = 0.02
# Another file of the same format, to measure a house's own.
_FILE = "KMZ_BENCH_FEED"


def measure(folder: Path, *, count: int = COURSES) -> list[Row]:
    """On both databases: a new stock, and the same file once more."""
    named = os.environ.get(_FILE)
    file = Path(named) if named else write_feed(folder / "kurse.json", count)
    rows = _measured("SQLite", new_instance(folder / "sqlite"), file)
    with postgres(folder) as url:
        rows += _measured("PostgreSQL", new_instance(folder / "pg", url), file)
    return rows


def _measured(database: str, instance: Instance, file: Path) -> list[Row]:
    port = free_port()
    environment = instance.environment(KMZ_PORT=str(port), KMZ_WORKERS="1")
    with running([str(KMZ), "serve"], environment, instance.folder / "serve.log") as process:
        wait_for_answer(port, "/", process)
        with _asked_meanwhile(Target(port, "/kurse?q=yoga")) as times:
            first = _Import(instance, file)
        second = _Import(instance, file)
    what = f"Import of {file.stat().st_size / 1e6:.0f} MB, {database}"
    return [
        at_most(f"{what}: {first.counts}", round(first.seconds, 1), MAX_SECONDS, "s"),
        at_most(f"{what}: memory at most", round(first.memory), MAX_MEMORY, "MB"),
        at_most(f"{what}, again: {second.counts}", round(second.seconds, 1), MAX_SECONDS, "s"),
        at_most(f"{what}: course list meanwhile, p99", _p99_ms(times), MAX_P99_MS, "ms"),
    ]


class _Import:
    """One run of the command as a process of its own."""

    def __init__(self, instance: Instance, file: Path) -> None:
        command = [str(KMZ), "import", "berlin", str(file)]
        begin = time.perf_counter()
        environment = instance.environment()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self.seconds = time.perf_counter() - begin
        if done.returncode:
            raise RuntimeError(f"the import ended with {done.returncode}: {done.stderr[-3000:]}")
        self.counts = done.stdout.splitlines()[0]
        # The biggest child so far: imports are the biggest here, and a later one is no bigger.
        self.memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


@contextmanager
def _asked_meanwhile(target: Target) -> Iterator[list[float]]:
    """Seconds of every answer while the block runs; an answer that is not 200 counts as a
    minute.
    """
    times: list[float] = []
    over = threading.Event()

    def ask() -> None:
        visitor = Visitor(target)
        while not over.wait(_PAUSE):
            begin = time.perf_counter()
            status, _ = visitor.ask()
            times.append(time.perf_counter() - begin if status == 200 else 60.0)
        visitor.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


def _p99_ms(times: list[float]) -> float:
    return round(quantiles(times, n=100)[98] * 1000, 1)
