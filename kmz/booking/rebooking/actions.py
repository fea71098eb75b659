"""Umbuchen: out of one course and into its parallel course, both or neither."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import StaffUser
from kmz.audit.actions import Actor, record
from kmz.booking import queries as booking_queries
from kmz.booking import rules
from kmz.booking.checkout.prices import Price
from kmz.booking.leaving.actions.ending import end_bookings, owe
from kmz.booking.leaving.queries import course_terms, terms_by_policy
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    Refund,
)
from kmz.booking.my_bookings.queries import get_booking
from kmz.booking.office.queries import get_any_booking
from kmz.booking.problems import already_booked, seat_gone
from kmz.booking.rebooking import mails, queries
from kmz.booking.rebooking.problems import (
    NOT_PARALLEL,
    PRICE_CHANGED,
    person_problems,
    target_problems,
)
from kmz.booking.rules import BookingOwner
from kmz.booking.seats.taking import take_seats
from kmz.booking.timeline import due_on, first_due_on
from kmz.booking.transitions import change_total
from kmz.booking.waitlist.actions.offers import leave_with_a_seat, lock_courses
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.parallel import are_parallel
from kmz.db import connection_of, count_changed, transaction, violated
from kmz.errors import RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What was chosen: which booking, into which course, at the fee that was shown, in cents."""

    booking_id: int
    course_id: int
    shown_cents: int
    before_proof: str
    reason: str = ""


def rebook(owner: BookingOwner, click: Click, *, by: Actor) -> int:
    """Move an own booking into a parallel course; id of the new booking.

    The old booking ends as "umgebucht" and points to the new one, which keeps its state, its
    Vorgang and what was paid. Sent again it gives the same new booking. RefusedError says what
    stands against it; then nothing has changed.
    """
    return _rebook(lambda: get_booking(owner, click.booking_id), click, by=by)


def rebook_by_office(click: Click, *, by: StaffUser) -> int:
    """The same for anybody's booking: also a short time before the start, and into a course that
    costs more, which the person has agreed to. The reason stays with both bookings.
    """
    return _rebook(lambda: get_any_booking(click.booking_id), click, by=by, by_office=True)


def _rebook(
    find: Callable[[], Booking], click: Click, *, by: Actor, by_office: bool = False
) -> int:
    try:
        with transaction() as session:
            old = find()
            lock_courses(session, {old.course_id, click.course_id})
            _lock(session, old)
            known = _known(session, old, click.course_id)
            if known is not None:
                return known
            course = _take_seat(session, old, click.course_id)
            price = queries.new_price(old, course, before_proof=click.before_proof)
            found = queries.problems_of(old, clock.today(), by_office=by_office)
            found += target_problems(
                old, course, price.cents, seat_is_taken=True, by_office=by_office
            )
            if price.cents != click.shown_cents:
                found.append(PRICE_CHANGED)
            if found:
                raise RefusedError(*found)
            number = _move(session, old, course, price, by=by, reason=click.reason).id
    except IntegrityError as error:
        if violated(error, "uq_booking_course_id_participant_key"):
            raise RefusedError(already_booked("Die Person")) from error
        raise
    log.event("booking.rebooked", actor=by.actor_name, booking=click.booking_id, new=number)
    return number


def _lock(session: Session, old: Booking) -> None:
    """The Vorgang too: a guest's account may adopt it at this moment."""
    vorgang = select(BookingRequest.id).where(BookingRequest.id == old.request_id)
    session.execute(vorgang.with_for_update())
    may_have_changed = ("customer_id", "participant_key", "status", "fee_cents", "paid_cents")
    session.refresh(old, [*may_have_changed, "rebooked_to_id"], with_for_update={"of": Booking})


def _known(session: Session, old: Booking, course_id: int) -> int | None:
    """What the same click has made already."""
    if old.rebooked_to_id is None:
        return None
    new = session.get_one(Booking, old.rebooked_to_id)
    return new.id if new.course_id == course_id else None


def _take_seat(session: Session, old: Booking, course_id: int) -> LightCourse:
    course = session.get(Course, course_id)
    if course is None or not are_parallel(old.course, course):
        raise RefusedError(NOT_PARALLEL)
    found = person_problems(old, course, has_seat=False)  # the index of the database knows that
    if found:
        raise RefusedError(*found)
    taken = take_seats(connection_of(session), draft_id=0, wanted={course_id: 1})
    if not taken.courses:
        raise RefusedError(seat_gone(course))
    return taken.courses[0]


def _move(
    session: Session, old: Booking, course: LightCourse, price: Price, *, by: Actor, reason: str
) -> Booking:
    new = _copy(old, course, price)
    remark = f": {reason}" if reason else ""
    why = f"umgebucht in {course.number}{remark}"[:300]
    end_bookings(session, [old.id], SEAT_HOLDING, BookingStatus.REBOOKED, by=by, reason=why)
    session.add(new)
    session.flush()
    change_total(session, old.request_id, price.cents - old.fee_cents)
    old.rebooked_to_id, old.fee_cents, old.paid_cents = new.id, 0, 0
    _take_refunds_along(session, old, new)
    session.add(
        BookingEvent(
            booking_id=new.id,
            status=new.status,
            at=clock.now(),
            actor=by.actor_name,
            reason=f"umgebucht aus {old.course.number}{remark}"[:300],
        )
    )
    record(
        session,
        "booking.rebooked_from",
        by=by,
        kind="booking",
        object_id=new.id,
        booking=old.id,
    )
    leave_with_a_seat(session, [(new.course_id, new.participant_key)], by=by)
    refund_by = owe(session, new, price.cents, cause="rebooking", by=by)
    mails.send_rebooked(session, old, new, refund_by=refund_by)
    return new


def _take_refunds_along(session: Session, old: Booking, new: Booking) -> None:
    """What was paid moves to the new booking, so what goes back of it does, too."""
    statement = update(Refund).where(Refund.booking_id == old.id, Refund.done_at.is_(None))
    count_changed(session, statement.values(booking_id=new.id))


def _copy(old: Booking, course: LightCourse, price: Price) -> Booking:
    """The same person in the other course. A firm booking stays firm: its Widerrufsfrist begins
    anew, and a debit is announced anew (L47).
    """
    is_firm = old.status == BookingStatus.CONFIRMED
    first = first_due_on(clock.today())
    return Booking(
        request_id=old.request_id,
        customer_id=old.customer_id,
        course_id=course.id,
        participant_first_name=old.participant_first_name,
        participant_last_name=old.participant_last_name,
        participant_key=old.participant_key,
        participant_birth_date=old.participant_birth_date,
        is_minor=old.is_minor,
        status=old.status,
        fee_cents=price.cents,
        concession_reason_id=None if price.reduced_cents is None else old.concession_reason_id,
        concession_status=price.status,
        concession_fee_cents=price.reduced_cents,
        paid_cents=old.paid_cents,
        due_on=max(due_on(old) or first, first) if is_firm and price.cents else None,
        agreed=rules.agreed_data(
            course,
            price_cents=price.cents,
            cancellation=course_terms(course.cancellation_policy_id, terms_by_policy()).as_json(),
            facts=booking_queries.agreed_facts([course])[course.id],
        ),
        told_version=course.version,
        requested_at=old.requested_at,
        confirmed_at=clock.now() if is_firm else None,
    )
