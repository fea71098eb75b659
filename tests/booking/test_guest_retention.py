"""What guests booked is kept as long as the law needs it, and no longer (L23, L28)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.banking.models import SepaMandate
from kmz.booking.closing import forget_old_guests
from kmz.booking.leaving.actions.ending import owe
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.office.decisions import confirm_bookings, reject_booking
from kmz.db import db, transaction
from tests.booking.test_guests import GUEST, booked_as_guest
from tests.factories import make_bank_account, make_course, make_customer, make_request, make_staff

YEARS = 8


def guest_booking(app: Flask) -> int:
    """A guest's booking of one course; its id."""
    assert app
    booked_as_guest(make_customer(), GUEST, make_course())
    return db.session.scalars(select(Booking.id)).one()


def left(**later: float) -> BookingRequest | None:
    """The request after the daily job at a later moment."""
    with clock.moved_by(**later):
        forget_old_guests(keep_years=YEARS)
    db.session.rollback()
    return db.session.scalar(select(BookingRequest))


def test_what_never_was_a_contract_goes_after_a_year(app: Flask) -> None:
    reject_booking(guest_booking(app), reason="Voll", by=make_staff())
    assert left(days=300) is not None
    assert left(days=450) is None
    assert db.session.scalars(select(SepaMandate)).all() == []
    assert "booking.guest_purged" in db.session.scalars(select(AuditEntry.action)).all()


def test_a_contract_is_cut_to_its_document_after_three_years(app: Flask) -> None:
    confirm_bookings([guest_booking(app)], by=make_staff())
    whole = left(days=3 * 365)
    assert whole is not None
    assert whole.guest_key
    assert whole.email == GUEST
    cut = left(days=3 * 366 + 60)
    assert cut is not None
    assert (cut.guest_key, cut.link_hash, cut.email) == (None, None, "")
    assert cut.partner_name == "Andrea Beispiel"
    assert db.session.scalars(select(Booking.participant_last_name)).one() == ""


def test_the_document_goes_with_the_end_of_its_year(app: Flask) -> None:
    confirm_bookings([guest_booking(app)], by=make_staff())
    last = db.session.scalars(select(Booking)).one()
    days = [last.due_on or clock.today(), clock.today() + timedelta(days=37)]
    over = clock.berlin_moment(max(days).replace(month=12, day=31), 12)
    over = over.replace(year=over.year + YEARS)
    to_end = (over - clock.now()).total_seconds()
    assert left(seconds=to_end) is not None
    assert left(seconds=to_end + 2 * 86400) is None


def test_nothing_goes_while_money_is_to_be_paid_back(app: Flask) -> None:
    number = guest_booking(app)
    with transaction() as session:
        row = session.get_one(Booking, number)
        row.paid_cents = 9800
        owe(session, row, 0, cause="rejection", by=make_staff())
    assert left(days=500) is not None


@pytest.mark.usefixtures("app")
def test_customers_are_not_guests() -> None:
    customer = make_customer()
    make_bank_account(customer)
    make_request(customer, make_course())
    kept = left(days=500)
    assert kept is not None
    assert kept.email == customer.email
