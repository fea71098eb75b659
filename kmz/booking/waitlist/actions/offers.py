"""Passing on seats that became free: offers to whoever waits, in the order of the Warteliste (P3,
BKG-10).

Whatever changes an entry holds the row lock of its course. Holds of offers are only taken when
nobody else has locked them (`skip_locked`): a seat that is being booked at this moment stays with
the person who books, and no two transactions wait for each other.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import SYSTEM, Actor, record
from kmz.booking import queries
from kmz.booking.models import (
    OfferOutcome,
    SeatHold,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistStatus,
)
from kmz.booking.waitlist import entry_queries, mails
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.offer_hours import offer_hours
from kmz.booking.waitlist.rules import can_be_offered, offer_ends
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.db import count_changed

_OUTCOMES = {
    WaitlistStatus.BOOKED: OfferOutcome.ACCEPTED,
    WaitlistStatus.DECLINED: OfferOutcome.DECLINED,
    WaitlistStatus.LAPSED: OfferOutcome.LAPSED,
    WaitlistStatus.REMOVED: OfferOutcome.TAKEN_BACK,
    WaitlistStatus.LEFT: OfferOutcome.DECLINED,
}


def lock_courses(session: Session, course_ids: Collection[int]) -> None:
    """Lock course rows in the order of their ids, by the UPDATE that works on both databases."""
    for course_id in sorted(set(course_ids)):
        count_seats(session, course_id)


def count_seats(session: Session, course_id: int, *, held: int = 0, waiting: int = 0) -> None:
    """Change the counters of a course; locks its row."""
    statement = update(Course).where(Course.id == course_id)
    counted = statement.values(
        seats_held=Course.seats_held + held, seats_waiting=Course.seats_waiting + waiting
    )
    count_changed(session, counted)


def hand_out(session: Session, course_id: int) -> int:
    """Offer the free seats of a course to those who wait longest; part of a transaction that holds
    the course's row lock. Costs one small read where nobody waits; how many offers were made.
    """
    waiting = session.scalar(select(Course.seats_waiting).where(Course.id == course_id))
    if not waiting:
        return 0
    (course,) = queries.light_courses([course_id])
    until = offer_time(course)
    count = min(seats_to_offer(course), waiting)
    if until is None or count < 1:
        return 0
    entries = waitlist_queries.next_in_line(course_id, count)
    for entry in entries:
        make_offer(session, entry, until, by=SYSTEM)
    return len(entries)


def seats_to_offer(course: LightCourse) -> int:
    """Seats that nobody has or holds; those who wait are asked for them."""
    return course.max_participants - course.taken - course.seats_held


def offer_time(course: LightCourse) -> datetime | None:
    """Until when an offer made now is good; None where none can be made."""
    now = clock.now()
    if course.published_at is None or not can_be_offered(course, now):
        return None
    return offer_ends(now, offer_hours(), waitlist_queries.times_of(course))


def make_offer(
    session: Session, entry: WaitlistEntry, until: datetime, *, by: Actor, reason: str = ""
) -> None:
    """Keep a free seat for a waiting entry and tell its person (M12), under the course's lock."""
    offer = WaitlistOffer(offered_at=clock.now(), until=until, actor=by.actor_name, reason=reason)
    entry.offers.append(offer)
    entry.status = WaitlistStatus.OFFERED
    session.flush()
    session.add(SeatHold(course_id=entry.course_id, offer_id=offer.id, seats=1, expires_at=until))
    session.flush()
    count_seats(session, entry.course_id, held=1, waiting=-1)
    mails.send_offer(session, entry, until)
    _note(session, "offered", entry, by=by, reason=reason)


def end_entries(
    session: Session,
    entry_ids: Collection[int],
    after: WaitlistStatus,
    *,
    by: Actor,
    reason: str = "",
) -> list[WaitlistEntry]:
    """Take entries off the list and pass on what was kept for them; part of the caller's
    transaction. Returns those that ended by it: who has left already, or books at this moment, is
    not among them, so nobody is told twice.
    """
    query = select(WaitlistEntry.course_id).where(WaitlistEntry.id.in_(entry_ids))
    course_ids = set(session.scalars(query))
    lock_courses(session, course_ids)
    return end_locked(session, entry_ids, after, by=by, reason=reason)


