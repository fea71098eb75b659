"""Guests leave by themselves: Storno and Umbuchung behind the mailed link (L23)."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import VISITOR
from kmz.audit.models import AuditEntry
from kmz.booking.guest_key import guest_key
from kmz.booking.guests.actions import adopt_requests
from kmz.booking.models import Booking, BookingEvent, BookingRequest, Cancellation, Refund
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.rebooking.actions import Click, rebook
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course
from kmz.crypto import token_digest
from kmz.db import db, transaction
from kmz.errors import NotFoundError
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import change, count_mails, seats_taken
from tests.booking.test_guest_bookings import GUEST, open_form
from tests.booking.test_guests import ask, booked_as_guest, mailed_link
from tests.booking.test_rebooking import course_like
from tests.factories import make_course, make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in, send
from tests.web.conftest import everything

EMAIL, LINK = "gast@example.org", "/buchung/erster-link"


def booked(*courses: Course, firm: bool = True, paid: int = 0, link: str = "erster-link") -> int:
    """A guest's booking behind a link; the id of the first."""
    reference = booked_as_guest(make_customer(), EMAIL, *courses, link=link)
    found = select(Booking.id).join(Booking.request).where(BookingRequest.reference == reference)
    ids = list(db.session.scalars(found.order_by(Booking.id)))
    if firm:
        confirm_bookings(ids, by=make_staff())
    with transaction() as session:
        for number in ids:
            session.get_one(Booking, number).paid_cents = paid
    return ids[0]


def row(number: int) -> Booking:
    db.session.rollback()
    return db.session.get_one(Booking, number)


def the_mail(kind: str) -> OutgoingMail:
    db.session.rollback()
    return db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == kind)).one()


