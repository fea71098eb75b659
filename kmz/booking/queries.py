"""Reading carts, drafts and bookings; a customer's reads start at the owner."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.drafted import DraftContent
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingDraft,
    BookingRequest,
    BookingStatus,
    Cart,
    CartItem,
    ConcessionReason,
    Participant,
    SeatHold,
)
from kmz.booking.rules import CartOwner
from kmz.catalog.light import LightCourse, light_columns
from kmz.catalog.models import Course, CourseSession
from kmz.catalog.queries import sessions_with_places
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError


def _owned(owner: CartOwner) -> Select[Cart]:
    if owner.customer_id is not None:
        return select(Cart).where(Cart.customer_id == owner.customer_id)
    return select(Cart).where(Cart.token_hash == token_digest(owner.token or ""))


def find_cart(owner: CartOwner) -> Cart | None:
    """The cart of a customer or visitor; None when nothing was put in yet."""
    if owner.customer_id is None and not owner.token:
        return None
    return db.session.scalar(_owned(owner))


def cart_count(owner: CartOwner) -> int:
    """How many courses the cart holds; costs no query for a visitor without a cart."""
    if owner.customer_id is None and not owner.token:
        return 0
    cart_id = _owned(owner).with_only_columns(Cart.id).scalar_subquery()
    return db.session.scalar(select(func.count()).where(CartItem.cart_id == cart_id)) or 0


def is_in_cart(owner: CartOwner, course_id: int) -> bool:
    cart = find_cart(owner)
    if cart is None:
        return False
    query = select(CartItem.id).where(CartItem.cart_id == cart.id, CartItem.course_id == course_id)
    return db.session.scalar(query) is not None


def cart_courses(owner: CartOwner) -> list[Course]:
    """The courses in the cart in the order in which they were put in."""
    if owner.customer_id is None and not owner.token:
        return []
    cart_id = _owned(owner).with_only_columns(Cart.id).scalar_subquery()
    query = (
        select(Course)
        .join(CartItem, CartItem.course_id == Course.id)
        .where(CartItem.cart_id == cart_id, Course.published_at.is_not(None))
        .order_by(CartItem.id)
        .options(sessions_with_places())
    )
    return list(db.session.scalars(query))


def courses_by_id(course_ids: list[int]) -> list[Course]:
    """Courses with everything that the booking form and its mails show, by id."""
    query = (
        select(Course)
        .where(Course.id.in_(course_ids))
        .order_by(Course.id)
        .options(sessions_with_places())
    )
    return list(db.session.scalars(query))


def find_customer(owner: CartOwner) -> CustomerAccount | None:
    """The account behind a customer's cart; visitors have none."""
    return db.session.get(CustomerAccount, owner.customer_id) if owner.customer_id else None


def draft_owned(owner: CartOwner) -> ColumnElement[bool]:
    """Whether a draft is this customer's, or this visitor's."""
    if owner.customer_id is not None:
        return BookingDraft.customer_id == owner.customer_id
    return and_(
        BookingDraft.token_hash == token_digest(owner.token or ""),
        BookingDraft.customer_id.is_(None),
    )


def get_draft(owner: CartOwner, key: str) -> BookingDraft:
    """The owner's own draft; a foreign key is not found."""
    draft = db.session.scalar(
        select(BookingDraft).where(BookingDraft.key == key, draft_owned(owner))
    )
    if draft is None:
        raise NotFoundError
    return draft


def find_open_draft(owner: CartOwner, course_ids: list[int]) -> BookingDraft | None:
    """The owner's latest form for the same courses that is not booked yet."""
    query = (
        select(BookingDraft)
        .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
        .where(draft_owned(owner), BookingRequest.id.is_(None))
        .order_by(BookingDraft.id.desc())
        .limit(10)
    )
    wanted = sorted(course_ids)
    for draft in db.session.scalars(query):
        if sorted(DraftContent.from_json(draft.content).course_ids) == wanted:
            return draft
    return None


def attended_sessions(customer_id: int, since: date) -> list[Booking]:
    """The customer's bookings that hold a seat, with the sessions of courses that go on."""
    query = (
        select(Booking)
        .join(Booking.course)
        .where(
            Booking.customer_id == customer_id,
            Booking.status.in_(SEAT_HOLDING),
            Course.ends_on >= since,
        )
        .options(contains_eager(Booking.course).selectinload(Course.sessions))
    )
    return list(db.session.scalars(query))


