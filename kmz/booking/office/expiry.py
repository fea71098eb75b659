"""Requests that nobody decided lapse: safer than a contract by silence (domain.md 1.6)."""

from datetime import timedelta

from sqlalchemy import select

from kmz import clock, log
from kmz.audit.actions import SYSTEM
from kmz.booking.leaving.actions.ending import end_bookings, owe
from kmz.booking.models import Booking, BookingStatus
from kmz.booking.office import mails
from kmz.db import db, transaction


def expire_requests(*, after_days: int) -> int:
    """Let requests lapse that are older than `after_days`: the seat is free again, and everybody
    concerned gets an apology (M10). How many lapsed.

    One transaction each, so that the office can decide the others meanwhile; twice tells nobody
    twice.
    """
    old = clock.now() - timedelta(days=after_days)
    query = select(Booking.id).where(
        Booking.status == BookingStatus.REQUESTED, Booking.requested_at < old
    )
    lapsed = sum(map(_expire, db.session.scalars(query.order_by(Booking.id)).all()))
    if lapsed:
        log.event("booking.expired", count=lapsed)
    return lapsed


def _expire(booking_id: int) -> int:
    with transaction() as session:
        ended = end_bookings(
            session, [booking_id], (BookingStatus.REQUESTED,), BookingStatus.EXPIRED, by=SYSTEM
        )
        for booking in ended:
            owe(session, booking, 0, cause="expiry", by=SYSTEM)
            mails.send_expiry(session, booking)
        return len(ended)
