"""The booking action beside the raw transaction that it cannot do without, on the same database.

Raw is what takes a seat and nothing else: one row inserted, one course row counted up, committed
with the same durability. The booking does that too, and decides, freezes what was agreed, writes
its history and the receipt.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import Engine, text

from benchmarks.customers import Click, sow_clicks
from benchmarks.instance import Instance, new_instance, postgres
from benchmarks.table import Row, against
from kmz.booking.checkout.actions.book import Terms, book
from kmz.booking.rules import CartOwner
from kmz.db import db

ROUNDS = 7
BOOKINGS = 240
CLIENTS = (1, 8)
TARGET = 0.2
COURSES = 40
TERMS = Terms(
    shown_total=0,
    texts={"terms": "agb-1", "withdrawal": "widerruf-1"},
    creditor_id="DE98ZZZ09999999999",
    bank_account_required="fee",
)
_RAW_TABLE = (
    "CREATE TABLE raw_booking (id INTEGER {} PRIMARY KEY, course_id INTEGER, customer TEXT)"
)
_IDENTITY = {"sqlite": "", "postgresql": "GENERATED ALWAYS AS IDENTITY"}
_RAW_SEAT = text(
    "UPDATE course SET seats_taken = seats_taken + 1 "
    "WHERE id = :id AND seats_taken < max_participants"
)
_RAW_ROW = text("INSERT INTO raw_booking (course_id, customer) VALUES (:id, :customer)")


@dataclass(frozen=True, slots=True)
class Run:
    """Bookings per second, and how many went wrong."""

    rate: float
    errors: int


def measure(folder: Path, *, rounds: int = ROUNDS, bookings: int = BOOKINGS) -> list[Row]:
    """Both databases, one client and eight."""
    rows = _measure_on("SQLite", new_instance(folder / "sqlite"), rounds, bookings)
    with postgres(folder) as url:
        rows += _measure_on("PostgreSQL", new_instance(folder / "pg", url), rounds, bookings)
    return rows


def _measure_on(database: str, instance: Instance, rounds: int, bookings: int) -> list[Row]:
    with instance.app() as app:
        with app.app_context():
            engine = db.engine
        with engine.begin() as connection:
            connection.execute(text(_RAW_TABLE.format(_IDENTITY[engine.dialect.name])))
        return [_compare(app, engine, database, count, rounds, bookings) for count in CLIENTS]


def _compare(
    app: Flask, engine: Engine, database: str, clients: int, rounds: int, bookings: int
) -> Row:
    pairs = []
    for number in range(rounds + 1):
        with app.app_context():
            clicks = sow_clicks(bookings, courses=COURSES)
        ours = _run(clicks, clients, lambda click: _book(app, click))
        raw = _run(clicks, clients, lambda click: _book_raw(engine, click))
        pairs += [(ours, raw)] if number else []  # the first round only warms up
    return against(
        f"Booking, {clients} client{'s' if clients > 1 else ''}, {database}",
        f"{median(ours.rate for ours, _ in pairs):.0f}/s, {sum(o.errors for o, _ in pairs)} errors",
        f"{median(raw.rate for _, raw in pairs):.0f}/s, {sum(r.errors for _, r in pairs)} errors",
        ratio=median(ours.rate / raw.rate for ours, raw in pairs),
        target=TARGET,
    )


def _book(app: Flask, click: Click) -> None:
    with app.app_context():
        book(CartOwner(customer_id=click.customer_id), click.draft_key, TERMS)


def _book_raw(engine: Engine, click: Click) -> None:
    # The option makes it BEGIN IMMEDIATE on SQLite, like every writing transaction of the portal.
    with engine.connect().execution_options(kmz_write=True) as connection, connection.begin():
        connection.execute(_RAW_SEAT, {"id": click.course_id})
        connection.execute(_RAW_ROW, {"id": click.course_id, "customer": click.draft_key})


def _run(clicks: list[Click], clients: int, act: Callable[[Click], None]) -> Run:
    """All clicks, shared out among the clients, who begin together."""
    errors = [0] * clients
    ready = threading.Barrier(clients + 1)

    def work(index: int) -> None:
        ready.wait()
        for click in clicks[index::clients]:
            try:
                act(click)
            except Exception as error:  # counted and told, the others go on
                print(f"{type(error).__name__}: {error}")
                errors[index] += 1

    threads = [threading.Thread(target=work, args=(index,)) for index in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return Run(len(clicks) / (time.perf_counter() - begin), sum(errors))
