"""The office decides: once, told once, and seats follow (BKG-13, P5, P10)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import StaffUser
from kmz.audit.models import AuditEntry
from kmz.booking.models import Booking, Refund
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import count_mails, seats_taken
from tests.factories import make_bank_account, make_course, make_customer, make_request, make_staff
from tests.page import Browser
from tests.steps import log_in, log_in_staff, send


def make_booking(course: Course, **person: str) -> int:
    """A booking that waits for the office; its id."""
    customer = make_customer(**person)
    if course.fee_cents:
        make_bank_account(customer)
    reference = make_request(customer, course).id
    return db.session.scalars(select(Booking.id).where(Booking.request_id == reference)).one()


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Booking.status).order_by(Booking.id)))


def test_confirming_twice_sends_one_mail(office: Browser) -> None:
    course = make_course()
    number = make_booking(course)
    for said in ("1 Anmeldung fest eingebucht", "Manches war schon entschieden"):
        page = send(office, "/verwaltung/anmeldungen/einbuchung", booking=str(number))
        assert said in page.text
    assert (statuses(), count_mails("M09"), seats_taken(course)) == (["confirmed"], 1, 1)


def test_ticked_bookings_are_confirmed_together(office: Browser) -> None:
    course = make_course()
    numbers = [make_booking(course) for _ in range(3)]
    office.open("/verwaltung/anmeldungen")
    page = send(
        office, "/verwaltung/anmeldungen/einbuchung", bookings=[str(n) for n in numbers[:2]]
    )
    assert "2 Anmeldungen fest eingebucht" in page.text
    assert statuses() == ["confirmed", "confirmed", "requested"]
    assert count_mails("M09") == 2


@pytest.mark.parametrize("booking", ["", "0", "-1", "abc", "9" * 30, "1 OR 1=1", "１"])
def test_nonsense_confirms_nothing(office: Browser, booking: str) -> None:
    make_booking(make_course())
    answer = send(office, "/verwaltung/anmeldungen/einbuchung", bookings=booking)
    assert answer.status == 200
    if booking != "１":  # the full-width digit is a digit; its booking may well exist
        assert statuses() == ["requested"]


def test_rejecting_frees_the_seat_and_tells_why(office: Browser) -> None:
    course = make_course(max_participants=1)
    number = make_booking(course)
    assert "Ausgebucht" in office.open(f"/kurs/{course.slug}").text
    office.open(f"/verwaltung/anmeldungen/{number}")
    assert office.submit("Ablehnen").status == 422
    office.submit("Ablehnen", reason="Bitte erst den Einstufungstest machen")
    assert (statuses(), seats_taken(course), count_mails("M10")) == (["rejected"], 0, 1)
    again = send(office, f"/verwaltung/anmeldungen/{number}/ablehnung", reason="Noch einmal")
    assert "schon entschieden" in again.text
    assert (seats_taken(course), count_mails("M10")) == (0, 1)
    assert "In den Warenkorb" in office.open(f"/kurs/{course.slug}").text


def test_a_rejected_person_may_book_again(office: Browser) -> None:
    course = make_course(fee_cents=0)
    customer = make_customer()
    make_request(customer, course)
    (number,) = db.session.scalars(select(Booking.id))
    send(office, f"/verwaltung/anmeldungen/{number}/ablehnung", reason="Versehen")
    make_request(customer, course)
    assert statuses() == ["rejected", "requested"]
    assert seats_taken(course) == 1


def both_at_once(app: Flask, *clicks: Callable[[StaffUser], object]) -> None:
    """Several members of staff act at the same moment."""
    people = [make_staff() for _ in clicks]
    db.session.rollback()
    start = Barrier(len(clicks))

    def act(click: Callable[[StaffUser], object], person: int) -> None:
        with app.app_context():
            start.wait()
            click(db.session.get_one(StaffUser, person))

    ids = [person.id for person in people]
    db.session.rollback()
    with ThreadPoolExecutor(len(clicks)) as pool:
        list(pool.map(act, clicks, ids))


def test_four_people_confirming_at_once_send_one_mail(app: Flask) -> None:
    course = make_course()
    number = make_booking(course)
    both_at_once(app, *[lambda who: confirm_bookings([number], by=who)] * 4)
    assert (statuses(), count_mails("M09"), seats_taken(course)) == (["confirmed"], 1, 1)
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.confirmed"))
    assert len(noted.all()) == 1


def test_confirmed_or_rejected_but_never_both(app: Flask) -> None:
    course = make_course()
    number = make_booking(course)
    both_at_once(
        app,
        lambda who: confirm_bookings([number], by=who),
        lambda who: reject_booking(number, reason="Kein Platz", by=who),
    )
    (status,) = statuses()
    told = (count_mails("M09"), count_mails("M10"), seats_taken(course))
    assert told == {"confirmed": (1, 0, 1), "rejected": (0, 1, 0)}[status]


def test_a_cancelled_course_ends_every_living_booking_once(office: Browser) -> None:
    course = make_course()
    confirmed, waiting, rejected = (make_booking(course) for _ in range(3))
    path = "/verwaltung/anmeldungen"
    send(office, f"{path}/einbuchung", booking=str(confirmed))
    send(office, f"{path}/{rejected}/ablehnung", reason="Doppelt")
    cancel = f"/verwaltung/kurse/{course.id}/absage"
    assert "2 Personen wurden benachrichtigt" in send(office, cancel, reason="Krank").text
    again = send(office, cancel, reason="Krank")
    assert again.status == 422
    assert "schon abgesagt" in again.text
    assert statuses() == ["cancelled_by_provider", "cancelled_by_provider", "rejected"]
    assert (count_mails("M13"), seats_taken(course)) == (2, 0)
    late = send(office, f"{path}/einbuchung", booking=str(waiting))
    assert "schon entschieden" in late.text
    assert count_mails("M09") == 1


def test_who_paid_for_a_cancelled_course_gets_it_back_and_owes_nothing(app: Flask) -> None:
    assert app
    course, staff = make_course(), make_staff()
    paid, unpaid = make_booking(course), make_booking(course)
    confirm_bookings([paid, unpaid], by=staff)
    with transaction() as session:
        session.get_one(Booking, paid).paid_cents = 9800
    cancel_course(course.id, reason="Krank", by=staff)
    db.session.rollback()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.booking_id, refund.amount_cents) == (paid, 9800)
    assert refund.cause == "course_cancelled"
    assert [db.session.get_one(Booking, one).fee_cents for one in (paid, unpaid)] == [0, 0]
    told = db.session.scalars(
        select(OutgoingMail.text).where(OutgoingMail.kind == "M13").order_by(OutgoingMail.id)
    ).all()
    assert ["98,00" in text for text in told] == [True, False]


def test_a_request_that_was_refused_owes_nothing(app: Flask) -> None:
    assert app
    number = make_booking(make_course())
    reject_booking(number, reason="Kein Vorkurs", by=make_staff())
    db.session.rollback()
    assert db.session.get_one(Booking, number).fee_cents == 0


def test_the_customer_sees_each_step(app: Flask, office: Browser) -> None:
    course = make_course(title="Wandern")
    number = make_booking(course, email="andrea@example.org")
    customer = Browser(app.test_client())
    log_in(customer, "andrea@example.org")
    page = customer.open(f"/konto/anmeldungen/{number}")
    assert "eingegangen" in page.text
    send(office, "/verwaltung/anmeldungen/einbuchung", booking=str(number))
    send(office, f"/verwaltung/kurse/{course.id}/absage", reason="Sturm")
    steps = customer.open(f"/konto/anmeldungen/{number}").text
    places = [steps.rindex(word) for word in ("eingegangen", "fest eingebucht", "Sturm")]
    assert places == sorted(places)
    assert "Kurs abgesagt" in customer.open("/konto/anmeldungen").text


def test_finance_looks_and_decides_nothing(browser_: Browser) -> None:
    make_staff(email="kasse@example.org", role="finance")
    number = make_booking(make_course())
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open("/verwaltung/anmeldungen").status == 200
    for address in (
        "/verwaltung/anmeldungen/einbuchung",
        f"/verwaltung/anmeldungen/{number}/ablehnung",
    ):
        assert send(browser_, address, booking=str(number), reason="x").status == 403
    assert statuses() == ["requested"]


def test_the_office_finds_a_booking_by_name_number_and_mail(office: Browser) -> None:
    course = make_course(number="271-0815", title="Löten")
    make_booking(course, email="zoe@example.org", first_name="Zoë", last_name="Beispiel")
    make_booking(make_course(), email="max@example.org", first_name="Max", last_name="Muster")
    for words in ("Zoë", "271-0815", "zoe@example", "Löt"):
        office.open("/verwaltung/anmeldungen")
        found = office.submit("Suchen", suche=words)
        assert "1 Anmeldung" in found.text, words
        assert "Max" not in found.text
    for nothing in ("%", "_", "' OR '1'='1"):
        office.open("/verwaltung/anmeldungen")
        assert "Hier ist gerade nichts zu tun" in office.submit("Suchen", suche=nothing).text
