"""What the tests of looks see of booking: a form that somebody has opened and filled in."""

from dataclasses import replace

from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.banking.models import BankAccount
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import DraftLine, fresh_content
from kmz.booking.models import (
    Booking,
    BookingRequest,
    ConcessionReason,
    ConcessionStatus,
    PaymentMethod,
)
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.booking.seats.holds import HoldTerms
from kmz.db import db, transaction
from tests.factories import make_course, make_request

_HOLDING = HoldTerms(
    minutes=15, owner="looking", address="looking", most_per_owner=9, most_per_address=9
)


def fill_booking(customer: CustomerAccount, long_title: str) -> dict[str, object]:
    """A form with two people, an Ermäßigung, a remark, and held seats."""
    account = db.session.scalars(
        select(BankAccount.id).where(BankAccount.customer_id == customer.id)
    ).first()
    with transaction() as session:
        reason = ConcessionReason(code="student", label="Studierende", percent=25)
        session.add(reason)
        session.flush()
        reason_id = reason.id
    course = make_course(title=long_title, concession_allowed=True, min_age=6)
    other = DraftLine(
        course_id=course.id,
        person=ParticipantName("Mia", "Beispiel"),
        is_minor=True,
        concession_id=reason_id,
    )
    content = fresh_content([course.id])
    content = replace(
        content,
        lines=(*content.lines, other),
        bank_account_id=account,
        remark=long_title,
        is_ready=True,
    )
    owner = CartOwner(customer_id=customer.id)
    return {
        "form": save_draft(owner, content, holding=_HOLDING),
        "claim": _claim(customer, reason_id, long_title),
        "reason": reason_id,
    }


def _claim(customer: CustomerAccount, reason_id: int, long_title: str) -> int:
    """A child's booking that waits for a proof, to be paid by transfer; its id."""
    request = make_request(customer, make_course(title=f"Ermäßigt: {long_title}"))
    with transaction() as session:
        row = session.get_one(BookingRequest, request.id)
        row.payment_method = PaymentMethod.BANK_TRANSFER
        booking = session.scalars(select(Booking).where(Booking.request_id == row.id)).one()
        booking.is_minor = True
        booking.concession_reason_id = reason_id
        booking.concession_status = ConcessionStatus.CLAIMED
        booking.concession_fee_cents = 7350
        return booking.id