def holds_of(draft_id: int) -> dict[int, SeatHold]:
    """The seats that an open form holds, by course; those whose time is over do not count."""
    query = select(SeatHold).where(SeatHold.draft_id == draft_id, SeatHold.expires_at > clock.now())
    return {hold.course_id: hold for hold in db.session.scalars(query)}


def concession_reasons() -> list[ConcessionReason]:
    """The reasons for an Ermäßigung that the form offers, in their order."""
    query = select(ConcessionReason).where(ConcessionReason.is_active)
    order = query.order_by(ConcessionReason.position, ConcessionReason.label)
    return list(db.session.scalars(order))


def light_courses(course_ids: list[int]) -> list[LightCourse]:
    """Courses without their texts, by id; also when they are no longer published."""
    query = select(*light_columns()).where(Course.id.in_(course_ids)).order_by(Course.id)
    return [LightCourse(*row) for row in db.session.execute(query)]


def find_request(owner: CartOwner, draft_key: str) -> BookingRequest | None:
    """The request that the owner's draft became, with its bookings and courses."""
    query = select(BookingRequest).where(BookingRequest.draft_key == draft_key)
    if owner.customer_id is not None:
        query = query.where(BookingRequest.customer_id == owner.customer_id)
    else:
        own = select(BookingDraft.key).where(draft_owned(owner))
        query = query.where(BookingRequest.draft_key.in_(own))
    return db.session.scalar(
        query.options(
            selectinload(BookingRequest.bookings).joinedload(Booking.course),
            joinedload(BookingRequest.customer),
        )
    )


def has_request(customer_id: int, reference: str) -> bool:
    """Whether a Vorgangsnummer is one of this customer's."""
    query = select(BookingRequest.id).where(
        BookingRequest.reference == reference, BookingRequest.customer_id == customer_id
    )
    return db.session.scalar(query) is not None


def get_request(owner: CartOwner, draft_key: str) -> BookingRequest:
    request = find_request(owner, draft_key)
    if request is None:
        raise NotFoundError
    return request


def open_bookings(customer_id: int) -> list[Booking]:
    """What was received and is not firmly booked yet, the newest first (U33)."""
    query = (
        select(Booking)
        .where(Booking.customer_id == customer_id, Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.id.desc())
        .options(joinedload(Booking.course), joinedload(Booking.request))
    )
    return list(db.session.scalars(query))


def booking_totals(customer_id: int) -> tuple[int, date | None, date | None]:
    """How many courses are firmly booked, since which day, and the next session's day."""
    query = select(func.count(), func.min(Booking.requested_at)).where(
        Booking.customer_id == customer_id, Booking.status == BookingStatus.CONFIRMED
    )
    count, first = db.session.execute(query).one()
    next_day = db.session.scalar(
        select(func.min(CourseSession.day))
        .join(Booking, Booking.course_id == CourseSession.course_id)
        .where(
            Booking.customer_id == customer_id,
            Booking.status == BookingStatus.CONFIRMED,
            CourseSession.day >= clock.today(),
            CourseSession.is_cancelled.is_(False),
        )
    )
    since = clock.in_berlin(first).date() if count else None
    return count, since, next_day


def active_participants(course_ids: list[int]) -> list[tuple[int, str]]:
    """Course id and participant key of everybody who holds a seat in these courses."""
    query = select(Booking.course_id, Booking.participant_key).where(
        Booking.course_id.in_(course_ids), Booking.status.in_(SEAT_HOLDING)
    )
    return [(course_id, key) for course_id, key in db.session.execute(query)]


def participants_of(customer_id: int) -> list[Participant]:
    """The Teilnehmende Personen of a customer, in the order in which they were added."""
    query = select(Participant).where(Participant.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Participant.id)))


def get_participant(customer_id: int, participant_id: int) -> Participant:
    """One of the customer's own people; a foreign id is not found."""
    query = select(Participant).where(
        Participant.id == participant_id, Participant.customer_id == customer_id
    )
    person = db.session.scalar(query)
    if person is None:
        raise NotFoundError
    return person
