"""What the database keeps of the way to Kufer and back: each request once, each answer once."""

from datetime import datetime

from sqlalchemy import update

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import Actor, record
from kmz.booking.kufer import queries
from kmz.booking.models import KuferCorrection, KuferExport
from kmz.booking.office.decisions import confirm_bookings
from kmz.db import count_changed, one_at_a_time, transaction
from kmz.errors import NotFoundError


def hand_over(
    request_id: int, *, file_name: str, read_at: datetime, with_bank_data: bool, by: Actor
) -> bool:
    """Note that a request goes to Kufer as this file; False when it went already. What happens to
    it after `read_at` does not stand in the file.
    """
    with transaction() as session:
        one_at_a_time(session, "kufer_export")
        if session.get(KuferExport, request_id) is not None:
            return False
        session.add(KuferExport(request_id=request_id, file_name=file_name, exported_at=read_at))
        record(
            session,
            "booking.handed_to_kufer",
            by=by,
            kind="booking_request",
            object_id=request_id,
            file=file_name,
            bank_data=with_bank_data,
        )
        return True


def acknowledge(request_id: int, *, numbers: list[str] | None, by: Actor) -> int:
    """Kufer booked a request in, or only these courses of it: they become fest eingebucht (M09).

    Returns how many bookings that met; the same answer read again meets none.
    """
    with transaction() as session:
        first = count_changed(
            session,
            update(KuferExport)
            .where(KuferExport.request_id == request_id, KuferExport.acknowledged_at.is_(None))
            .values(acknowledged_at=clock.now()),
        )
        waiting = queries.waiting_bookings(request_id, numbers)
        confirmed = confirm_bookings(waiting, by=by)
        if first:
            record(
                session,
                "booking.acknowledged_by_kufer",
                by=by,
                kind="booking_request",
                object_id=request_id,
                bookings=[booking.id for booking in confirmed],
            )
        return len(confirmed)


def note_correction(booking_id: int, *, by: StaffUser) -> bool:
    """The office has ended a booking in Kufer, too; False when that was noted before.

    NotFoundError for a booking that Kufer does not know or that lives.
    """
    with transaction() as session:
        one_at_a_time(session, "kufer_correction")
        if not queries.needs_correction(booking_id):
            raise NotFoundError
        if session.get(KuferCorrection, booking_id) is not None:
            return False
        session.add(
            KuferCorrection(booking_id=booking_id, done_at=clock.now(), done_by=by.actor_name)
        )
        record(session, "booking.corrected_in_kufer", by=by, kind="booking", object_id=booking_id)
        return True
