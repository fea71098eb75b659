"""From the start of the process to the first answer, and the memory of a worker."""

from pathlib import Path
from statistics import median

from benchmarks.catalog import COURSES, HTMX, LIST, SLUG
from benchmarks.instance import new_instance
from benchmarks.load import Target, fetch
from benchmarks.processes import KMZ, free_port, running, wait_for_answer, worker_memory
from benchmarks.table import Row, at_most

ROUNDS = 3
START_SECONDS = 3.0
REQUESTS = 200
MEMORY_LIMIT = 150


def measure(folder: Path, *, rounds: int = ROUNDS) -> list[Row]:
    """`kmz demo` again and again on the instance of its first start; then memory."""
    instance = new_instance(folder / "empty")
    times = [_start_demo(folder, instance.environment()) for _ in range(rounds + 1)]
    return [
        at_most("First answer of the second `kmz demo`", median(times[1:]), START_SECONDS, "s"),
        *_memory(folder),
    ]


def _start_demo(folder: Path, outside: dict[str, str]) -> float:
    """Seconds to the first START page; the first call of all also sows the demo."""
    port = free_port()
    kept = {key: value for key, value in outside.items() if not key.startswith("KMZ_")}
    demo = {**kept, "KMZ_INSTANCE": str(folder / "demo"), "KMZ_PORT": str(port)}
    with running([str(KMZ), "demo"], demo, folder / "demo.log") as process:
        return wait_for_answer(port, "/", process)


def _memory(folder: Path) -> list[Row]:
    instance = new_instance(folder / "memory", courses=COURSES)
    port = free_port()
    environment = instance.environment(KMZ_PORT=str(port), KMZ_WORKERS="1")
    with running([str(KMZ), "serve"], environment, folder / "memory.log") as process:
        wait_for_answer(port, "/", process)
        pages = [
            Target(port, "/"),
            Target(port, LIST),
            Target(port, LIST, HTMX),
            Target(port, f"/kurs/{SLUG}"),
        ]
        for number in range(REQUESTS):
            fetch(pages[number % len(pages)])
        memory = worker_memory(process)
    what = f"One worker, {COURSES} courses, {REQUESTS} requests"
    return [
        at_most(f"{what}: RSS", memory.rss, MEMORY_LIMIT, "MB"),
        at_most(f"{what}: PSS", memory.pss, MEMORY_LIMIT, "MB"),
    ]
