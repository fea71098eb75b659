"""What every way out of a course shares: the seat goes back, money that was paid too."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.booking.leaving.withdrawal_rules import REFUND_WITHIN
from kmz.booking.models import Booking, BookingStatus, Refund
from kmz.booking.seats.taking import give_seat_back
from kmz.booking.transitions import move
from kmz.catalog.models import Course


def lock_courses_of(session: Session, booking_ids: Collection[int]) -> None:
    """Lock the courses of these bookings by id, before anything else is locked.

    Not against foreign keys: PostgreSQL looks at the course again where a booking is changed twice,
    and whoever changes only a booking would wait here while we wait for that booking.
    """
    courses = select(Booking.course_id).where(Booking.id.in_(booking_ids))
    rows = select(Course.id).where(Course.id.in_(courses)).order_by(Course.id)
    session.execute(rows.with_for_update(key_share=True))


def end_bookings(
    session: Session,
    booking_ids: Collection[int],
    before: Sequence[BookingStatus],
    after: BookingStatus,
    *,
    by: Actor,
    reason: str = "",
) -> list[Booking]:
    """End bookings and free their seats; those that ended before are left out.

    Part of the caller's transaction, which says what is owed, notes refunds and queues the mail.
    """
    lock_courses_of(session, booking_ids)
    ended = move(session, booking_ids, before, after, by=by, reason=reason)
    for course_id in sorted(booking.course_id for booking in ended):
        give_seat_back(session, course_id)
    return ended


def owe(
    session: Session,
    booking: Booking,
    cents: int,
    *,
    cause: str,
    by: Actor,
    since: date | None = None,
) -> date | None:
    """From now on `cents` are owed; what was paid beyond goes back (L20). When, or None.

    A debit takes what is owed and not paid yet, so it ends by itself where nothing is. What goes
    back already, as after an Umbuchung into a cheaper course, is not paid back a second time, and
    not at all where it is owed again. The 14 days run from `since`, or today.
    """
    booking.fee_cents = cents
    if not booking.paid_cents:
        return None
    noted = select(Refund).where(Refund.booking_id == booking.id, Refund.done_at.is_(None))
    order = noted.order_by(Refund.due_on, Refund.id).with_for_update()
    on_the_way = list(session.scalars(order))
    session.refresh(booking, ["paid_cents"])  # finance may have paid back until this lock
    too_much = booking.paid_cents - cents - sum(refund.amount_cents for refund in on_the_way)
    while too_much < 0 and on_the_way:
        too_much += _shorten(session, on_the_way, by=by, by_cents=-too_much)
    if too_much <= 0:
        return on_the_way[-1].due_on if on_the_way else None
    due_on = (since or clock.today()) + REFUND_WITHIN
    refund = Refund(
        booking_id=booking.id,
        amount_cents=too_much,
        cause=cause,
        noted_at=clock.now(),
        due_on=due_on,
    )
    session.add(refund)
    session.flush()
    record(session, "refund.noted", by=by, kind="refund", object_id=refund.id, booking=booking.id)
    return due_on


def _shorten(session: Session, refunds: list[Refund], *, by: Actor, by_cents: int) -> int:
    """Pay back less by the last of the refunds, which is dropped when nothing is left of it; how
    many cents less.
    """
    last = refunds[-1]
    less = min(last.amount_cents, by_cents)
    last.amount_cents -= less
    if not last.amount_cents:
        session.delete(refunds.pop())
    record(session, "refund.shortened", by=by, kind="refund", object_id=last.id, cents=less)
    return less
