"""The morning a course opens: 200 customers for 20 seats, all at once, beside a bare booking."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import text

from benchmarks.bare import booking as bare
from benchmarks.buyers import Account, BareBuyer, Buyer
from benchmarks.crowd import FEE, CourseKind, sow_accounts, sow_paid_courses
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.processes import KMZ, free_port, running, wait_for_answer
from benchmarks.table import Row
from kmz.db import db

PEOPLE, SEATS = 200, 20
ROUNDS = 5
TARGET = 8.0
WORKERS, THREADS = "2", "4"
SETTINGS = {
    "KMZ_WORKERS": WORKERS,
    "KMZ_THREADS": THREADS,
    # Everybody has an address of their own, as behind a proxy.
    "KMZ_TRUSTED_PROXIES": "1",
}


@dataclass(frozen=True, slots=True)
class Run:
    """All are answered: after how many seconds, how long each request took, who got a seat, and
    what went wrong.
    """

    seconds: float
    times: list[float]
    booked: int
    errors: list[str]


def measure(folder: Path, *, rounds: int = ROUNDS) -> list[Row]:
    """Both databases."""
    rows = [_measure_on("SQLite", folder, new_instance(folder / "sqlite"), rounds)]
    with postgres(folder) as url:
        rows.append(_measure_on("PostgreSQL", folder, new_instance(folder / "pg", url), rounds))
    return rows


def _measure_on(database: str, folder: Path, instance: Instance, rounds: int) -> Row:
    # One course for each round of either side; the first round only warms up.
    kind = CourseKind(count=2 * (rounds + 1), seats=SEATS)
    with instance.app() as app, app.app_context():
        slugs = sow_paid_courses(kind)
        accounts = sow_accounts(app, PEOPLE)
        with db.engine.begin() as connection:
            identity = bare.IDENTITY[db.engine.dialect.name]
            connection.execute(text(bare.TABLE.format(identity)))
    ours, other = free_port(), free_port()
    serve = [str(KMZ), "serve"]
    beside = [
        sys.executable,
        "-m",
        "benchmarks.bare.serve",
        str(other),
        THREADS,
        WORKERS,
        "booking",
    ]
    environment = instance.environment(KMZ_PORT=str(ours), **SETTINGS)
    with (
        running(serve, environment, folder / f"{database}.log") as process,
        running(beside, environment, folder / f"{database}-bare.log") as bare_process,
    ):
        wait_for_answer(ours, "/", process)
        wait_for_answer(other, "/", bare_process)
        pairs = [
            (
                _rush(ours, accounts, slugs[2 * number], Buyer),
                _rush(other, accounts, slugs[2 * number + 1], BareBuyer),
            )
            for number in range(rounds + 1)
        ]
    return _row(database, pairs[1:])


def _rush(
    port: int, accounts: Sequence[Account], slug: str, kind: Callable[..., Buyer | BareBuyer]
) -> Run:
    """Everybody stands at the course's page and presses at the same moment."""
    buyers = [kind(port, account, slug, FEE) for account in accounts]
    for buyer in buyers:
        buyer.arrive()
    booked, errors = [0] * len(buyers), []
    ready = threading.Barrier(len(buyers) + 1)

    def press(index: int) -> None:
        ready.wait()
        try:
            booked[index] = buyers[index].book()
        except Exception as error:  # counted and told, the others go on
            errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=press, args=(index,)) for index in range(len(buyers))]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    for buyer in buyers:
        buyer.leave()
    for error in errors[:3]:
        print(error)
    return Run(seconds, [one for buyer in buyers for one in buyer.times], sum(booked), errors)


def _row(database: str, pairs: Sequence[tuple[Run, Run]]) -> Row:
    ratio = median(ours.seconds / other.seconds for ours, other in pairs)
    runs = [run for pair in pairs for run in pair]
    is_right = all(run.booked == SEATS and not run.errors for run in runs)
    return Row(
        what=f"{PEOPLE} customers for {SEATS} seats at once, {database}",
        ours=_shown([ours for ours, _ in pairs]),
        beside=_shown([other for _, other in pairs]),
        ratio=ratio,
        target=f"≤ {TARGET:g}, {SEATS} booked, 0 errors",
        met=ratio <= TARGET and is_right,
    )


def _shown(runs: Sequence[Run]) -> str:
    seconds = median(run.seconds for run in runs)
    slowest = median(quantiles(run.times, n=100)[98] for run in runs)
    booked = "/".join(sorted({str(run.booked) for run in runs}))
    errors = sum(len(run.errors) for run in runs)
    return f"{seconds:.2f} s, p99 {slowest * 1000:.0f} ms, {booked} booked, {errors} errors"
