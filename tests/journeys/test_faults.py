"""What the operator's machine does to bookings: a full disk, backups and a stop under load."""

import shutil
import sqlite3
import threading
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from kmz.booking.models import Booking, BookingRequest
from kmz.catalog.models import Course
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import make_bank_account, make_course, make_customer
from tests.journeys.morning import BOOKED, LAST_CLICK, WAITING, Morning, production
from tests.page import Browser, Page
from tests.steps import log_in

PEOPLE, SEATS, COPIES = 24, 12, 8


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A file of our own: PostgreSQL looks after its files itself."""
    path = tmp_path / "kmz.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def limit_pages(count: int) -> None:
    """The file grows no further, as on a full disk; SQLite answers both with "full"."""
    db.session.remove()
    db.engine.dispose()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"pragma max_page_count = {count}")

    event.listen(db.engine, "connect", limit)


def counts() -> tuple[int, int, int]:
    """Requests, bookings and receipts."""
    db.session.rollback()
    receipts = select(func.count()).where(OutgoingMail.kind == "M08")
    tables = [select(func.count()).select_from(one) for one in (BookingRequest, Booking)]
    found = [db.session.scalar(query) or 0 for query in (*tables, receipts)]
    db.session.rollback()
    return found[0], found[1], found[2]


def test_a_full_disk_books_nothing_says_so_and_works_again_at_once(app: Flask) -> None:
    """F-05."""
    make_bank_account(make_customer(email="andrea@example.org"))
    slugs = [make_course(requirements="x" * 1900).slug for _ in range(40)]
    browser = Browser(app.test_client())
    log_in(browser, "andrea@example.org")
    limit_pages((db.session.scalar(text("pragma page_count")) or 0) + 8)
    booked, refused = 0, None
    for slug in slugs:
        page = book(browser, slug)
        assert page.status in {200, 503}, page.text[:300]
        if page.status == 503:
            refused = page
            break
        booked += 1
    assert refused is not None
    assert "Es wurde nichts gebucht" in refused.text
    assert int(refused.headers["Retry-After"]) > 0
    assert counts() == (booked, booked, booked)
    limit_pages(1_000_000)
    assert book(browser, slugs[-1]).headings == ["Vielen Dank"]
    assert counts() == (booked + 1, booked + 1, booked + 1)
    assert db.session.scalar(text("pragma integrity_check")) == "ok"


def book(browser: Browser, slug: str) -> Page:
    """From the course's page to the last click, or to the first page that is not whole."""
    for button, fields in (
        ("Direktbuchung", {}),
        ("Weiter zur Zusammenfassung", {"of_age": "y", "mandate": "y"}),
        (LAST_CLICK, {"terms_accepted": "y"}),
    ):
        page = browser.open(f"/kurs/{slug}") if button == "Direktbuchung" else browser.page
        if page.status == 200:
            page = browser.submit(button, **fields)
        if page.status != 200:
            return page
    return page


def test_a_database_that_somebody_else_writes_to_refuses_and_then_goes_on(
    app: Flask, tmp_path: Path
) -> None:
    """F-03: longer than we wait it is 503, shorter nobody notices."""
    make_bank_account(make_customer(email="andrea@example.org"))
    slugs = [make_course().slug for _ in range(2)]
    browser = Browser(app.test_client())
    log_in(browser, "andrea@example.org")
    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", lambda one, _: one.execute("pragma busy_timeout = 50"))
    other = sqlite3.connect(tmp_path / "kmz.db", isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    page = book(browser, slugs[0])
    assert page.status == 503
    assert "Es wurde nichts gebucht" in page.text
    assert int(page.headers["Retry-After"]) > 0
    other.execute("rollback")
    db.engine.dispose()
    event.listen(db.engine, "connect", lambda one, _: one.execute("pragma busy_timeout = 5000"))
    other.execute("begin immediate")
    release = threading.Timer(0.3, other.execute, ["rollback"])
    release.start()
    assert book(browser, slugs[1]).headings == ["Vielen Dank"]
    release.join()
    other.close()
    assert counts() == (1, 1, 1)


def copy_of(path: Path, to: Path) -> tuple[str, int, int]:
    """An online backup in small steps: what SQLite says of it, seats taken and bookings in it."""
    with sqlite3.connect(path) as source, sqlite3.connect(to) as target:
        source.backup(target, pages=50, sleep=0.001)
        sound = target.execute("pragma integrity_check").fetchone()[0]
        taken = target.execute("select sum(seats_taken) from course").fetchone()[0]
        bookings = target.execute("select count(*) from booking").fetchone()[0]
    return sound, taken, bookings


def test_backups_and_a_stop_in_the_rush_lose_nothing(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """F-06 and F-10: every copy is whole, and what was answered before the stop stays true."""
    assert app
    path = tmp_path / "kmz.db"
    settings = production(database_url, tmp_path, KMZ_WAITLIST_MAX="100")
    course = make_course(max_participants=SEATS, fee_cents=4900, waitlist_open=True)
    morning = Morning(settings, tmp_path / "serve.log", course, PEOPLE)
    try:
        outcomes = morning.come(morning.book_or_wait, morning.browsers)
        morning.proxy.wait_for_answers(20)
        copies = [copy_of(path, tmp_path / f"copy-{number}.db") for number in range(COPIES)]
        morning.stop()
        assert Counter(one.result() for one in outcomes) == {
            BOOKED: SEATS,
            WAITING: PEOPLE - SEATS,
        }
    finally:
        morning.program.kill()
    assert max(morning.proxy.statuses) < 500
    assert {sound for sound, _, _ in copies} == {"ok"}
    assert all(taken == bookings <= SEATS for _, taken, bookings in copies)
    taken = select(Course.seats_taken).where(Course.id == course.id)
    assert (db.session.scalar(taken), counts()) == (SEATS, (SEATS, SEATS, SEATS))
