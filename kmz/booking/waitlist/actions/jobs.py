"""What happens to the Warteliste by itself: offers lapse, seats are handed out, lists end."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import SYSTEM, record
from kmz.booking import queries
from kmz.booking.models import WaitlistEntry, WaitlistStatus
from kmz.booking.waitlist import mails
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.actions.offers import end_entries, end_locked, hand_out, lock_courses
from kmz.booking.waitlist.rules import KEPT_AFTER_END, list_is_over
from kmz.catalog.light import LightCourse
from kmz.db import count_changed, db, transaction


def look_after_waitlists() -> None:
    """The job of every minute. Each course has its own transaction; whatever comes in between is
    decided under the locks.
    """
    _lapse_offers()
    _end_lists()
    _leave_groups()
    _hand_out_seats()


def _lapse_offers() -> None:
    """End offers whose time is over, tell their people (M31) and ask the next ones."""
    now = clock.now()
    lapsed = waitlist_queries.lapsed_offers(now)
    db.session.rollback()
    for entry_id, course_id in lapsed:
        with transaction() as session:
            lock_courses(session, [course_id])
            still = (entry_id, course_id) in waitlist_queries.lapsed_offers(now)
            ids = [entry_id] if still else []
            for entry in end_locked(session, ids, WaitlistStatus.LAPSED, by=SYSTEM):
                mails.send_lapsed(session, entry)
    if lapsed:
        log.event("waitlist.lapsed", offers=len(lapsed))


def _end_lists() -> None:
    """Nobody waits for a course that was called off or that nobody can join any more (M32)."""
    now = clock.now()
    courses = queries.light_courses(waitlist_queries.courses_with_a_list())
    db.session.rollback()
    for course in courses:
        if list_is_over(course, now):
            _end_list(course)


def _end_list(course: LightCourse) -> None:
    reason = (
        "Der Kurs fällt leider aus."
        if course.cancelled_at
        else "Der Kurs hat begonnen, ohne dass ein Platz frei wurde."
    )
    with transaction() as session:
        lock_courses(session, [course.id])
        ids = [place.entry.id for place in waitlist_queries.list_of(course.id)]
        for entry in end_locked(session, ids, WaitlistStatus.REMOVED, by=SYSTEM, reason=reason):
            mails.send_removed(session, entry, reason)


def _leave_groups() -> None:
    """Who got one of several courses leaves the lists of the others, where the booking itself could
    not see to it.
    """
    ids = waitlist_queries.siblings_of_booked()
    db.session.rollback()
    for entry_id in ids:
        with transaction() as session:
            end_entries(
                session, [entry_id], WaitlistStatus.LEFT, by=SYSTEM, reason="anderer Platz gebucht"
            )


def _hand_out_seats() -> None:
    """Seats that became free without a booking: more places, fewer people from elsewhere."""
    course_ids = waitlist_queries.courses_with_seats_to_offer()
    db.session.rollback()
    made = 0
    for course_id in course_ids:
        with transaction() as session:
            lock_courses(session, [course_id])
            made += hand_out(session, course_id)
    if made:
        log.event("waitlist.offered", offers=made)


def delete_old_entries() -> None:
    """Forget who waited a year after it ended, with all offers."""
    with transaction() as session:
        old = WaitlistEntry.ended_at < clock.now() - KEPT_AFTER_END
        gone = count_changed(session, delete(WaitlistEntry).where(old))
        if gone:
            record(session, "waitlist.purged", by=SYSTEM, kind="waitlist_entry", count=gone)


def forget_waiting(session: Session, customer: CustomerAccount) -> None:
    """Take a leaving customer off all lists, also as a guest of the same mailbox, and forget it;
    part of the caller's transaction (L28). What was kept for them goes on to the next ones.
    """
    own = waitlist_queries.belongs_to(customer)
    ids = session.scalars(select(WaitlistEntry.id).where(own)).all()
    end_entries(session, ids, WaitlistStatus.LEFT, by=customer)
    count_changed(session, delete(WaitlistEntry).where(WaitlistEntry.id.in_(ids)))
