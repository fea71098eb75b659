"""The office keeps the reasons for an Ermäßigung, and decides when somebody brings the proof.

Of a proof nothing is kept but that it was seen, by whom and when (domain.md 1.5).
"""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.booking.concessions import mails
from kmz.booking.concessions.problems import NAME_TAKEN, decision_problems
from kmz.booking.concessions.rules import fee_after
from kmz.booking.models import (
    Booking,
    BookingEvent,
    BookingRequest,
    ConcessionReason,
    ConcessionStatus,
)
from kmz.booking.office.queries import get_any_booking
from kmz.booking.timeline import due_on, first_due_on
from kmz.booking.transitions import change_total
from kmz.catalog.areas import slug_of
from kmz.db import count_changed, transaction, violated
from kmz.errors import NotFoundError, RefusedError


def verify_concession(booking_id: int, *, by: StaffUser) -> None:
    """The proof was seen: from now on the reduced fee is owed; the customer is told (M30)."""
    _decide(booking_id, ConcessionStatus.VERIFIED, reason="", by=by)


def refuse_concession(booking_id: int, *, reason: str, by: StaffUser) -> None:
    """The full fee is owed; the customer is told why (M30)."""
    _decide(booking_id, ConcessionStatus.REFUSED, reason=reason, by=by)


def _decide(booking_id: int, decision: ConcessionStatus, *, reason: str, by: StaffUser) -> None:
    """RefusedError when it is decided, over or paid already."""
    with transaction() as session:
        booking = _locked(session, booking_id)
        found = decision_problems(booking, decision)
        if found:
            raise RefusedError(*found)
        before, now = booking.fee_cents, fee_after(booking, decision)
        booking.concession_status = decision
        _owe(booking, now)
        change_total(session, booking.request_id, now - before)
        session.add(
            BookingEvent(
                booking_id=booking.id,
                status=f"concession_{decision}",
                at=clock.now(),
                actor=by.actor_name,
                reason=reason,
            )
        )
        action = f"concession.{decision}"
        record(session, action, by=by, kind="booking", object_id=booking.id, cents=now)
        mails.send_decision(session, booking, fee_before=before, reason=reason)


def _locked(session: Session, booking_id: int) -> Booking:
    """Nobody else changes the booking until the transaction ends; its Vorgang is locked first, as
    by an Umbuchung.
    """
    vorgang = select(Booking.request_id).where(Booking.id == booking_id).scalar_subquery()
    session.execute(select(BookingRequest.id).where(BookingRequest.id == vorgang).with_for_update())
    session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update())
    return get_any_booking(booking_id)


def _owe(booking: Booking, cents: int) -> None:
    """A debit that grows is announced anew, so it comes two weeks from now at the earliest."""
    if booking.confirmed_at is not None and cents > booking.fee_cents:
        soonest = first_due_on(clock.today())
        booking.due_on = max(due_on(booking) or soonest, soonest)
    booking.fee_cents = cents


def save_reason(
    reason_id: int | None,
    *,
    label: str,
    percent: int,
    needs_proof: bool,
    position: int,
    by: StaffUser,
) -> None:
    """Create a reason (no id) or change one. Bookings keep the fee that was worked out for them.

    RefusedError when the name is taken.
    """
    try:
        with transaction() as session:
            reason = ConcessionReason()
            if reason_id is not None:
                query = select(ConcessionReason).where(ConcessionReason.id == reason_id)
                found = session.scalar(query.with_for_update())
                if found is None:
                    raise NotFoundError
                reason = found
            reason.code, reason.label = slug_of(label)[:30], label
            reason.percent, reason.needs_proof, reason.position = percent, needs_proof, position
            session.add(reason)
            session.flush()
            record(
                session,
                "concession_reason.changed" if reason_id else "concession_reason.created",
                by=by,
                kind="concession_reason",
                object_id=reason.id,
                percent=percent,
                needs_proof=needs_proof,
            )
    except IntegrityError as error:
        if violated(error, "uq_concession_reason_code"):
            raise RefusedError(NAME_TAKEN) from error
        raise


def offer_reason(reason_id: int, *, is_active: bool, by: StaffUser) -> bool:
    """Offer a reason in the Anmeldeformular, or no longer; False when it is so already."""
    with transaction() as session:
        changed = count_changed(
            session,
            update(ConcessionReason)
            .where(ConcessionReason.id == reason_id, ConcessionReason.is_active != is_active)
            .values(is_active=is_active),
        )
        if changed:
            action = "concession_reason.resumed" if is_active else "concession_reason.ended"
            record(session, action, by=by, kind="concession_reason", object_id=reason_id)
        return bool(changed)
