"""F-07: everybody wants everything, again and again. 60 customers, 20 courses, 8 times each, at 48
connections; not how fast, but whether every sum is right afterwards.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from sqlalchemy import func, select

from benchmarks.buyers import Account, Answer, Buyer
from benchmarks.crowd import FEE, CourseKind, sow_accounts, sow_paid_courses
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.processes import KMZ, free_port, running, wait_for_answer
from benchmarks.table import Row
from kmz.booking.models import SEAT_HOLDING, Booking, BookingRequest
from kmz.catalog.models import Course
from kmz.db import db
from kmz.mail.models import OutgoingMail

PEOPLE, COURSES, SEATS, REPEATS, CONNECTIONS = 60, 20, 30, 8, 48
SECONDS = 300
SETTINGS = {
    "KMZ_WORKERS": "2",
    "KMZ_THREADS": "4",
    "KMZ_TRUSTED_PROXIES": "1",
    # One person wants twenty courses at once here.
    "KMZ_HOLDS_PER_PERSON": "100",
    "KMZ_HOLDS_PER_ADDRESS": "100",
}
_Try = tuple[Account, str]


@dataclass
class _Storm:
    """What is still to be tried, and what came of it."""

    port: int
    tries: "SimpleQueue[_Try]"
    told: Counter[_Try] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def work(self) -> None:
        """One connection's part of it."""
        while True:
            try:
                one = self.tries.get_nowait()
            except Empty:
                return
            buyer = _Watched(self.port, one[0], one[1], FEE, statuses=self.statuses)
            try:
                buyer.arrive()
                if buyer.book():
                    self.told[one] += 1
            except Exception as error:  # counted and told, the others go on
                self.errors.append(f"{type(error).__name__}: {error}")
            finally:
                buyer.leave()


@dataclass
class _Watched(Buyer):
    """Somebody who may be booked already, which the form says, or has sent the same form at another
    connection a moment ago.
    """

    def _expect(self, answer: Answer, end: str) -> None:
        elsewhere = answer.address.endswith("/danke") and end != "/danke"
        if elsewhere or (answer.status == 422 and b"bereits angemeldet" in answer.body):
            raise _AlreadyBookedError
        super()._expect(answer, end)

    def book(self) -> bool:
        """True where the thanks were shown."""
        try:
            return super().book()
        except _AlreadyBookedError:
            return False


class _AlreadyBookedError(Exception):
    """The person holds a seat in the course."""


def measure(folder: Path) -> list[Row]:
    """Both databases."""
    rows = [_measure_on("SQLite", folder, new_instance(folder / "sqlite"))]
    with postgres(folder) as url:
        rows.append(_measure_on("PostgreSQL", folder, new_instance(folder / "pg", url)))
    return rows


def _measure_on(database: str, folder: Path, instance: Instance) -> Row:
    with instance.app() as app, app.app_context():
        slugs = sow_paid_courses(CourseKind(count=COURSES, seats=SEATS))
        accounts = sow_accounts(app, PEOPLE)
    port = free_port()
    environment = instance.environment(KMZ_PORT=str(port), **SETTINGS)
    with running([str(KMZ), "serve"], environment, folder / f"{database}.log") as process:
        wait_for_answer(port, "/", process)
        begin = time.perf_counter()
        storm = _blow(port, accounts, slugs)
        seconds = time.perf_counter() - begin
    for error in storm.errors[:3]:
        print(error)
    with instance.app() as app, app.app_context():
        wrong = _wrong_sums(storm)
    failures = sum(count for status, count in storm.statuses.items() if status >= 500)
    said = ", ".join(wrong) or "all sums right"
    return Row(
        what=f"{PEOPLE} customers, {COURSES} courses, {REPEATS} times each, {database}",
        ours=f"{seconds:.0f} s, {sum(storm.told.values())} booked, {failures} × 5xx, {said}",
        target=f"≤ {SECONDS} s, no 5xx, all sums right",
        met=seconds <= SECONDS and not (wrong or failures or storm.errors),
    )


def _blow(port: int, accounts: Sequence[Account], slugs: Sequence[str]) -> _Storm:
    tries = [(account, slug) for account in accounts for slug in slugs] * REPEATS
    random.Random(7).shuffle(tries)
    waiting: SimpleQueue[_Try] = SimpleQueue()
    for one in tries:
        waiting.put(one)
    storm = _Storm(port, waiting)
    threads = [threading.Thread(target=storm.work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return storm


def _wrong_sums(storm: _Storm) -> list[str]:
    """Which of the promises P1 to P5 are broken."""
    booked = select(func.count()).where(Booking.status.in_(SEAT_HOLDING))
    people = select(Booking.customer_id, Booking.course_id).distinct().subquery()
    mails = select(func.count()).where(OutgoingMail.kind == "M08")
    courses = db.session.execute(select(Course.seats_taken, Course.seats_held)).all()
    bookings = db.session.scalar(booked) or 0
    sums = {
        "P1 too many": all(taken <= SEATS for taken, _ in courses),
        "P2 told": bookings == sum(taken for taken, _ in courses) == len(storm.told),
        "P3 seats lost": all(taken + held == SEATS for taken, held in courses),
        "P4 twice": bookings == db.session.scalar(select(func.count()).select_from(people)),
        "P5 mails": bookings
        == db.session.scalar(mails)
        == db.session.scalar(select(func.count()).select_from(BookingRequest)),
    }
    return [name for name, is_right in sums.items() if not is_right]
