"""Reading carts, drafts and bookings; a customer's reads start at the owner."""

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, and_, bindparam, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.banking.models import SepaMandate
from kmz.booking.course_facts import Facts, SessionRow, facts
from kmz.booking.models import SEAT_HOLDING, Booking, BookingDraft, BookingRequest, SeatHold
from kmz.booking.rules import BookingOwner, CartOwner
from kmz.catalog.light import LightCourse, light_columns
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.catalog.places import address_line
from kmz.catalog.queries import course_details, sessions_with_places
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.web.recent import RecentMemory, recent_memory

_KEPT_COURSES = 2000


def courses_by_id(course_ids: list[int]) -> list[Course]:
    """Courses with everything that the booking form and its mails show, by id."""
    query = (
        select(Course)
        .where(Course.id.in_(course_ids))
        .order_by(Course.id)
        .options(sessions_with_places())
    )
    return list(db.session.scalars(query))


def light_courses(course_ids: list[int]) -> list[LightCourse]:
    """Courses without their texts, by id; also when they are no longer published."""
    query = select(*light_columns()).where(Course.id.in_(course_ids)).order_by(Course.id)
    return [LightCourse(*row) for row in db.session.execute(query)]


def get_light_course(slug: str) -> LightCourse:
    """A published course without its texts."""
    query = select(*light_columns()).where(Course.slug == slug, Course.published_at.is_not(None))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    return LightCourse(*row)


def owned_by(owner: BookingOwner) -> ColumnElement[bool]:
    """The bookings of a customer, or of the request behind a guest's link."""
    if owner.customer_id is not None:
        return Booking.customer_id == owner.customer_id
    linked = select(BookingRequest.id).where(
        BookingRequest.link_hash == owner.link_hash, BookingRequest.customer_id.is_(None)
    )
    return Booking.request_id.in_(linked)


def has_bookings(owner: BookingOwner) -> bool:
    """Whether there is any; a guest's link without one is dead."""
    return db.session.scalar(select(Booking.id).where(owned_by(owner)).limit(1)) is not None


def has_request(customer_id: int, reference: str) -> bool:
    """Whether a Vorgangsnummer is one of this customer's."""
    query = select(BookingRequest.id).where(
        BookingRequest.reference == reference, BookingRequest.customer_id == customer_id
    )
    return db.session.scalar(query) is not None


def active_participants(course_ids: list[int]) -> list[tuple[int, str]]:
    """Course id and participant key of everybody who holds a seat in these courses."""
    query = select(Booking.course_id, Booking.participant_key).where(
        Booking.course_id.in_(course_ids), Booking.status.in_(SEAT_HOLDING)
    )
    return [(course_id, key) for course_id, key in db.session.execute(query)]


# Asked while others wait for the seat: made once.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_TEACHERS = (
    select(CourseInstructor.course_id, Instructor)
    .join(CourseInstructor.instructor)
    .where(CourseInstructor.course_id.in_(_IDS))
    .order_by(CourseInstructor.course_id, CourseInstructor.position)
)
_TERMINE = (
    select(
        *(Course.id, Course.starts_on, Course.format),
        *(CourseSession.day, CourseSession.starts_at, CourseSession.ends_at),
        *(CourseSession.is_cancelled, Room.name.label("room"), Venue.name.label("venue")),
        *(Venue.street, Venue.postal_code, Venue.city),
    )
    .outerjoin(Course.sessions)
    .outerjoin(CourseSession.room)
    .outerjoin(Room.venue)
    .where(Course.id.in_(_IDS))
    .order_by(Course.id, CourseSession.position)
)


def course_facts(course_ids: Collection[int]) -> dict[int, Facts]:
    """What people plan their days by, of each of these courses, in two queries."""
    wanted = {"ids": list(course_ids)}
    people: dict[int, list[str]] = {}
    for course_id, person in db.session.execute(_TEACHERS, wanted):
        people.setdefault(course_id, []).append(person.full_name)
    found: dict[int, Facts] = {}
    for (course_id, first, way), rows in groupby(
        db.session.execute(_TERMINE, wanted), key=lambda row: row[:3]
    ):
        sessions = [_session_row(row) for row in rows if row.day is not None]
        names = people.get(course_id, [])
        found[course_id] = facts(sessions, names, first_day=first, way=way)
    return found


