"""Joining the Warteliste and leaving it; what the office does there out of turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.audit.actions import VISITOR, Actor, record
from kmz.booking import queries
from kmz.booking.models import WaitlistEntry, WaitlistStatus
from kmz.booking.waitlist import mails, problems
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.actions.offers import (
    count_seats,
    end_entries,
    hand_out,
    lock_courses,
    make_offer,
    offer_time,
    seats_to_offer,
    take_back,
)
from kmz.booking.waitlist.links import link_token
from kmz.booking.waitlist.problems import Waiting
from kmz.booking.waitlist.rules import MAIL_WINDOW, MAX_MAILS
from kmz.crypto import new_token, token_digest
from kmz.db import transaction
from kmz.errors import NotFoundError, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants to wait for which courses ("einen von diesen", where there are several), and how
    many may wait for one at most.
    """

    course_ids: Sequence[int]
    people: Sequence[Waiting]
    most: int


def join(wish: Wish, *, customer: CustomerAccount) -> None:
    """Put a customer's people on the list and confirm each (M11).

    RefusedError when a course is not full or its list is, or somebody is on it or booked already.
    """
    with transaction() as session:
        _refuse_closed_lists(session, wish)
        for course_id in wish.course_ids:
            (course,) = queries.light_courses([course_id])
            found = problems.person_problems(course, wish.people)
            if found:
                raise RefusedError(*found)
        for person in wish.people:
            _add(session, wish.course_ids, person, customer=customer, by=customer)
        _hand_out(session, wish)
    log.event("waitlist.joined", actor=customer.actor_name)


def join_as_guest(wish: Wish, email: str) -> None:
    """Put a guest on the list and confirm it (M11).

    The caller says the same in every case: who waits already gets the mail again, a few times a
    day; who is booked gets none, and nobody learns of it. RefusedError when a course is not full or
    its list is.
    """
    with transaction() as session:
        _refuse_closed_lists(session, wish)
        (person,) = wish.people
        if waitlist_queries.recent_mails(email, clock.now() - MAIL_WINDOW) >= MAX_MAILS:
            return
        new = [one for one in wish.course_ids if not _is_known(session, one, person)]
        if new:
            _add(session, new, person, email=email, by=VISITOR)
        _hand_out(session, wish)
    log.event("waitlist.joined", actor=VISITOR.actor_name)


def _is_known(session: Session, course_id: int, person: Waiting) -> bool:
    """Whether a guest is booked, or waits for the course already; who waits is told again."""
    if (course_id, person.key) in queries.active_participants([course_id]):
        return True
    known = waitlist_queries.find_entry(course_id, person.key)
    if known is None:
        return False
    _tell(session, known, group_size=1)
    return True


def _refuse_closed_lists(session: Session, wish: Wish) -> None:
    """Locks the courses; what is decided afterwards stays true."""
    lock_courses(session, wish.course_ids)
    found = []
    for course in queries.light_courses(list(wish.course_ids)):
        found += problems.state_problems(course, most=wish.most)
    if found:
        raise RefusedError(*found)


def _add(
    session: Session,
    course_ids: Sequence[int],
    person: Waiting,
    *,
    by: Actor,
    customer: CustomerAccount | None = None,
    email: str = "",
) -> None:
    """One person on the lists of some courses, under their locks."""
    group_key = new_token() if len(course_ids) > 1 else None
    entries = [
        WaitlistEntry(
            course_id=course_id,
            customer_id=customer.id if customer else None,
            email=email,
            participant_first_name=person.name.first_name,
            participant_last_name=person.name.last_name,
            participant_key=person.key,
            birth_date=person.birth_date,
            group_key=group_key,
            status=WaitlistStatus.WAITING,
            waitlisted_at=clock.now(),
        )
        for course_id in course_ids
    ]
    session.add_all(entries)
    session.flush()
    for entry in entries:
        if customer is None:
            entry.link_hash = token_digest(link_token(entry))
        count_seats(session, entry.course_id, waiting=1)
        record(
            session,
            "waitlist.joined",
            by=by,
            kind="waitlist_entry",
            object_id=entry.id,
            course=entry.course_id,
        )
    session.flush()
    for entry in waitlist_queries.entries_by_id([entry.id for entry in entries]):
        _tell(session, entry, group_size=len(entries))


