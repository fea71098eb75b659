"""Reading alerts: whose they are, and whom something is to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.accounts.queries import find_customer
from kmz.accounts.rules import email_key
from kmz.alerts import rules
from kmz.alerts.models import Alert, SavedSearch, SeatAlert
from kmz.alerts.wanted import Wanted
from kmz.catalog.light import LightCourse, light_columns
from kmz.catalog.models import Course
from kmz.crypto import token_digest
from kmz.db import db

TABLES: tuple[type[Alert], ...] = (SavedSearch, SeatAlert)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom alerts belong to: a customer with the mailbox of the account, or a guest's mailbox."""

    customer_id: int | None
    email_key: str | None


def owner_of(customer: CustomerAccount) -> Owner:
    return Owner(customer.id, customer.email_key)


def owner_of_mailbox(email: str) -> Owner:
    """Who reads this mailbox; the customer whose address it is, if it is one's."""
    customer = find_customer(email)
    return owner_of(customer) if customer else Owner(None, email_key(email))


def named(table: type[Alert], owner: Owner) -> ColumnElement[bool]:
    """The condition that a row is this owner's, or names the mailbox and waits to be confirmed."""
    in_account = table.customer_id == owner.customer_id if owner.customer_id else false()
    as_guest = table.email_key == owner.email_key if owner.email_key else false()
    return or_(in_account, as_guest)


def belongs_to(table: type[Alert], owner: Owner) -> ColumnElement[bool]:
    """The condition that a row is this owner's: ordered in the account, or confirmed as a guest."""
    return and_(named(table, owner), table.confirmed_at.is_not(None))


def count_alerts(table: type[Alert], owner: Owner) -> int:
    """How many alerts of a kind somebody has."""
    query = select(func.count()).select_from(table).where(belongs_to(table, owner))
    return db.session.scalar(query) or 0


def find_same(wanted: Wanted, owner: Owner) -> Alert | None:
    """What the owner ordered already of the same."""
    query = select(wanted.table).where(wanted.is_same(), belongs_to(wanted.table, owner))
    return db.session.scalars(query.limit(1)).first()


def find_key(wanted: Wanted, owner: Owner) -> str | None:
    """The key that ends what this mailbox ordered of the same, confirmed or not."""
    table = wanted.table
    query = select(table.end_key).where(wanted.is_same(), named(table, owner))
    return db.session.scalar(query.order_by(table.id).limit(1))


def recent_mail_count(owner: Owner) -> int:
    """How many links to confirm a mailbox was sent within a day."""
    since = clock.now() - rules.MAIL_WINDOW
    return sum(
        db.session.scalar(
            select(func.count())
            .select_from(table)
            .where(table.email_key == owner.email_key, table.created_at > since)
        )
        or 0
        for table in TABLES
    )


def find_unconfirmed(token: str) -> Alert | None:
    """The alert that a mailed link may still confirm; a course comes with it."""
    for table in TABLES:
        found = _first(
            table,
            table.confirm_token_hash == token_digest(token),
            table.confirmed_at.is_(None),
            table.created_at > clock.now() - rules.LINK_LIFETIME,
        )
        if found is not None:
            return found
    return None


def find_by_key(end_key: str) -> Alert | None:
    """An alert by the key in the link that ends it; a course comes with it."""
    for table in TABLES:
        found = _first(table, table.end_key == end_key)
        if found is not None:
            return found
    return None


def _first(table: type[Alert], *conditions: ColumnElement[bool]) -> Alert | None:
    with_course = [joinedload(SeatAlert.course)] if table is SeatAlert else []
    query = select(table).where(*conditions).options(*with_course).limit(1)
    return db.session.scalars(query).first()


def searches_of(owner: Owner) -> list[SavedSearch]:
    """Somebody's Suchabos, the newest first."""
    query = select(SavedSearch).where(belongs_to(SavedSearch, owner))
    return list(db.session.scalars(query.order_by(SavedSearch.id.desc())))


