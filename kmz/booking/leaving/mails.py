"""Which mails leaving causes (domain.md 2.7: M16, M17)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from kmz.booking.leaving import queries
from kmz.booking.leaving.withdrawal_rules import exact_moment
from kmz.booking.mail_links import bookings_link
from kmz.booking.models import Booking, Withdrawal
from kmz.mail.actions import queue_mail
from kmz.mail.strangers import without_links


def send_cancelled(
    session: Session, booking: Booking, *, cost: int, refund_by: date | None
) -> None:
    """M16, the Stornobestätigung: what ended, what it costs, what goes back."""
    queue_mail(
        session,
        kind="M16",
        to=booking.request.email,
        subject=f"Stornobestätigung: {booking.course.number} {booking.course.title}"[:180],
        template="booking/cancelled",
        name=booking.request.partner_name,
        booking=booking,
        course=booking.course,
        cost=cost,
        refund_by=refund_by,
        refund_cents=booking.paid_cents - cost,
        link=bookings_link(booking.request),
    )


def send_receipt(session: Session, withdrawal: Withdrawal, ended: Sequence[Booking]) -> None:
    """M17: the declaration in full, with the moment it came in; says received, never accepted."""
    queue_mail(
        session,
        kind="M17",
        to=withdrawal.email,
        subject=f"Eingang bestätigt: Widerruf {withdrawal.reference}",
        template="booking/withdrawal_receipt",
        reference=withdrawal.reference,
        at=exact_moment(withdrawal.declared_at),
        name=without_links(withdrawal.name),
        contract=without_links(withdrawal.contract),
        email=withdrawal.email,
        remark=without_links(withdrawal.remark),
        lines=queries.lines_of(withdrawal.id),
        ended=ended,
    )


def send_withdrawn(session: Session, booking: Booking, withdrawal: Withdrawal) -> None:
    """M16 after a Widerruf that staff matched: the booking has ended free of charge."""
    queue_mail(
        session,
        kind="M16",
        to=booking.request.email,
        subject=f"Ihr Widerruf: {booking.course.number} {booking.course.title}"[:180],
        template="booking/withdrawn",
        name=booking.request.partner_name,
        booking=booking,
        course=booking.course,
        reference=withdrawal.reference,
        declared_at=withdrawal.declared_at,
    )
