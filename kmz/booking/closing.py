"""What becomes of bookings when their customer goes (parts of the caller's transaction, L28), and
of those of guests when their time is over.
"""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from kmz.audit.actions import SYSTEM, record
from kmz.banking.actions import delete_mandates
from kmz.booking.checkout.actions.drafts import forget_drafts
from kmz.booking.models import (
    Booking,
    BookingRequest,
    CalendarFeed,
    Cart,
    Participant,
    Refund,
    Withdrawal,
    WithdrawalLine,
)
from kmz.booking.retention import Retention, old_guest_requests
from kmz.db import transaction

# What a document must say of its contract partner; phones and the like go.
_KEPT_OF_PARTNER = (
    "first_name",
    "last_name",
    "street",
    "house_number",
    "postal_code",
    "city",
    "country",
)


def forget_person(session: Session, customer_id: int, retention: Retention) -> None:
    """Delete everything but the requests that the law keeps, and reduce those to what it needs."""
    forget_drafts(session, customer_id)
    for table in (Participant, Cart, CalendarFeed):
        session.execute(delete(table).where(table.customer_id == customer_id))
    for request in retention.kept:
        _reduce(request)
    session.flush()
    _delete_requests(session, [request.id for request in retention.gone])
    _forget_withdrawals(session, customer_id)


def _reduce(request: BookingRequest) -> None:
    """Who took part, remarks and reasons are no part of the document."""
    partner = request.contract_partner
    request.contract_partner = {name: partner.get(name, "") for name in _KEPT_OF_PARTNER}
    request.remark = ""
    request.guest_key = request.link_hash = request.reminders_since = None
    for booking in request.bookings:
        booking.participant_first_name = booking.participant_last_name = ""
        booking.participant_key = f"closed:{booking.id}"
        booking.participant_birth_date = booking.concession_reason_id = None
        for event in booking.events:
            event.reason = ""


def purge_requests(session: Session, customer_ids: Collection[int]) -> None:
    """Delete what was kept of closed accounts; its period is over."""
    query = select(BookingRequest.id).where(BookingRequest.customer_id.in_(customer_ids))
    _delete_requests(session, session.scalars(query).all())


def forget_old_guests(*, keep_years: int) -> None:
    """Daily: reduce and delete what guests booked and no account has adopted."""
    with transaction() as session:
        retention = old_guest_requests(years=keep_years)
        for request in retention.kept:
            _reduce(request)
        session.flush()
        mandates = [one.mandate_id for one in retention.gone if one.mandate_id]
        gone = [request.id for request in retention.gone]
        _delete_requests(session, gone)
        delete_mandates(session, mandates)
        done = {"reduced": [one.id for one in retention.kept], "purged": gone}
        for what, numbers in done.items():
            for number in numbers:
                record(
                    session,
                    f"booking.guest_{what}",
                    by=SYSTEM,
                    kind="booking_request",
                    object_id=number,
                )


def _forget_withdrawals(session: Session, customer_id: int) -> None:
    """A declaration about a contract that is kept stays as its document, without what the law does
    not need; the others go.
    """
    own = select(Withdrawal).where(Withdrawal.customer_id == customer_id)
    for withdrawal in session.scalars(own.options(selectinload(Withdrawal.lines))).all():
        if withdrawal.lines:
            withdrawal.email = withdrawal.remark = ""
        else:
            session.delete(withdrawal)


def _delete_requests(session: Session, request_ids: Collection[int]) -> None:
    """With their bookings, whose events follow by the database, and what was declared or owed."""
    bookings = select(Booking.id).where(Booking.request_id.in_(request_ids))
    lines = select(WithdrawalLine.withdrawal_id).where(WithdrawalLine.booking_id.in_(bookings))
    declared = session.scalars(lines).all()
    for statement in (
        delete(Refund).where(Refund.booking_id.in_(bookings)),
        delete(WithdrawalLine).where(WithdrawalLine.booking_id.in_(bookings)),
        delete(Withdrawal).where(Withdrawal.id.in_(declared), ~Withdrawal.lines.any()),
        delete(Booking).where(Booking.request_id.in_(request_ids)),
        delete(BookingRequest).where(BookingRequest.id.in_(request_ids)),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})