def _tell(session: Session, entry: WaitlistEntry, *, group_size: int) -> None:
    number = waitlist_queries.number_of(entry)
    mails.send_joined(session, entry, number=number, group_size=group_size)


def _hand_out(session: Session, wish: Wish) -> None:
    """A seat may have become free in the meantime."""
    for course_id in sorted(wish.course_ids):
        hand_out(session, course_id)


def leave(entry_id: int, *, by: Actor) -> bool:
    """Leave the list, or decline the offer; what was kept goes on to the next one. Twice changes
    nothing (BKG-08): False when there was nothing to leave, or it is being booked.
    """
    with transaction() as session:
        return bool(end_entries(session, [entry_id], WaitlistStatus.LEFT, by=by))


def remove(course_id: int, entry_id: int, *, reason: str, by: StaffUser) -> bool:
    """Staff take an entry off the list; its person is told why (M32). False when it was off, or is
    being booked.
    """
    with transaction() as session:
        known = session.get(WaitlistEntry, entry_id)
        if known is None or known.course_id != course_id:
            raise NotFoundError
        ended = end_entries(session, [entry_id], WaitlistStatus.REMOVED, by=by, reason=reason)
        for entry in ended:
            mails.send_removed(session, entry, reason)
        return bool(ended)


def add_by_staff(course_id: int, person: Waiting, email: str, *, by: StaffUser) -> None:
    """Somebody who phoned waits like everybody else. RefusedError when the person is on the list or
    booked already.
    """
    with transaction() as session:
        lock_courses(session, [course_id])
        courses = queries.light_courses([course_id])
        if not courses:
            raise NotFoundError
        found = problems.person_problems(courses[0], [person])
        if found:
            raise RefusedError(*found)
        _add(session, [course_id], person, email=email, by=by)
        hand_out(session, course_id)


def offer_out_of_turn(
    course_id: int, entry_id: int, *, reason: str, instead_of: int | None, by: StaffUser
) -> None:
    """Offer a seat to an entry that is not the first: a free one, or that of the open offer to the
    entry `instead_of`, whose person is told (M33) and waits on.

    RefusedError when there is no seat, the course cannot be booked, or the seat is being booked.
    """
    with transaction() as session:
        lock_courses(session, [course_id])
        entry = _get_entry(course_id, entry_id)
        if entry.status != WaitlistStatus.WAITING:
            raise RefusedError(problems.OFFER_GONE)
        if instead_of is not None:
            _take_back(session, course_id, instead_of, reason=reason, by=by)
        (course,) = queries.light_courses([course_id])
        until = offer_time(course)
        if until is None:
            raise RefusedError(problems.NOT_OFFERED)
        if seats_to_offer(course) < 1:
            raise RefusedError(problems.NO_SEAT)
        make_offer(session, entry, until, by=by, reason=reason)


def _take_back(
    session: Session, course_id: int, entry_id: int, *, reason: str, by: StaffUser
) -> None:
    other = _get_entry(course_id, entry_id)
    offer = waitlist_queries.open_offer(other)
    if offer is None:
        raise RefusedError(problems.OFFER_GONE)
    if not take_back(session, other, offer, by=by, reason=reason):
        raise RefusedError(problems.BEING_BOOKED)
    mails.send_taken_back(session, other, reason)


def _get_entry(course_id: int, entry_id: int) -> WaitlistEntry:
    """An entry on this course's list, as it is now."""
    found = waitlist_queries.entries_by_id([entry_id])
    if not found or found[0].course_id != course_id:
        raise NotFoundError
    return found[0]
