"""Reading what leaving needs: own bookings with their terms, declarations, refunds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.leaving.cancellation_rules import (
    SHIPPED_TERMS,
    CancellationTerms,
    cost_today,
    first_day_of,
)
from kmz.booking.leaving.withdrawal_rules import RECEIPT_WINDOW, SHOWN_FOR
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingRequest,
    BookingStatus,
    Refund,
    Withdrawal,
    WithdrawalLine,
)
from kmz.booking.queries import owned_by
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import CancellationPolicy
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import ListFilter, has_words, one_page

PAGE_SIZE = 50

# By the id of a policy, or None (`terms_by_policy`).
Terms = Mapping[int | None, CancellationTerms]


# What `terms_in` reads, for queries that ask more.
POLICY_COLUMNS = (
    CancellationPolicy.id,
    CancellationPolicy.is_default,
    CancellationPolicy.name,
    CancellationPolicy.steps,
)
_POLICIES = select(*POLICY_COLUMNS)


def terms_by_policy() -> Terms:
    """What every policy says now, by its id; under None stands what counts where none is named."""
    return terms_in(db.session.execute(_POLICIES))


def terms_in(rows: Iterable[Sequence[Any]]) -> Terms:
    """The same out of rows of all policies; one of nothing but None stands for no policy."""
    found: dict[int | None, CancellationTerms] = {None: SHIPPED_TERMS}
    for policy_id, is_default, name, steps in rows:
        if policy_id is None:
            continue
        found[policy_id] = CancellationTerms(name, steps)
        if is_default:
            found[None] = found[policy_id]
    return found


def course_terms(policy_id: int | None, policies: Terms) -> CancellationTerms:
    """What leaving a course costs by its policy, else the default one, else the shipped AGB."""
    return policies.get(policy_id) or policies[None]


def agreed_terms(booking: Booking, policies: Terms) -> CancellationTerms:
    """What was agreed at booking; those of the course where that was not written down yet."""
    agreed = booking.agreed.get("cancellation")
    if agreed is not None:
        return CancellationTerms(agreed["name"], agreed["steps"])
    return course_terms(booking.course.cancellation_policy_id, policies)


def cancellation_cost(booking: Booking, policies: Terms) -> int:
    """What a Storno costs today; what is not confirmed yet is an offer and free to take back, and
    nobody pays for a course that does not take place.
    """
    if booking.status == BookingStatus.REQUESTED or booking.course.cancelled_at is not None:
        return 0
    terms = agreed_terms(booking, policies)
    return cost_today(terms, booking.fee_cents, first_day_of(booking), clock.today())


def living_bookings(
    owner: BookingOwner, booking_ids: Collection[int] | None = None
) -> list[Booking]:
    """The owner's bookings that hold a seat, with course and request; of these ids, or all."""
    query = (
        select(Booking)
        .where(owned_by(owner), Booking.status.in_(SEAT_HOLDING))
        .order_by(Booking.id)
        .options(joinedload(Booking.course), joinedload(Booking.request))
    )
    if booking_ids is not None:
        query = query.where(Booking.id.in_(booking_ids))
    return list(db.session.scalars(query))


def living_of_request(request_id: int) -> list[Booking]:
    """The bookings of a Vorgang that hold a seat, with their courses and the request."""
    query = (
        select(Booking)
        .where(Booking.request_id == request_id, Booking.status.in_(SEAT_HOLDING))
        .order_by(Booking.id)
        .options(joinedload(Booking.course), joinedload(Booking.request))
    )
    return list(db.session.scalars(query))


def find_withdrawal(token: str) -> Withdrawal | None:
    """The declaration made with this token."""
    query = select(Withdrawal).where(Withdrawal.key == token_digest(token))
    return db.session.scalar(query.options(*_lines()))


def get_receipt(token: str) -> Withdrawal:
    """The declaration made with this token, as long as its receipt is shown."""
    found = find_withdrawal(token)
    if found is None or found.declared_at < clock.now() - SHOWN_FOR:
        raise NotFoundError
    return found


def lines_of(withdrawal_id: int) -> list[WithdrawalLine]:
    """The bookings that a declaration means, with course and request."""
    query = (
        select(WithdrawalLine)
        .where(WithdrawalLine.withdrawal_id == withdrawal_id)
        .order_by(WithdrawalLine.id)
        .options(
            joinedload(WithdrawalLine.booking).options(
                joinedload(Booking.course), joinedload(Booking.request)
            )
        )
    )
    return list(db.session.scalars(query))


