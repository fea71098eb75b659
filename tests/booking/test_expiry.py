"""Requests that nobody decides lapse with an apology; each event with a mail causes exactly one."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select, update

from kmz import clock
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.leaving.actions.withdrawing import accept_withdrawal, declare
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import Booking, BookingEvent, Refund, Withdrawal
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.booking.office.expiry import expire_requests
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import count_mails, seats_taken
from tests.booking.test_decisions import make_booking, statuses
from tests.factories import make_course, make_staff


@pytest.fixture
def course(app: Flask) -> Course:
    assert app
    return make_course(sessions=3)


def age(booking_id: int, **delta: float) -> None:
    """Let a request be older than it is."""
    with transaction() as session:
        session.execute(
            update(Booking)
            .where(Booking.id == booking_id)
            .values(requested_at=clock.now() - timedelta(**delta))
        )


def test_a_request_lapses_after_its_days_and_not_before(course: Course) -> None:
    old, young = make_booking(course), make_booking(course)
    age(old, days=14, minutes=1)
    age(young, days=13, hours=23)
    assert expire_requests(after_days=14) == 1
    assert statuses() == ["expired", "requested"]
    assert (seats_taken(course), count_mails("M10")) == (1, 1)


def test_lapsing_twice_tells_once(course: Course) -> None:
    age(make_booking(course), days=15)
    assert [expire_requests(after_days=14) for _ in range(2)] == [1, 0]
    assert (seats_taken(course), count_mails("M10")) == (0, 1)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M10")).one()
    assert "es tut uns leid" in mail.text
    event = db.session.scalars(select(BookingEvent).order_by(BookingEvent.id.desc())).first()
    assert event is not None
    assert (event.status, event.actor) == ("expired", "system")


def test_what_was_decided_does_not_lapse(course: Course) -> None:
    number = make_booking(course)
    confirm_bookings([number], by=make_staff())
    age(number, days=30)
    assert expire_requests(after_days=14) == 0
    assert statuses() == ["confirmed"]


def _expire(booking: Booking, _staff: StaffUser) -> None:
    age(booking.id, days=15)
    expire_requests(after_days=14)


def _cancel(booking: Booking, _staff: StaffUser) -> None:
    customer = db.session.get_one(CustomerAccount, booking.customer_id)
    cancel_bookings(BookingOwner(customer.id), {booking.id: 0}, by=customer)


def _withdraw(booking: Booking, _staff: StaffUser) -> None:
    customer = db.session.get_one(CustomerAccount, booking.customer_id)
    declare(
        Declaration("Andrea Beispiel", "Kurs", customer.email),
        token="one click",
        booking_ids=[booking.id],
        customer=customer,
        holidays=(),
        may_mail=True,
    )


Change = Callable[[Booking, StaffUser], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "cancelled_by_customer": (_cancel, "M16"),
    "withdrawn": (_withdraw, "M17"),
    "confirmed": (lambda booking, staff: confirm_bookings([booking.id], by=staff), "M09"),
    "rejected": (lambda booking, staff: reject_booking(booking.id, reason="x", by=staff), "M10"),
    "expired": (_expire, "M10"),
    "cancelled_by_provider": (
        lambda booking, staff: cancel_course(booking.course_id, reason="x", by=staff),
        "M13",
    ),
}


@pytest.mark.parametrize("status", CHANGES)
def test_each_event_that_has_a_mail_causes_exactly_one(course: Course, status: str) -> None:
    change, kind = CHANGES[status]
    number, staff = make_booking(course), make_staff()
    assert mails_and_events() == (["M08"], ["requested"])
    for _ in range(2):
        booking = db.session.get_one(Booking, number)
        with suppress(RefusedError):  # a cancelled course refuses to be cancelled again
            change(booking, staff)
    assert mails_and_events() == (["M08", kind], ["requested", status])


def test_a_widerruf_that_staff_found_is_told_once_besides_its_receipt(course: Course) -> None:
    number, staff = make_booking(course), make_staff()
    declare(
        Declaration("Andrea Beispiel", "Kurs", "andrea@example.org"),
        token="one click",
        booking_ids=[],
        customer=None,
        holidays=(),
        may_mail=True,
    )
    declared = db.session.scalars(select(Withdrawal.id)).one()
    for _ in range(2):
        accept_withdrawal(declared, [number], by=staff)
    assert mails_and_events() == (["M08", "M17", "M16"], ["requested", "withdrawn"])


def test_money_that_went_back_is_an_event_without_a_mail(course: Course) -> None:
    number, staff = make_booking(course), make_staff()
    confirm_bookings([number], by=staff)
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = 9800
    cancel_course(course.id, reason="x", by=staff)
    refund = db.session.scalars(select(Refund.id)).one()
    assert [finish_refund(refund, by=staff) for _ in range(2)] == [True, False]
    mails, events = mails_and_events()
    assert mails == ["M08", "M09", "M13"]
    assert events == ["requested", "confirmed", "cancelled_by_provider", "refunded"]


def mails_and_events() -> tuple[list[str], list[str]]:
    """Kinds of mails, without the one about the new bank account, and states of events."""
    db.session.rollback()
    mails = db.session.scalars(
        select(OutgoingMail.kind).where(OutgoingMail.kind != "M21").order_by(OutgoingMail.id)
    ).all()
    events = db.session.scalars(select(BookingEvent.status).order_by(BookingEvent.id)).all()
    return list(mails), list(events)


def test_the_confirmation_carries_the_termine_and_names_the_day_of_the_debit(
    course: Course,
) -> None:
    number = make_booking(course)
    confirm_bookings([number], by=make_staff())
    booking = db.session.get_one(Booking, number)
    assert booking.due_on == clock.today() + timedelta(days=14)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M09")).one()
    assert f"{booking.due_on:%d.%m.%Y}" in mail.text
    file, terms = mail.attachments
    assert (file["name"], file["media_type"]) == (f"{course.slug}.ics", "text/calendar")
    events = Calendar.from_ical(file["text"]).walk("VEVENT")
    assert [str(event["status"]) for event in events] == ["CONFIRMED"] * 3
    assert "Teilnahme: Andrea" in str(events[0]["description"])
    assert "Beispiel" not in file["text"]
    assert (terms["name"], terms["media_type"]) == ("agb-1.txt", "text/plain")
    assert terms["text"].startswith("AGB, Fassung agb-1\n\nAllgemeine Geschäftsbedingungen")
    assert "\nbis 14 Tage vor Kursbeginn: nichts\n" in terms["text"]
    assert not {"$", "<"} & set(terms["text"])


def test_what_costs_nothing_is_never_due(app: Flask) -> None:
    assert app
    number = make_booking(make_course(fee_cents=0))
    confirm_bookings([number], by=make_staff())
    assert db.session.get_one(Booking, number).due_on is None
