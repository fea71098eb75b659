"""What stands against closing an account: bookings that are not over (L28)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.booking.leaving.queries import open_refunds
from kmz.booking.models import Booking, BookingStatus, Refund, Withdrawal
from kmz.booking.timeline import due_on
from kmz.booking.transfers import OWING
from kmz.dates import format_day
from kmz.db import db
from kmz.errors import Problem
from kmz.money import format_cents


def open_obligations(customer_id: int) -> list[Problem]:
    """Undecided requests and Widerrufe, courses that are not over, fees that are not collected and
    refunds that are not paid yet.
    """
    query = (
        select(Booking)
        .where(Booking.customer_id == customer_id, Booking.status.in_(OWING))
        .order_by(Booking.id)
        .options(joinedload(Booking.course))
    )
    found = []
    for booking in db.session.scalars(query):
        why = _why_open(booking, clock.today())
        if why:
            message = f"„{booking.course.title}“ ({booking.course.number}): {why}"
            found.append(Problem("booking.open", message, link=f"/konto/anmeldungen/{booking.id}"))
    waiting = select(Withdrawal).where(
        Withdrawal.customer_id == customer_id, Withdrawal.settled_at.is_(None)
    )
    return [
        *found,
        *(_of_refund(refund) for refund in open_refunds(customer_id)),
        *(_of_withdrawal(one) for one in db.session.scalars(waiting.order_by(Withdrawal.id))),
    ]


def _of_withdrawal(withdrawal: Withdrawal) -> Problem:
    """Staff have to know whom to answer."""
    day = format_day(clock.in_berlin(withdrawal.declared_at).date())
    return Problem("withdrawal.open", f"Ihr Widerruf vom {day} ist noch in Bearbeitung.")


def _of_refund(refund: Refund) -> Problem:
    """Where the money goes has to be known until it is back (L20)."""
    course, amount = refund.booking.course, format_cents(refund.amount_cents)
    return Problem(
        "refund.open",
        f"„{course.title}“ ({course.number}): Wir erstatten Ihnen noch {amount}.",
        link=f"/konto/anmeldungen/{refund.booking_id}",
    )


def _why_open(booking: Booking, today: date) -> str | None:
    if booking.status == BookingStatus.REQUESTED:
        return "Über Ihre Anmeldung ist noch nicht entschieden."
    if booking.status == BookingStatus.CANCELLED_BY_CUSTOMER:
        return _why_unpaid(booking, today)
    end = booking.course.ends_on or booking.course.starts_on
    if end is None:
        return "Die Termine stehen noch nicht fest."
    if end >= today:
        return f"Der Kurs ist am {format_day(end)} zu Ende."
    return _why_unpaid(booking, today)


def _why_unpaid(booking: Booking, today: date) -> str | None:
    """The Anmeldebestätigung announces the debit for a day (L47); until then the fee is open."""
    day = due_on(booking)
    if booking.paid_cents >= booking.fee_cents or day is None or day < today:
        return None
    return f"Das Entgelt von {format_cents(booking.fee_cents)} wird am {format_day(day)} fällig."
