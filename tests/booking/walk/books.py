"""What must be true of the books after every step of a walk, whatever happened before."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from kmz.audit.models import AuditEntry
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    Cancellation,
    OfferOutcome,
    Refund,
    SeatHold,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistStatus,
    Withdrawal,
)
from kmz.booking.queries import light_courses
from kmz.booking.rules import CONCESSION_EVENTS, REFUNDED, may_become
from kmz.booking.waitlist.actions.offers import offer_time
from kmz.booking.waitlist.queries import next_in_line
from kmz.catalog.models import Course
from kmz.db import Base, db
from kmz.mail.models import OutgoingMail

# What stands among the events of a booking and is no state of it.
_NO_STATE = {REFUNDED, *CONCESSION_EVENTS}


@dataclass
class Books:
    """All rows that a walk writes, read at one moment; two are equal if nothing changed."""

    courses: Sequence[Any]
    requests: Sequence[Any]
    bookings: Sequence[Any]
    events: Sequence[Any]
    entries: Sequence[Any]
    offers: Sequence[Any]
    holds: Sequence[Any]
    refunds: Sequence[Any]
    cancellations: Sequence[Any]
    withdrawals: Sequence[Any]
    mails: Sequence[Any]
    audit: Sequence[Any]

    @classmethod
    def read(cls) -> Self:
        db.session.rollback()
        return cls(
            _rows(
                Course,
                Course.max_participants,
                Course.seats_taken,
                Course.seats_held,
                Course.seats_waiting,
                Course.external_participants,
            ),
            _rows(
                BookingRequest,
                BookingRequest.total_cents,
                BookingRequest.guest_key,
                BookingRequest.contract_partner,
            ),
            _rows(
                Booking,
                Booking.request_id,
                Booking.course_id,
                Booking.participant_key,
                Booking.status,
                Booking.fee_cents,
                Booking.paid_cents,
                Booking.sequence,
                Booking.concession_status,
                Booking.concession_fee_cents,
                Booking.rebooked_to_id,
            ),
            _rows(BookingEvent, BookingEvent.booking_id, BookingEvent.status, BookingEvent.actor),
            _rows(
                WaitlistEntry,
                WaitlistEntry.course_id,
                WaitlistEntry.customer_id,
                WaitlistEntry.email,
                WaitlistEntry.group_key,
                WaitlistEntry.status,
            ),
            _rows(
                WaitlistOffer,
                WaitlistOffer.entry_id,
                WaitlistOffer.outcome,
                WaitlistOffer.actor,
                WaitlistOffer.reason,
            ),
            _rows(SeatHold, SeatHold.course_id, SeatHold.offer_id, SeatHold.seats),
            _rows(Refund, Refund.booking_id, Refund.amount_cents, Refund.done_at),
            _rows(Cancellation, Cancellation.booking_id, Cancellation.fee_cents),
            _rows(Withdrawal, Withdrawal.email, Withdrawal.is_withheld, Withdrawal.settled_at),
            _rows(OutgoingMail, OutgoingMail.kind, OutgoingMail.recipient),
            _rows(AuditEntry, AuditEntry.action, AuditEntry.object_id, AuditEntry.details),
        )

    @property
    def moved_here(self) -> set[int]:
        """Bookings that another one became by an Umbuchung."""
        return {one.rebooked_to_id for one in self.bookings if one.rebooked_to_id}

    def by_course(self, course_id: int) -> "Seats":
        row = next(one for one in self.courses if one.id == course_id)
        return Seats(
            most=row.max_participants,
            taken=row.seats_taken,
            promised=row.seats_taken + row.seats_held + (row.external_participants or 0),
            waiting=row.seats_waiting,
        )


@dataclass(frozen=True)
class Seats:
    """The seats of a course: how many, booked here, had or held or offered at all; who waits."""

    most: int
    taken: int
    promised: int
    waiting: int

    @property
    def empty(self) -> int:
        return self.most - self.promised

    @property
    def free(self) -> int:
        """For anybody."""
        return self.empty - self.waiting


def _rows(table: type[Base], *columns: InstrumentedAttribute[Any]) -> Sequence[Any]:
    number = table.id  # type: ignore[attr-defined]
    return db.session.execute(select(number, *columns).order_by(number)).all()


def check_seats(books: Books, before: Books) -> None:
    """No seat is promised twice; where staff took places away, nothing new is promised."""
    for course in books.courses:
        now, old = books.by_course(course.id), before.by_course(course.id)
        assert now.promised <= max(now.most, old.promised)


def check_counters(books: Books) -> None:
    """The counters of a course are what the rows say."""
    taken = Counter(one.course_id for one in books.bookings if one.status in SEAT_HOLDING)
    waiting = Counter(
        one.course_id for one in books.entries if one.status == WaitlistStatus.WAITING
    )
    held: Counter[int] = Counter()
    for hold in books.holds:
        held[hold.course_id] += hold.seats
    for course in books.courses:
        counted = (course.seats_taken, course.seats_held, course.seats_waiting)
        assert counted == (taken[course.id], held[course.id], waiting[course.id])


def check_offers(books: Books) -> None:
    """Who was offered a seat has one open offer, and a seat is kept for it or for nobody."""
    of_entry = Counter(one.entry_id for one in books.offers if one.outcome == OfferOutcome.OPEN)
    offered = [one.id for one in books.entries if one.status == WaitlistStatus.OFFERED]
    assert of_entry == Counter(offered)
    kept = [hold.offer_id for hold in books.holds if hold.offer_id is not None]
    assert set(kept) <= {one.id for one in books.offers if one.outcome == OfferOutcome.OPEN}


def check_order(books: Books, before: Books) -> None:
    """Nobody is asked while somebody waits who came earlier, unless staff gave a reason."""
    known = {offer.id for offer in before.offers}
    entries = {entry.id: entry for entry in books.entries}
    got_one = {one.group_key for one in books.entries if one.status == WaitlistStatus.BOOKED}
    for offer in books.offers:
        if offer.id in known:
            continue
        assert offer.actor == "system" or offer.reason
        if offer.reason:
            continue
        entry = entries[offer.entry_id]
        earlier = [
            one.id
            for one in books.entries
            if one.course_id == entry.course_id
            and one.status == WaitlistStatus.WAITING
            and one.id < entry.id
            and (one.group_key is None or one.group_key not in got_one)
        ]
        assert earlier == []


def check_passing_on(books: Books, before: Books) -> None:
    """The seat of a booking that ended is offered at once, and not only by the next job."""
    for course in light_courses([one.id for one in books.courses]):
        now, old = books.by_course(course.id), before.by_course(course.id)
        ended = now.taken < old.taken and now.most == old.most and old.empty <= 0
        if ended and now.empty > 0 and offer_time(course) is not None:
            assert next_in_line(course.id, 1) == []


def check_ways(books: Books) -> None:
    """Every booking came to its state by the ways of the state machine, event by event."""
    seen: dict[int, list[str]] = defaultdict(list)
    for event in books.events:
        if event.status not in _NO_STATE:
            seen[event.booking_id].append(event.status)
    moved = books.moved_here
    for booking in books.bookings:
        states = [BookingStatus(one) for one in seen[booking.id]]
        begins = SEAT_HOLDING if booking.id in moved else (BookingStatus.REQUESTED,)
        assert states[0] in begins
        assert states[-1] == booking.status
        assert (booking.status == BookingStatus.REBOOKED) == bool(booking.rebooked_to_id)
        assert all(may_become(*way) for way in pairwise(states))
        assert booking.sequence == len(states) - 1
    alive = [
        (one.course_id, one.participant_key) for one in books.bookings if one.status in SEAT_HOLDING
    ]
    assert len(alive) == len(set(alive))


def check_money(books: Books, fee: int) -> None:
    """`fee` is what every booking cost when it was booked; an Ermäßigung counts once verified."""
    agreed = {
        one.id: one.concession_fee_cents if one.concession_status == "verified" else fee
        for one in books.bookings
    }
    of_request: Counter[int] = Counter()
    for booking in books.bookings:
        if not booking.rebooked_to_id:
            of_request[booking.request_id] += agreed[booking.id]
    assert all(request.total_cents == of_request[request.id] for request in books.requests)
    noted: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for refund in books.refunds:
        assert refund.amount_cents > 0
        noted[refund.booking_id] += refund.amount_cents
        done[refund.booking_id] += refund.amount_cents if refund.done_at else 0
    costs = {one.booking_id: one.fee_cents for one in books.cancellations}
    for booking in books.bookings:
        collected = booking.paid_cents + done[booking.id]
        owed = agreed[booking.id] if booking.status in SEAT_HOLDING else costs.get(booking.id, 0)
        assert 0 <= owed <= agreed[booking.id] <= fee
        assert booking.fee_cents == owed, booking.status
        assert noted[booking.id] == max(0, collected - owed), booking.status
        assert (booking.id in costs) == (booking.status == BookingStatus.CANCELLED_BY_CUSTOMER)