def end_locked(
    session: Session,
    entry_ids: Collection[int],
    after: WaitlistStatus,
    *,
    by: Actor,
    reason: str = "",
) -> list[WaitlistEntry]:
    """The same where the caller has locked the courses of all these entries."""
    entries = waitlist_queries.entries_by_id(entry_ids)
    let_go = _let_go(session, entries)
    ended = []
    for entry in entries:
        offer = waitlist_queries.open_offer(entry)
        if offer is not None and offer.id not in let_go:
            continue
        if offer is None:
            count_seats(session, entry.course_id, waiting=-1)
            entry.status = after
        else:
            count_seats(session, entry.course_id, held=-let_go[offer.id])
            _end_offer(offer, _OUTCOMES[after])
            left = after == WaitlistStatus.LEFT
            entry.status = WaitlistStatus.DECLINED if left else after
        entry.ended_at = clock.now()
        ended.append(entry)
        _note(session, entry.status, entry, by=by, reason=reason)
    session.flush()
    for course_id in sorted({entry.course_id for entry in ended}):
        hand_out(session, course_id)
    return ended


def _let_go(session: Session, entries: Sequence[WaitlistEntry]) -> Counter[int]:
    """End the holds of the entries' open offers; seats by offer. An offer that is missing in it is
    being booked; one whose hold is gone already gives 0 seats.
    """
    offers = [offer.id for entry in entries if (offer := waitlist_queries.open_offer(entry))]
    if not offers:
        return Counter()
    of_these = SeatHold.offer_id.in_(offers)
    there = set(session.scalars(select(SeatHold.offer_id).where(of_these)))
    rows = session.execute(
        select(SeatHold.id, SeatHold.offer_id, SeatHold.seats)
        .where(of_these)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [row.id for row in rows]
    count_changed(session, delete(SeatHold).where(SeatHold.id.in_(ids)))
    let_go = Counter({offer_id: 0 for offer_id in offers if offer_id not in there})
    let_go.update({row.offer_id: row.seats for row in rows})
    return let_go


def take_back(
    session: Session, entry: WaitlistEntry, offer: WaitlistOffer, *, by: Actor, reason: str
) -> bool:
    """End an open offer under the course's lock; its person waits on at the same place. False when
    it is being booked.
    """
    let_go = _let_go(session, [entry])
    if offer.id not in let_go:
        return False
    _end_offer(offer, OfferOutcome.TAKEN_BACK)
    entry.status = WaitlistStatus.WAITING
    session.flush()
    count_seats(session, entry.course_id, held=-let_go[offer.id], waiting=1)
    _note(session, "taken_back", entry, by=by, reason=reason)
    return True


def use_offers(session: Session, offer_ids: Collection[int], *, by: Actor) -> None:
    """The seats of these offers were booked: their entries are done, and the others of the same
    group leave. Part of the booking, which holds the row locks of its courses.
    """
    if not offer_ids:
        return
    entries = entry_queries.entries_of_offers(offer_ids)
    now = clock.now()
    for entry in entries:
        entry.status, entry.ended_at = WaitlistStatus.BOOKED, now
        _note(session, "booked", entry, by=by)
    session.flush()
    accepted = {"outcome": OfferOutcome.ACCEPTED, "ended_at": now}
    statement = update(WaitlistOffer).where(WaitlistOffer.id.in_(offer_ids))
    count_changed(session, statement.values(accepted))
    _leave_groups(session, [entry.id for entry in entries], by=by)


def leave_with_a_seat(session: Session, booked: Collection[tuple[int, str]], *, by: Actor) -> None:
    """Whoever waits for a course and got a seat in it another way is done, and leaves the others of
    the group; what was kept for them goes on. `booked` are course ids and participant keys, their
    courses locked by the caller. Nobody is told: they know.
    """
    ids = entry_queries.waiting_people(booked)
    if ids:
        ended = end_locked(
            session, ids, WaitlistStatus.BOOKED, by=by, reason="anders einen Platz bekommen"
        )
        _leave_groups(session, [entry.id for entry in ended], by=by)


def _leave_groups(session: Session, entry_ids: Sequence[int], *, by: Actor) -> None:
    """Who got one of several leaves the others. Courses that somebody else has locked are left to
    the job of the next minute: waiting for them here could block two bookings.
    """
    others = waitlist_queries.left_siblings(entry_ids)
    if not others:
        return
    free = set(
        session.scalars(
            select(Course.id)
            .where(Course.id.in_({entry.course_id for entry in others}))
            .with_for_update(skip_locked=True)
        )
    )
    leaving = [entry.id for entry in others if entry.course_id in free]
    end_locked(session, leaving, WaitlistStatus.LEFT, by=by, reason="anderer Platz der Gruppe")


def _end_offer(offer: WaitlistOffer, outcome: OfferOutcome) -> None:
    offer.outcome, offer.ended_at = outcome, clock.now()


def _note(
    session: Session, what: str, entry: WaitlistEntry, *, by: Actor, reason: str = ""
) -> None:
    record(
        session,
        f"waitlist.{what}",
        by=by,
        kind="waitlist_entry",
        object_id=entry.id,
        course=entry.course_id,
        reason=reason,
    )
