"""Guests: a fresh link to what they booked, and an account that finds it (L23)."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from kmz import log
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import VISITOR, record
from kmz.banking.actions import adopt_mandates
from kmz.booking.guests import mails, queries
from kmz.booking.models import SEAT_HOLDING, Booking, BookingRequest
from kmz.booking.rules import ParticipantName, participant_key
from kmz.booking.waitlist.actions.offers import lock_courses
from kmz.booking.waitlist.entry_queries import guest_entries_of
from kmz.booking.waitlist.queries import find_entry
from kmz.crypto import new_token, token_digest
from kmz.db import transaction


def send_link(reference: str, key: str) -> None:
    """Mail a fresh link to a guest who knows the Vorgangsnummer and the address behind `key`; the
    one before is dead. For anybody else nothing happens, and nobody learns which it was.
    """
    with transaction() as session:
        token = new_token()
        found = session.scalars(
            update(BookingRequest)
            .where(
                BookingRequest.reference == reference,
                BookingRequest.guest_key == key,
                BookingRequest.customer_id.is_(None),
            )
            .values(link_hash=token_digest(token))
            .returning(BookingRequest)
        ).one_or_none()
        if found is not None:
            mails.send_guest_link(session, found, token)
            record(
                session,
                "booking.link_renewed",
                by=VISITOR,
                kind="booking_request",
                object_id=found.id,
            )


def adopt_requests(customer: CustomerAccount, key: str) -> int:
    """What a guest booked under the address that is now this customer's becomes the customer's own;
    how many requests. The address was confirmed, or there would be no login.
    """
    if not queries.has_guest_requests(key):
        return 0
    with transaction() as session:
        query = (
            select(BookingRequest)
            .where(BookingRequest.guest_key == key, BookingRequest.customer_id.is_(None))
            .options(selectinload(BookingRequest.bookings))
            .with_for_update()
        )
        found = session.scalars(query).all()
        for request in found:
            _adopt(session, request, customer)
        mandates = {request.mandate_id for request in found if request.mandate_id}
        adopt_mandates(session, mandates, customer.id)
    if found:
        log.event("booking.adopted", customer=customer.id, count=len(found))
    return len(found)


def adopt_waiting(customer: CustomerAccount) -> int:
    """Where a guest of the mailbox that is now this customer's waits, the customer waits, at the
    same place; the mailed links are dead. How many places.
    """
    found = guest_entries_of(customer)
    if not found:
        return 0
    course_ids = {entry.course_id for entry in found}
    with transaction() as session:
        lock_courses(session, course_ids)
        entries = guest_entries_of(customer)
        for entry in entries:
            entry.customer_id, entry.link_hash = customer.id, None
            name = ParticipantName(entry.participant_first_name, entry.participant_last_name)
            own = participant_key(customer.id, name)
            if find_entry(entry.course_id, own) is None:
                entry.participant_key = own
            session.flush()
            record(
                session,
                "waitlist.adopted",
                by=customer,
                kind="waitlist_entry",
                object_id=entry.id,
                course=entry.course_id,
            )
    if entries:
        log.event("waitlist.adopted", customer=customer.id, count=len(entries))
    return len(entries)


def _adopt(session: Session, request: BookingRequest, customer: CustomerAccount) -> None:
    request.customer_id, request.link_hash = customer.id, None
    for booking in request.bookings:
        booking.customer_id = customer.id
        name = ParticipantName(booking.participant_first_name, booking.participant_last_name)
        own = participant_key(customer.id, name)
        if not _is_booked(session, booking, own):
            booking.participant_key = own
        session.flush()
    record(
        session,
        "booking.adopted",
        by=customer,
        kind="booking_request",
        object_id=request.id,
        reference=request.reference,
    )


def _is_booked(session: Session, booking: Booking, key: str) -> bool:
    """Whether the customer booked the same person into the course as well: both stay, as two."""
    query = select(Booking.id).where(
        Booking.course_id == booking.course_id,
        Booking.participant_key == key,
        Booking.status.in_(SEAT_HOLDING),
    )
    return session.scalar(query) is not None
