"""Reading the Warteliste; a customer's reads start at the owner, a guest's at the token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.models import (
    OfferOutcome,
    SeatHold,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistStatus,
)
from kmz.booking.waitlist.rules import ON_THE_LIST, CourseTimes, time_left
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course, CourseSession
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.mail.models import OutgoingMail

IS_ON_THE_LIST = WaitlistEntry.status.in_(ON_THE_LIST)


def _details() -> tuple[ExecutableOption, ...]:
    """Loads what pages and mails show: course, customer, offers."""
    return (
        joinedload(WaitlistEntry.course),
        joinedload(WaitlistEntry.customer),
        selectinload(WaitlistEntry.offers),
    )


def belongs_to(customer: CustomerAccount) -> ColumnElement[bool]:
    """The condition that an entry is the customer's, or names the same mailbox as a guest's."""
    if not customer.email_key:
        return WaitlistEntry.customer_id == customer.id
    as_guest = and_(
        WaitlistEntry.customer_id.is_(None),
        func.lower(WaitlistEntry.email) == customer.email_key,
    )
    return or_(WaitlistEntry.customer_id == customer.id, as_guest)


def entries_by_id(entry_ids: Collection[int]) -> list[WaitlistEntry]:
    """Entries that are still on the list, as they are now, in their order."""
    query = (
        select(WaitlistEntry)
        .where(WaitlistEntry.id.in_(entry_ids), IS_ON_THE_LIST)
        .order_by(WaitlistEntry.id)
        .options(*_details())
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def next_in_line(course_id: int, count: int) -> list[WaitlistEntry]:
    """Who gets the next seats: by id, without those who got another one of the same group."""
    sibling = aliased(WaitlistEntry)
    has_got_one = (
        select(sibling.id)
        .where(
            sibling.group_key == WaitlistEntry.group_key, sibling.status == WaitlistStatus.BOOKED
        )
        .exists()
    )
    query = (
        select(WaitlistEntry)
        .where(
            WaitlistEntry.course_id == course_id,
            WaitlistEntry.status == WaitlistStatus.WAITING,
            ~has_got_one,
        )
        .order_by(WaitlistEntry.id)
        .limit(count)
        .options(*_details())
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def left_siblings(entry_ids: Collection[int]) -> list[WaitlistEntry]:
    """Entries on the list whose group has got a seat by one of these."""
    groups = select(WaitlistEntry.group_key).where(
        WaitlistEntry.id.in_(entry_ids), WaitlistEntry.group_key.is_not(None)
    )
    query = select(WaitlistEntry).where(
        WaitlistEntry.group_key.in_(groups), WaitlistEntry.id.not_in(entry_ids), IS_ON_THE_LIST
    )
    return list(db.session.scalars(query.order_by(WaitlistEntry.id)))


def people_on_the_list(course_id: int) -> set[str]:
    """The keys of everybody who is on a course's list."""
    query = select(WaitlistEntry.participant_key).where(
        WaitlistEntry.course_id == course_id, IS_ON_THE_LIST
    )
    return set(db.session.scalars(query))


def find_entry(course_id: int, participant_key: str) -> WaitlistEntry | None:
    """The place of a person on a course's list."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.course_id == course_id,
        WaitlistEntry.participant_key == participant_key,
        IS_ON_THE_LIST,
    )
    return db.session.scalar(query.options(*_details()))


def number_of(entry: WaitlistEntry) -> int:
    """The place of an entry that is on the list."""
    query = select(func.count()).where(
        WaitlistEntry.course_id == entry.course_id, WaitlistEntry.id <= entry.id, IS_ON_THE_LIST
    )
    return db.session.scalar(query) or 0


def times_of(course: LightCourse) -> CourseTimes:
    """The moments of a course that end an offer. Where the feed gives no times, days count: it
    begins at midnight, and is over at the midnight after its last day.
    """
    if course.starts_on is None:
        return CourseTimes(None, None, course.booking_closes_at)
    first = db.session.scalar(
        select(func.min(CourseSession.starts_at)).where(
            CourseSession.course_id == course.id,
            CourseSession.day == course.starts_on,
            CourseSession.is_cancelled.is_(False),
        )
    )
    last_day = course.ends_on or course.starts_on
    return CourseTimes(
        first or clock.berlin_moment(course.starts_on),
        clock.berlin_moment(last_day + timedelta(days=1)),
        course.booking_closes_at,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as its person sees it: the place and of how many; the open offer, if there is one,
    and the key of the form in which it is being booked.
    """

    entry: WaitlistEntry
    number: int
    of: int

    @property
    def offer(self) -> WaitlistOffer | None:
        return open_offer(self.entry)

    def time_left(self, now: datetime) -> str:
        """How long the offer is still good, in words."""
        return time_left(self.offer.until, now) if self.offer else ""