def agreed_facts(courses: Iterable[LightCourse]) -> dict[int, Facts]:
    """The same of courses whose rows are locked: what a click agrees on.

    A version of a course always has the same facts, so those of the last clicks are kept.
    """
    memory: RecentMemory[Facts] = recent_memory("course_facts", _KEPT_COURSES)
    keys = {course.id: (course.id, course.version) for course in courses}
    found = {course_id: memory.at(key) for course_id, key in keys.items()}
    missing = [course_id for course_id, kept in found.items() if kept is None]
    fresh = course_facts(missing) if missing else {}
    for course_id, new in fresh.items():
        memory.remember(keys[course_id], new)
    return {course_id: kept or fresh[course_id] for course_id, kept in found.items()}


def _session_row(row: Row[*tuple[Any, ...]]) -> SessionRow:
    place = () if row.venue is None else (row.venue, row.room, address_line(row))
    return SessionRow(row.day, row.starts_at, row.ends_at, row.is_cancelled, place)


def bookings_by_id(booking_ids: list[int]) -> list[Booking]:
    """Several bookings with everything that their mails show."""
    query = (
        select(Booking)
        .where(Booking.id.in_(booking_ids))
        .order_by(Booking.id)
        .options(*booking_details())
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def bookings_by_request(booking_ids: list[int]) -> list[list[Booking]]:
    """The same, those of each Vorgang together: they share its mails."""
    vorgang = attrgetter("request_id")
    found = sorted(bookings_by_id(booking_ids), key=vorgang)
    return [list(bookings) for _, bookings in groupby(found, vorgang)]


def seat_holders(course_id: int) -> list[int]:
    """Ids of the bookings that hold a seat in a course."""
    query = select(Booking.id).where(
        Booking.course_id == course_id, Booking.status.in_(SEAT_HOLDING)
    )
    return list(db.session.scalars(query.order_by(Booking.id)))


def booking_details() -> tuple[ExecutableOption, ...]:
    """Loads the course with everything, and the request with its customer."""
    return (
        joinedload(Booking.course).options(*course_details()),
        joinedload(Booking.request)
        .joinedload(BookingRequest.customer)
        .joinedload(CustomerAccount.profile),
    )


def mandate_of(request: BookingRequest) -> SepaMandate | None:
    """The mandate it is collected by. It stays until the fee is collected, also when the customer
    has deleted the Bankverbindung meanwhile (U20).
    """
    return db.session.get(SepaMandate, request.mandate_id) if request.mandate_id else None


def draft_owned(owner: CartOwner) -> ColumnElement[bool]:
    """Whether a draft is this customer's, or this visitor's."""
    if owner.customer_id is not None:
        return BookingDraft.customer_id == owner.customer_id
    return and_(
        BookingDraft.token_hash == token_digest(owner.token or ""),
        BookingDraft.customer_id.is_(None),
    )


def seats_held_for(owner: CartOwner, course_ids: Collection[int]) -> dict[int, int]:
    """The seats that the owner's open forms hold, by course. One that the Warteliste offered is
    booked with its course alone.
    """
    query = (
        select(SeatHold.course_id, func.sum(SeatHold.seats))
        .join(BookingDraft, BookingDraft.id == SeatHold.draft_id)
        .where(
            draft_owned(owner),
            SeatHold.course_id.in_(course_ids),
            SeatHold.expires_at > clock.now(),
        )
        .group_by(SeatHold.course_id)
    )
    if len(course_ids) > 1:
        query = query.where(SeatHold.offer_id.is_(None))
    return {course_id: int(seats) for course_id, seats in db.session.execute(query)}