def recent_declarations(email: str) -> int:
    """How many declarations named this address within a day."""
    since: datetime = clock.now() - RECEIPT_WINDOW
    query = select(func.count()).where(
        Withdrawal.declared_at > since, func.lower(Withdrawal.email) == email.lower()
    )
    return db.session.scalar(query) or 0


def withdrawals_of(customer_id: int) -> list[Withdrawal]:
    """A customer's declarations, the newest first."""
    query = (
        select(Withdrawal)
        .where(Withdrawal.customer_id == customer_id)
        .order_by(Withdrawal.id.desc())
        .options(*_lines())
    )
    return list(db.session.scalars(query))


def _lines() -> tuple[ExecutableOption, ...]:
    return (
        selectinload(Withdrawal.lines)
        .joinedload(WithdrawalLine.booking)
        .options(joinedload(Booking.course), joinedload(Booking.request)),
    )


def list_withdrawals(wanted: ListFilter) -> tuple[list[Withdrawal], int]:
    """One page of declarations, the oldest "open" one first or the newest "settled" one; how
    many.
    """
    settled = wanted.state == "settled"
    condition = Withdrawal.settled_at.is_not(None) if settled else Withdrawal.settled_at.is_(None)
    order = Withdrawal.settled_at.desc() if settled else Withdrawal.declared_at
    query = select(Withdrawal).where(condition).order_by(order, Withdrawal.id)
    if wanted.words:
        columns = (Withdrawal.reference, Withdrawal.name, Withdrawal.email, Withdrawal.contract)
        query = query.where(has_words(wanted.words, *columns))
    return one_page(query, wanted.page, PAGE_SIZE)


def all_withdrawals() -> list[Withdrawal]:
    """Every declaration, the oldest first, for the file of the office."""
    return list(db.session.scalars(select(Withdrawal).order_by(Withdrawal.id)))


def get_withdrawal(withdrawal_id: int) -> Withdrawal:
    """A declaration with its bookings."""
    query = select(Withdrawal).where(Withdrawal.id == withdrawal_id).options(*_lines())
    found = db.session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def possible_bookings(withdrawal: Withdrawal) -> list[Booking]:
    """Living bookings that the declaration may mean: those it names, else those of the address."""
    words = {word.strip('.,;:()„“"') for word in withdrawal.contract.split()}
    named = [word for word in words if any(char.isdigit() for char in word)][:20]
    guest_email = BookingRequest.contract_partner["email"].as_string()
    address = func.coalesce(CustomerAccount.email, guest_email)
    meant: list[ColumnElement[bool]] = [
        BookingRequest.reference.in_([word.upper() for word in named])
    ]
    if withdrawal.email:  # a closed account has none
        meant.append(func.lower(address) == withdrawal.email.lower())
    if withdrawal.customer_id is not None:
        meant.append(Booking.customer_id == withdrawal.customer_id)
    query = (
        select(Booking)
        .join(Booking.request)
        .outerjoin(Booking.customer)
        .where(
            Booking.status.in_(SEAT_HOLDING),
            CustomerAccount.closed_at.is_(None),
            or_(*meant),
        )
        .order_by(Booking.id)
        .limit(PAGE_SIZE)
        .options(joinedload(Booking.course), joinedload(Booking.request))
    )
    return list(db.session.scalars(query))


def list_refunds(*, done: bool, page: int) -> tuple[list[Refund], int]:
    """One page of refunds: those due, the earliest day first, or those done, the latest first."""
    condition = Refund.done_at.is_not(None) if done else Refund.done_at.is_(None)
    query = (
        select(Refund)
        .where(condition)
        .order_by(Refund.done_at.desc() if done else Refund.due_on, Refund.id)
        .options(
            joinedload(Refund.booking).options(
                joinedload(Booking.course), joinedload(Booking.request)
            )
        )
    )
    return one_page(query, page, PAGE_SIZE)


def open_refunds(customer_id: int) -> list[Refund]:
    """Money that a customer still gets back."""
    query = (
        select(Refund)
        .join(Refund.booking)
        .where(Booking.customer_id == customer_id, Refund.done_at.is_(None))
        .order_by(Refund.id)
        .options(joinedload(Refund.booking).joinedload(Booking.course))
    )
    return list(db.session.scalars(query))