def open_offer(entry: WaitlistEntry) -> WaitlistOffer | None:
    """The offer that a person may still accept."""
    return next((one for one in entry.offers if one.outcome == OfferOutcome.OPEN), None)


def _places(*conditions: ColumnElement[bool]) -> list[Place]:
    other = aliased(WaitlistEntry)
    same = (other.course_id == WaitlistEntry.course_id, other.status.in_(ON_THE_LIST))
    number = select(func.count()).select_from(other).where(*same, other.id <= WaitlistEntry.id)
    total = select(func.count()).select_from(other).where(*same)
    query = (
        select(
            WaitlistEntry,
            number.correlate(WaitlistEntry).scalar_subquery(),
            total.correlate(WaitlistEntry).scalar_subquery(),
        )
        .where(*conditions)
        .order_by(WaitlistEntry.id)
        .options(*_details())
    )
    return [Place(*row) for row in db.session.execute(query)]


def places_of(customer_id: int) -> list[Place]:
    """Where a customer's people wait."""
    return _places(WaitlistEntry.customer_id == customer_id, IS_ON_THE_LIST)


def place_by_token(token: str) -> Place:
    """The guest's place behind a mailed link, also when it has ended; NotFoundError if nobody of
    us made the link.
    """
    found = _places(WaitlistEntry.link_hash == token_digest(token))
    if not found:
        raise NotFoundError
    return found[0]


def get_own_entry(customer_id: int, entry_id: int) -> WaitlistEntry:
    """One of the customer's own entries, also when it has ended; a foreign id is not found."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.id == entry_id, WaitlistEntry.customer_id == customer_id
    )
    entry = db.session.scalar(query.options(*_details()))
    if entry is None:
        raise NotFoundError
    return entry


def list_of(course_id: int) -> list[Place]:
    """A course's list in its order, for the office."""
    return _places(WaitlistEntry.course_id == course_id, IS_ON_THE_LIST)


def ended_of(course_id: int) -> list[WaitlistEntry]:
    """Who is no longer on a course's list, the last first."""
    query = select(WaitlistEntry).where(
        WaitlistEntry.course_id == course_id, WaitlistEntry.status.not_in(ON_THE_LIST)
    )
    last = query.order_by(WaitlistEntry.ended_at.desc(), WaitlistEntry.id.desc()).limit(50)
    return list(db.session.scalars(last.options(*_details())))


def recent_mails(email: str, since: datetime) -> int:
    """How many mails about joining an address got."""
    query = select(func.count()).where(
        OutgoingMail.kind == "M11", OutgoingMail.recipient == email, OutgoingMail.created_at > since
    )
    return db.session.scalar(query) or 0


def lapsed_offers(now: datetime) -> list[tuple[int, int]]:
    """Entry and course of offers whose time is over, or whose seat was let go."""
    over = select(WaitlistEntry.id, WaitlistEntry.course_id).join(WaitlistEntry.offers)
    query = (
        over.outerjoin(SeatHold, SeatHold.offer_id == WaitlistOffer.id)
        .where(
            WaitlistOffer.outcome == OfferOutcome.OPEN,
            (SeatHold.id.is_(None)) | (SeatHold.expires_at <= now),
        )
        .order_by(WaitlistEntry.id)
    )
    return [(entry_id, course_id) for entry_id, course_id in db.session.execute(query)]


def courses_with_seats_to_offer() -> list[int]:
    """Courses that have a free seat and somebody who waits."""
    occupied = Course.seats_taken + func.coalesce(Course.external_participants, 0)
    query = select(Course.id).where(
        Course.seats_waiting > 0,
        Course.published_at.is_not(None),
        Course.cancelled_at.is_(None),
        occupied + Course.seats_held < Course.max_participants,
    )
    return list(db.session.scalars(query.order_by(Course.id)))


def courses_with_a_list() -> list[int]:
    """Courses on whose list somebody is."""
    query = select(WaitlistEntry.course_id).where(IS_ON_THE_LIST).distinct()
    return list(db.session.scalars(query.order_by(WaitlistEntry.course_id)))


def siblings_of_booked() -> list[int]:
    """Ids of entries on the list whose group has got a seat elsewhere."""
    booked = aliased(WaitlistEntry)
    query = (
        select(WaitlistEntry.id)
        .join(booked, booked.group_key == WaitlistEntry.group_key)
        .where(IS_ON_THE_LIST, booked.status == WaitlistStatus.BOOKED)
        .distinct()
    )
    return list(db.session.scalars(query))


def history_of(customer: CustomerAccount) -> list[WaitlistEntry]:
    """Everything that is kept of a customer's waiting, the oldest first."""
    query = select(WaitlistEntry).where(belongs_to(customer)).order_by(WaitlistEntry.id)
    return list(db.session.scalars(query.options(*_details())))
