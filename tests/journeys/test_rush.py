"""The morning a course opens: 200 people for 20 seats at the real server, which may be killed."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.banking.models import SepaMandate
from kmz.booking.models import (
    Booking,
    BookingRequest,
    BookingStatus,
    QueueTicket,
    SeatHold,
    WaitlistEntry,
    WaitlistStatus,
)
from kmz.booking.seats.holds import release_expired_holds
from kmz.catalog.models import Course
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import make_course
from tests.journeys.morning import (
    BOOKED,
    LAST_CLICK,
    WAITING,
    Morning,
    go_on,
    has_button,
    production,
)
from tests.page import Browser, Page
from tests.tools.program import running
from tests.tools.smtp import Mailbox

PEOPLE, SEATS, FEE = 200, 20, 4900


@pytest.fixture
def server_settings(database_url: str, tmp_path: Path, mailbox: Mailbox) -> dict[str, str]:
    return production(
        database_url,
        tmp_path,
        KMZ_WAITLIST_MAX="1000",
        KMZ_MAIL_SERVER=mailbox.host,
        KMZ_MAIL_PORT=str(mailbox.port),
        KMZ_MAIL_SECURITY="none",
    )


@pytest.fixture
def rush(app: Flask, server_settings: dict[str, str], tmp_path: Path) -> Iterator[Morning]:
    course = make_course(max_participants=SEATS, fee_cents=FEE, waitlist_open=True)
    morning = Morning(server_settings, tmp_path / "serve.log", course, PEOPLE)
    yield morning
    morning.program.kill()


def the_sums(course_id: int) -> dict[str, int]:
    """What the database says afterwards, from all sides."""
    db.session.rollback()
    course = db.session.get_one(Course, course_id)
    requests, cents = db.session.execute(
        select(func.count(), func.sum(BookingRequest.total_cents))
    ).one()

    def count(*where: object) -> int:
        return db.session.scalar(select(func.count()).where(*where)) or 0  # type: ignore[arg-type]

    return {
        "bookings": count(Booking.status == BookingStatus.REQUESTED),
        "people with a booking": db.session.scalar(
            select(func.count(Booking.customer_id.distinct()))
        )
        or 0,
        "requests": requests,
        "cents": cents,
        "mandates": count(SepaMandate.id > 0),
        "seats taken": course.seats_taken,
        "seats held": course.seats_held,
        "holds": count(SeatHold.id > 0),
        "seats waiting": course.seats_waiting,
        "waiting": count(WaitlistEntry.status == WaitlistStatus.WAITING),
    }


def mails(*kinds: str) -> Counter[tuple[str, str]]:
    """The outbox: how many mails of these kinds each address gets."""
    db.session.rollback()
    query = select(OutgoingMail.kind, OutgoingMail.recipient).where(OutgoingMail.kind.in_(kinds))
    return Counter((kind, recipient) for kind, recipient in db.session.execute(query))


def sold_out(*, booked: int, waiting: int) -> dict[str, int]:
    """The sums after so many bookings, when nobody holds a seat any more."""
    return {
        "bookings": booked,
        "people with a booking": booked,
        "requests": booked,
        "cents": booked * FEE,
        "mandates": booked,
        "seats taken": booked,
        "seats held": 0,
        "holds": 0,
        "seats waiting": waiting,
        "waiting": waiting,
    }


def booked_addresses() -> set[tuple[str, str]]:
    """Whom the Eingangsbestätigung has to reach, read off the bookings."""
    db.session.rollback()
    query = select(CustomerAccount.email).join(BookingRequest)
    return {("M08", email) for email in db.session.scalars(query)}


def test_200_people_for_20_seats_get_20_bookings_and_180_places_on_the_list(
    rush: Morning, server_settings: dict[str, str], tmp_path: Path, mailbox: Mailbox
) -> None:
    with running("worker", settings=server_settings, log=tmp_path / "worker.log"):
        outcomes = Counter(one.result() for one in rush.come(rush.book_or_wait, rush.browsers))
        assert outcomes == {BOOKED: SEATS, WAITING: PEOPLE - SEATS}
        assert the_sums(rush.course_id) == sold_out(booked=SEATS, waiting=PEOPLE - SEATS)
        assert max(rush.proxy.statuses) < 500
        sent = mailbox.wait_for(PEOPLE, timeout=60)
    told = Counter(recipient for mail in sent for recipient in mail.recipients)
    assert (len(told), set(told.values())) == (PEOPLE, {1})
    queued = mails("M08", "M11")
    assert set(queued.values()) == {1}
    assert Counter(kind for kind, _ in queued) == {"M08": SEATS, "M11": PEOPLE - SEATS}
    assert {one for one in queued if one[0] == "M08"} == booked_addresses()


def test_a_server_that_is_killed_in_the_rush_loses_and_doubles_nothing(
    rush: Morning, database_url: str
) -> None:
    """F-02. Three people are gone after it, with seats held by their open forms."""
    gone, patient = rush.browsers[:3], rush.browsers[3:]
    for browser in gone:
        assert has_button(rush.fill_in(browser), LAST_CLICK)
    outcomes = rush.come(rush.book_or_wait, patient)
    for answers in (60, 120, 400):
        rush.proxy.wait_for_answers(answers)
        rush.kill()
    booked = SEATS - len(gone)
    waiting = PEOPLE - SEATS
    assert Counter(one.result() for one in outcomes) == {BOOKED: booked, WAITING: waiting}
    assert max(rush.proxy.statuses) < 500
    left = {"seats held": len(gone), "holds": len(gone)}
    assert the_sums(rush.course_id) == sold_out(booked=booked, waiting=waiting) | left
    queued = mails("M08", "M11", "M12")
    assert set(queued.values()) == {1}
    assert Counter(kind for kind, _ in queued) == {"M08": booked, "M11": waiting}
    assert {one for one in queued if one[0] == "M08"} == booked_addresses()
    assert is_sound(database_url)
    with clock.moved_by(minutes=16):
        release_expired_holds()
    assert len(mails("M12")) == len(gone)
    offered = {"waiting": waiting - len(gone), "seats waiting": waiting - len(gone)}
    assert the_sums(rush.course_id) == sold_out(booked=booked, waiting=waiting) | left | offered


def is_sound(database_url: str) -> bool:
    """What SQLite says of its own file; PostgreSQL would not have started."""
    kind, _, path = database_url.partition(":///")
    if kind != "sqlite":
        return True
    with sqlite3.connect(path) as connection:
        return connection.execute("pragma integrity_check").fetchone() == ("ok",)


def place_of(page: Page) -> int:
    """The place in the line; 0 for whoever may book."""
    found = re.search(r"Ihr Platz in der Warteschlange: (\d+)", page.text)
    return int(found[1]) if found else 0


def test_the_line_keeps_its_order_when_the_server_is_killed(
    app: Flask, server_settings: dict[str, str], tmp_path: Path
) -> None:
    """Two may book at once; everybody else comes in as they clicked."""
    settings = server_settings | {"KMZ_QUEUE_SLOTS": "2"}
    morning = Morning(settings, tmp_path / "serve.log", make_course(), people=8)
    try:
        _stand_in_line(morning)
    finally:
        morning.program.kill()
    assert max(morning.proxy.statuses) < 500
    db.session.rollback()
    customers = db.session.scalars(
        select(BookingRequest.customer_id).order_by(BookingRequest.id)
    ).all()
    assert len(customers) == 8
    assert customers == sorted(customers)  # they were made, and came, in this order
    assert db.session.scalar(select(func.count()).select_from(QueueTicket)) == 0


def _stand_in_line(morning: Morning) -> None:
    def look(browser: Browser) -> str:
        return str(place_of(browser.open(f"/warteschlange?kurs={morning.slug}")))

    def everybody_looks() -> list[int]:
        return [int(one.result()) for one in morning.come(look, line)]

    inside, line = morning.browsers[:2], morning.browsers[2:]
    assert [place_of(morning.start(browser)) for browser in inside + line] == [0, 0, *range(1, 7)]
    morning.kill()
    assert everybody_looks() == [1, 2, 3, 4, 5, 6]
    while inside:
        browser = inside.pop(0)
        go_on(browser)
        assert browser.submit(LAST_CLICK, terms_accepted="y").path.endswith("/danke")
        places = everybody_looks()
        # One goes in, the first; who looked a moment earlier still counted that one.
        assert [place for place in places if not place] == places[:1]
        assert everybody_looks() == list(range(len(line)))
        if line:
            first = line.pop(0)
            assert first.submit("Weiter zum Anmeldeformular").path.endswith("/formular")
            inside.append(first)
