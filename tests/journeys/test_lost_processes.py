"""Processes of the server and of the database are lost in the rush; bookings are not."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import func, select

from kmz import create_app
from kmz.booking.models import Booking
from kmz.catalog.models import Course
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.migrating import migrate
from tests.conftest import make_config
from tests.factories import make_course
from tests.journeys.morning import BOOKED, WAITING, Morning, production
from tests.tools.postgres import PostgresServer, start_postgres

PEOPLE, SEATS = 48, 12
MOST_KILLS = 12
TO_COME = Counter({BOOKED: SEATS, WAITING: PEOPLE - SEATS})


def rush_at(database_url: str, folder: Path) -> Morning:
    course = make_course(max_participants=SEATS, fee_cents=4900, waitlist_open=True)
    settings = production(database_url, folder, KMZ_WAITLIST_MAX="100")
    return Morning(settings, folder / "serve.log", course, PEOPLE)


def outcomes_of(futures: list[Future[str]]) -> Counter[str]:
    return Counter(one.result() for one in futures)


def seats_bookings_and_mails() -> tuple[int, int, Counter[str]]:
    """Seats taken, bookings, and how many mails of each kind; nobody gets the same twice."""
    db.session.rollback()
    mails = db.session.execute(select(OutgoingMail.kind, OutgoingMail.recipient)).all()
    assert len(mails) == len(set(mails))
    taken = db.session.scalar(select(func.sum(Course.seats_taken))) or 0
    bookings = db.session.scalar(select(func.count()).select_from(Booking)) or 0
    return taken, bookings, Counter(kind for kind, _ in mails)


def assert_sold_out() -> None:
    waiting = PEOPLE - SEATS
    assert seats_bookings_and_mails() == (SEATS, SEATS, Counter(M08=SEATS, M11=waiting))


def test_processes_that_are_killed_one_by_one_lose_and_double_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """F-01."""
    assert app
    morning = rush_at(database_url, tmp_path)
    kills = 0
    try:
        outcomes = morning.come(morning.book_or_wait, morning.browsers)
        morning.proxy.wait_for_answers(10)
        while kills < MOST_KILLS and not all(one.done() for one in outcomes):
            morning.program.kill_a_process()
            kills += 1
        assert outcomes_of(outcomes) == TO_COME
    finally:
        morning.program.kill()
    assert kills
    assert max(morning.proxy.statuses) < 500
    assert_sold_out()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    """A database server that this test may hurt."""
    server = start_postgres(tmp_path)
    server.create_database("kmz")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def hurt(own_postgres: PostgresServer, tmp_path: Path) -> Iterator[Morning]:
    """The rush on it."""
    url = own_postgres.url("kmz")
    app = create_app(make_config(url, tmp_path))
    with app.app_context():
        migrate(app)
        morning = rush_at(url, tmp_path)
        yield morning
        morning.program.kill()
        db.session.remove()
        db.engine.dispose()


def cut_all(server: PostgresServer) -> None:
    with server.connection() as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'kmz'"
        )


def test_a_database_that_cuts_its_connections_and_falls_is_survived(
    own_postgres: PostgresServer, hurt: Morning
) -> None:
    """F-03: whoever is told 503 comes again; what was said to be booked is."""
    outcomes = hurt.come(hurt.book_or_wait, hurt.browsers)
    for answers in (20, 60, 100):
        hurt.proxy.wait_for_answers(answers)
        cut_all(own_postgres)
    hurt.proxy.wait_for_answers(140)
    hurt.proxy.server_goes()
    own_postgres.crash()
    own_postgres.start()
    hurt.proxy.server_is_back()
    assert outcomes_of(outcomes) == TO_COME
    assert max(hurt.proxy.statuses) < 500
    db.engine.dispose()
    assert_sold_out()


def test_a_dump_in_the_rush_is_whole_and_can_be_restored(
    own_postgres: PostgresServer, hurt: Morning, tmp_path: Path
) -> None:
    """F-06, with the commands of docs/betrieb.md."""
    outcomes = hurt.come(hurt.book_or_wait, hurt.browsers)
    for number, answers in enumerate((20, 60, 100)):
        hurt.proxy.wait_for_answers(answers)
        taken, bookings, _ = restored(own_postgres, f"copy{number}", tmp_path)
        assert taken == bookings <= SEATS
    assert outcomes_of(outcomes) == TO_COME
    taken, bookings, mails = restored(own_postgres, "after", tmp_path)
    assert (taken, bookings, mails) == seats_and_rows(own_postgres, "kmz")
    assert (taken, bookings) == (SEATS, SEATS)
    assert_sold_out()


def restored(server: PostgresServer, name: str, folder: Path) -> tuple[int, int, int]:
    """What stands in a copy that was made and put into another database."""
    server.create_database(name)
    server.dump("kmz", folder / name)
    server.restore(name, folder / name)
    return seats_and_rows(server, name)


def seats_and_rows(server: PostgresServer, name: str) -> tuple[int, int, int]:
    """Seats taken, bookings and mails."""
    with server.connection(name) as connection:
        return (
            number(connection, sql.SQL("select coalesce(sum(seats_taken), 0) from course")),
            number(connection, sql.SQL("select count(*) from booking")),
            number(connection, sql.SQL("select count(*) from outgoing_mail")),
        )


def number(connection: "psycopg.Connection[tuple[object, ...]]", query: sql.SQL) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(str(row[0]))