def is_secret(browser: Browser) -> bool:
    headers = browser.page.headers
    return (headers["Referrer-Policy"], headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_a_guest_sees_the_cost_before_the_click_and_leaves_once(browser_: Browser) -> None:
    course = make_course(title="Keramik", starts_on=clock.today() + timedelta(days=10))
    number = booked(course, paid=9800)
    assert "Ab " in browser_.open(LINK).text
    page = browser_.click("Anmeldung stornieren")
    assert "Kostet heute: 5,00" in page.text
    assert is_secret(browser_)
    done = browser_.submit("Anmeldung stornieren")
    assert (done.path, "1 Anmeldung ist storniert" in done.text) == (LINK, True)
    for _ in range(3):
        fields = {"bookings": str(number), f"shown__{number}": "500"}
        again = send(browser_, f"{LINK}/{number}/stornierung", **fields)
        assert "schon beendet" in again.text
    refund = db.session.scalars(select(Refund)).one()
    assert (row(number).status, row(number).fee_cents) == ("cancelled_by_customer", 500)
    assert (refund.amount_cents, seats_taken(course), count_mails("M16")) == (9300, 0, 1)
    assert len(db.session.scalars(select(Cancellation)).all()) == 1


def test_the_records_name_the_visitor_and_the_mail_the_way_of_guests(browser_: Browser) -> None:
    number = booked(make_course())
    browser_.open(f"{LINK}/{number}/stornierung")
    browser_.submit("Anmeldung stornieren")
    query = select(BookingEvent.actor).where(BookingEvent.status == "cancelled_by_customer")
    assert db.session.scalars(query).all() == ["visitor"]
    entries = select(AuditEntry.actor).where(AuditEntry.action == "booking.cancelled_by_customer")
    assert db.session.scalars(entries).all() == ["visitor"]
    told = the_mail("M16")
    assert told.recipient == EMAIL
    assert "http://localhost/buchung" in told.text
    assert "/konto/" not in told.text
    assert "/konto/" not in the_mail("M09").text


def test_a_guest_moves_into_a_parallel_course_once(browser_: Browser) -> None:
    one, other = course_like(), course_like()
    number = booked(one)
    browser_.open(LINK)
    assert other.number in browser_.click("In einen Parallelkurs umbuchen").text
    assert is_secret(browser_)
    done = browser_.submit("Verbindlich umbuchen", course=str(other.id))
    assert (done.path, "umgebucht" in done.text) == (LINK, True)
    shown = [name for name in done.ids if name.startswith("anmeldung-")]
    assert shown == [f"anmeldung-{row(number).rebooked_to_id}", f"anmeldung-{number}"]
    fields = {"course": str(other.id), f"shown__{other.id}": "9800"}
    send(browser_, f"{LINK}/{number}/umbuchung", **fields)
    new = row(row(number).rebooked_to_id or 0)
    assert (new.status, new.course_id, new.customer_id) == ("confirmed", other.id, None)
    assert (seats_taken(one), seats_taken(other), count_mails("M34")) == (0, 1, 1)
    told = the_mail("M34")
    assert told.recipient == EMAIL
    assert "/konto/" not in told.text


def test_nothing_chosen_and_a_new_price_are_said_and_change_nothing(browser_: Browser) -> None:
    one, other = course_like(), course_like()
    number = booked(one)
    storno, way = f"{LINK}/{number}/stornierung", f"{LINK}/{number}/umbuchung"
    browser_.open(way)
    assert browser_.submit("Verbindlich umbuchen").status == 422
    change(other, fee_cents=9000)
    fields = {"course": str(other.id), f"shown__{other.id}": "9800"}
    assert send(browser_, way, **fields).status == 422
    for odd in ("", "x", "-1", "९", "500"):
        refused = send(browser_, storno, bookings=str(number), **{f"shown__{number}": odd})
        assert refused.status == 422, odd
    refused = send(browser_, storno)
    assert (refused.status, "mindestens eine" in refused.text) == (422, True)
    assert refused.headers["Cache-Control"] == "no-store"
    assert (row(number).status, seats_taken(one), seats_taken(other)) == ("confirmed", 1, 0)


def test_one_of_two_people_in_two_courses_leaves(browser_: Browser) -> None:
    """From the real form: what is not ticked stays."""
    course = make_course(title="Keramik", fee_cents=0)
    open_form(browser_, course)
    browser_.submit("Weitere Person", **GUEST)
    second = {f"participants_1_{name}": text for name, text in _SECOND.items()}
    browser_.submit("Weiter zur Zusammenfassung", **second)
    browser_.submit("Kostenfrei buchen", terms_accepted="y")
    link = re.search(r"http://localhost(/buchung/\S+)", the_mail("M08G").text)
    assert link is not None
    first, mia = db.session.scalars(select(Booking.id).order_by(Booking.id)).all()
    browser_.open(f"{link[1]}/{mia}/stornierung")
    for said in ("Gerda Gast", "Mia Gast"):
        assert said in browser_.page.text
    assert "1 Anmeldung ist storniert" in browser_.submit("Anmeldung stornieren").text
    assert (row(first).status, row(mia).status) == ("requested", "cancelled_by_customer")
    assert seats_taken(course) == 1


_SECOND = {"who": "other", "first_name": "Mia", "last_name": "Gast"}


def test_all_courses_of_a_request_are_left_together(browser_: Browser) -> None:
    number = booked(make_course(), make_course(), firm=False)
    numbers = [number, number + 1]
    address = f"{LINK}/{number}/stornierung"
    browser_.open(address)
    shown = {f"shown__{one}": "0" for one in numbers}
    done = send(browser_, address, bookings=[str(one) for one in numbers], **shown)
    assert "2 Anmeldungen sind storniert" in done.text
    assert [row(one).status for one in numbers] == ["cancelled_by_customer"] * 2
    assert count_mails("M16") == 2


def test_a_link_opens_its_own_request_only(browser_: Browser) -> None:
    course = course_like()
    own, foreign = booked(course_like()), booked(course, link="zweiter-link")
    browser_.open(LINK)
    for way in ("stornierung", "umbuchung", "bestaetigung", "beleg"):
        assert browser_.open(f"{LINK}/{foreign}/{way}").status == 404, way
    browser_.open(LINK)
    before = everything()
    fields = {"bookings": str(foreign), f"shown__{foreign}": "0", "course": str(course.id)}
    for way in ("stornierung", "umbuchung"):
        assert send(browser_, f"{LINK}/{foreign}/{way}", **fields).status == 404, way
    send(browser_, f"{LINK}/{own}/stornierung", **fields)  # its own address, a foreign tick
    assert everything() == before


@pytest.mark.parametrize("ended_by", ["a newer link", "an account"])
def test_a_link_that_ended_opens_nothing_more(app: Flask, browser_: Browser, ended_by: str) -> None:
    number = booked(make_course())
    browser_.open(f"{LINK}/{number}/stornierung")
    if ended_by == "an account":
        make_customer(email=EMAIL)
        log_in(Browser(app.test_client()), EMAIL)
    else:
        reference = db.session.scalars(select(BookingRequest.reference)).one()
        ask(Browser(app.test_client()), reference, EMAIL)
    refused = browser_.submit("Anmeldung stornieren")
    assert (refused.status, "gilt nicht mehr" in refused.text) == (410, True)
    for way in ("stornierung", "umbuchung", "bestaetigung"):
        assert browser_.open(f"{LINK}/{number}/{way}").status == 410, way
    assert row(number).status == "confirmed"


def test_opening_every_page_of_a_link_changes_nothing(browser_: Browser) -> None:
    """As a mail gateway does."""
    number = booked(course_like(), course_like())
    before = everything()
    for way in ("", f"/{number}/stornierung", f"/{number}/umbuchung", f"/{number}/beleg"):
        assert browser_.open(LINK + way).status == 200, way
        assert browser_.client.head(LINK + way).status_code == 200
    assert everything() == before


def test_a_new_link_leads_out_of_the_course_too(browser_: Browser) -> None:
    number = booked(make_course())
    ask(browser_, db.session.scalars(select(BookingRequest.reference)).one(), EMAIL)
    browser_.open(mailed_link())
    browser_.click("Anmeldung stornieren")
    browser_.submit("Anmeldung stornieren")
    assert row(number).status == "cancelled_by_customer"


def test_the_better_way_out_names_the_contract_for_a_guest(browser_: Browser) -> None:
    booked(make_course(title="Keramik"))
    browser_.open(LINK)
    page = browser_.click("Vertrag widerrufen")
    reference = db.session.scalars(select(BookingRequest.reference)).one()
    assert re.search(rf"<textarea[^>]*>\s*{reference}: \S+ - Keramik", page.html)


def test_who_is_logged_in_as_somebody_else_leaves_by_the_link_as_a_visitor(
    browser_: Browser,
) -> None:
    """The link alone counts; the other account's records do not name it."""
    number = booked(make_course())
    make_customer(email="andrea@example.org")
    log_in(browser_, "andrea@example.org")
    browser_.open(f"{LINK}/{number}/stornierung")
    browser_.submit("Anmeldung stornieren")
    query = select(BookingEvent.actor).where(BookingEvent.status == "cancelled_by_customer")
    assert db.session.scalars(query).all() == ["visitor"]


def test_an_account_that_adopts_at_this_moment_gets_what_was_moved(app: Flask) -> None:
    """Whichever comes first: nothing of the Vorgang stays without its customer."""
    one, other = course_like(), course_like()
    number, customer = booked(one), make_customer(email=EMAIL)
    guest = BookingOwner(link_hash=token_digest("erster-link"))
    click = Click(booking_id=number, course_id=other.id, shown_cents=9800, before_proof="full")
    key = guest_key(app.extensions["kmz_vault"], EMAIL)
    who, gate = customer.id, Barrier(2)
    db.session.rollback()

    def move() -> None:
        with app.app_context(), suppress(NotFoundError):
            gate.wait()
            rebook(guest, click, by=VISITOR)

    def adopt() -> None:
        with app.app_context():
            person = db.session.get_one(CustomerAccount, who)
            gate.wait()
            adopt_requests(person, key)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(move), pool.submit(adopt)]:
            done.result()
    db.session.rollback()
    assert set(db.session.scalars(select(Booking.customer_id))) == {who}
    assert seats_taken(one) + seats_taken(other) == 1