def seat_alerts_of(owner: Owner) -> list[SeatAlert]:
    """The courses in which somebody waits for a seat, the newest first."""
    query = (
        select(SeatAlert)
        .where(belongs_to(SeatAlert, owner))
        .options(joinedload(SeatAlert.course))
        .order_by(SeatAlert.id.desc())
    )
    return list(db.session.scalars(query))


def _can_be_mailed(table: type[Alert]) -> ColumnElement[bool]:
    """Confirmed, and of a guest or of a customer who has an address and is not locked out."""
    customer = and_(
        CustomerAccount.email != "",
        CustomerAccount.disabled_at.is_(None),
        CustomerAccount.closed_at.is_(None),
    )
    return and_(table.confirmed_at.is_not(None), or_(table.customer_id.is_(None), customer))


@dataclass(frozen=True, slots=True)
class DueSearch:
    """A Suchabo that may be mailed today, and where to; `kept_until` is empty for a customer's."""

    id: int
    name: str
    query: str
    checked_until: datetime
    end_key: str
    recipient: str
    kept_until: datetime | None


def due_searches(now: datetime) -> list[DueSearch]:
    """The Suchabos that were not mailed yet today."""
    query = (
        select(SavedSearch, func.coalesce(CustomerAccount.email, SavedSearch.email))
        .outerjoin(CustomerAccount, CustomerAccount.id == SavedSearch.customer_id)
        .where(
            _can_be_mailed(SavedSearch),
            or_(SavedSearch.mailed_at.is_(None), SavedSearch.mailed_at < rules.start_of_day(now)),
        )
        .order_by(SavedSearch.id)
    )
    return [_due(search, recipient) for search, recipient in db.session.execute(query)]


def _due(search: SavedSearch, recipient: str) -> DueSearch:
    is_guest = search.customer_id is None and search.confirmed_at is not None
    return DueSearch(
        id=search.id,
        name=search.name,
        query=search.query,
        checked_until=search.checked_until,
        end_key=search.end_key,
        recipient=recipient,
        kept_until=(search.confirmed_at or search.created_at) + rules.GUEST_SEARCH_LIFETIME
        if is_guest
        else None,
    )


def published_between(after: datetime, until: datetime) -> dict[int, datetime]:
    """When the courses that became public in this time did so, by id; without those that are over
    or called off.
    """
    query = select(Course.id, Course.published_at).where(
        Course.published_at > after,
        Course.published_at <= until,
        Course.cancelled_at.is_(None),
        Course.withdrawn_at.is_(None),
        or_(Course.ends_on.is_(None), Course.ends_on >= clock.today()),
    )
    return {course_id: at for course_id, at in db.session.execute(query) if at is not None}


@dataclass(frozen=True, slots=True)
class FreedSeat:
    """Somebody who waits for a seat in a course that has one, and where to write."""

    id: int
    recipient: str
    course: LightCourse


def freed_seats() -> list[FreedSeat]:
    """Who waits for a seat in a course that has free ones; whether it can be booked is to be
    asked of its rules.
    """
    occupied = Course.seats_taken + func.coalesce(Course.external_participants, 0)
    query = (
        select(
            SeatAlert.id,
            func.coalesce(CustomerAccount.email, SeatAlert.email),
            *light_columns(),
        )
        .join(Course, Course.id == SeatAlert.course_id)
        .outerjoin(CustomerAccount, CustomerAccount.id == SeatAlert.customer_id)
        .where(
            _can_be_mailed(SeatAlert),
            Course.published_at.is_not(None),
            Course.cancelled_at.is_(None),
            occupied < Course.max_participants,
        )
        .order_by(SeatAlert.id)
    )
    return [FreedSeat(row[0], row[1], LightCourse(*row[2:])) for row in db.session.execute(query)]


def seatless_courses(now: datetime) -> Sequence[int]:
    """Ids of courses in which nobody needs to wait for a seat any more: called off, over, gone."""
    gone = Course.withdrawn_at < now - rules.WITHDRAWN_KEPT_FOR
    query = (
        select(Course.id)
        .join(SeatAlert, SeatAlert.course_id == Course.id)
        .where(or_(Course.cancelled_at.is_not(None), Course.ends_on < clock.today(), gone))
        .distinct()
    )
    return db.session.scalars(query).all()
