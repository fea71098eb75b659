"""What ends after it went to Kufer is on a list until the office has ended it there, too."""

from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.audit.models import AuditEntry
from kmz.booking.kufer.actions import hand_over
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.rules import BookingOwner
from kmz.db import db
from tests.booking.kufer_steps import make_paid_request
from tests.factories import make_course, make_staff
from tests.page import Browser
from tests.steps import log_in_staff, send

LIST = "/verwaltung/kufer-nachtraege"


def cancel(request: BookingRequest, index: int = 0) -> int:
    """The customer cancels one of the bookings; its id."""
    number = request.bookings[index].id
    customer = request.customer
    assert customer is not None
    cancel_bookings(BookingOwner(customer.id), {number: 0}, by=customer)
    return number


def hand(request: BookingRequest) -> None:
    name = f"{request.id}.xml"
    hand_over(request.id, file_name=name, read_at=clock.now(), with_bank_data=False, by=SYSTEM)


def test_what_ends_after_the_file_is_to_be_ended_in_kufer(browser_: Browser) -> None:
    request = make_paid_request(make_course(title="Keramik"), make_course(title="Töpfern"))
    reference = request.reference
    hand(request)
    log_in_staff(browser_, make_staff().email)
    assert "In Kufer nachtragen" not in browser_.open("/verwaltung").text
    number = cancel(db.session.get_one(BookingRequest, request.id))
    assert "1 beendete Anmeldung ist in Kufer" in browser_.open("/verwaltung").text
    page = browser_.open(LIST)
    assert reference in page.text
    assert "Keramik" in page.text
    assert "storniert" in page.text
    assert "Töpfern" not in page.text
    assert "als erledigt vermerkt" in browser_.submit("Nachgetragen").text
    assert "Keramik" not in browser_.open(LIST).text
    assert "Keramik" in browser_.open(f"{LIST}?stand=done").text
    assert "schon erledigt" in send(browser_, f"{LIST}/{number}/erledigung").text
    noted = db.session.scalars(
        select(AuditEntry.object_id).where(AuditEntry.action == "booking.corrected_in_kufer")
    ).all()
    assert noted == [number]


def test_what_kufer_never_knew_is_not_on_the_list(browser_: Browser) -> None:
    before, never = make_paid_request(make_course(), make_course()), make_paid_request()
    first = cancel(before)
    hand(db.session.get_one(BookingRequest, before.id))
    other = cancel(db.session.get_one(BookingRequest, never.id))
    log_in_staff(browser_, make_staff().email)
    assert "0 Anmeldungen" in browser_.open(LIST).text
    living = db.session.scalars(select(Booking.id).where(Booking.status == "requested")).one()
    for number in (first, other, living):
        assert send(browser_, f"{LIST}/{number}/erledigung").status == 404


def test_finance_sees_the_list_and_notes_nothing(app: Flask, browser_: Browser) -> None:
    assert app
    request = make_paid_request()
    hand(request)
    number = cancel(db.session.get_one(BookingRequest, request.id))
    log_in_staff(browser_, make_staff(role="finance").email)
    assert browser_.open(LIST).status == 200
    assert send(browser_, f"{LIST}/{number}/erledigung").status == 403
