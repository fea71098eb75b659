"""Widerruf: taken in always, effective at once where nothing stands against it (L11-L20)."""

from collections.abc import Collection, Container
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.audit.actions import SYSTEM, VISITOR, Actor, record
from kmz.booking.leaving import mails, queries
from kmz.booking.leaving.actions.ending import end_bookings, lock_courses_of, owe
from kmz.booking.leaving.withdrawal_rules import (
    KEPT_AFTER_SETTLED,
    MAX_RECEIPTS,
    Declaration,
    is_open,
    right_of,
    says_nothing_else,
)
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingStatus,
    Withdrawal,
    WithdrawalLine,
)
from kmz.booking.rules import BookingOwner
from kmz.crypto import token_digest
from kmz.db import count_changed, transaction, violated
from kmz.errors import NotFoundError
from kmz.recovery.rules import new_reference


def declare(
    declaration: Declaration,
    *,
    token: str,
    booking_ids: Collection[int],
    customer: CustomerAccount | None,
    holidays: Container[date],
    may_mail: bool,
) -> Withdrawal:
    """Take in a Widerruf and send its receipt (M17); once per token, whatever happens.

    Own bookings of the logged-in customer end at once where the right is open; everything else
    waits for staff, as does what was written beside the ticked bookings (L17). `may_mail` is False
    where too many came from one place: then the receipt is withheld, the declaration never.
    """
    try:
        with transaction() as session:
            known = queries.find_withdrawal(token)
            if known is not None:
                return known
            is_flooded = queries.recent_declarations(declaration.email) >= MAX_RECEIPTS
            chosen = _chosen(session, customer, booking_ids)
            withdrawal = _kept(session, declaration, token, customer, chosen)
            withdrawal.is_withheld = not may_mail or is_flooded
            today = clock.today()
            at_once = [b.id for b in chosen if is_open(right_of(b, holidays, today))]
            ended = _take_effect(
                session, at_once, by=customer or VISITOR, declared_at=withdrawal.declared_at
            )
            is_whole = len(ended) == len(set(booking_ids))
            if ended and is_whole and says_nothing_else(declaration, chosen):
                withdrawal.settled_at = withdrawal.declared_at
                withdrawal.settled_by = SYSTEM.actor_name
            if not withdrawal.is_withheld:
                mails.send_receipt(session, withdrawal, ended)
            withheld = withdrawal.is_withheld
            withdrawal_id = withdrawal.id
    except IntegrityError as error:
        if not violated(error, "uq_withdrawal_key"):
            raise
    else:
        log.event("withdrawal.declared", withdrawal=withdrawal_id, withheld=withheld)
    declared = queries.find_withdrawal(token)
    if declared is None:
        raise NotFoundError
    return declared


def _kept(
    session: Session,
    declaration: Declaration,
    token: str,
    customer: CustomerAccount | None,
    chosen: list[Booking],
) -> Withdrawal:
    """The row of a new declaration, with its audit entry."""
    withdrawal = Withdrawal(
        reference=new_reference("W"),
        key=token_digest(token),
        declared_at=clock.now(),
        name=declaration.name,
        contract=declaration.contract,
        email=declaration.email,
        remark=declaration.remark,
        customer_id=customer.id if customer else None,
        is_withheld=False,
        lines=[WithdrawalLine(booking_id=booking.id) for booking in chosen],
    )
    session.add(withdrawal)
    session.flush()
    record(
        session,
        "withdrawal.declared",
        by=customer or VISITOR,
        kind="withdrawal",
        object_id=withdrawal.id,
        bookings=[booking.id for booking in chosen],
    )
    return withdrawal


def _chosen(
    session: Session, customer: CustomerAccount | None, booking_ids: Collection[int]
) -> list[Booking]:
    """The customer's own living bookings among the ids, their courses locked."""
    if customer is None or not booking_ids:
        return []
    lock_courses_of(session, booking_ids)
    return queries.living_bookings(BookingOwner(customer.id), booking_ids)


def _take_effect(
    session: Session, booking_ids: Collection[int], *, by: Actor, declared_at: datetime
) -> list[Booking]:
    """End the bookings free of charge: seat back, debit gone, what was paid goes back within 14
    days of the declaration (§ 357 BGB).
    """
    since = clock.in_berlin(declared_at).date()
    ended = end_bookings(session, booking_ids, SEAT_HOLDING, BookingStatus.WITHDRAWN, by=by)
    for booking in ended:
        owe(session, booking, 0, cause="withdrawal", by=by, since=since)
    return ended


def accept_withdrawal(
    withdrawal_id: int, booking_ids: Collection[int], *, by: StaffUser
) -> list[int]:
    """The bookings that staff found behind a declaration end as if chosen by the customer; each
    one's partner is told (M16). Those that ended before are left alone.
    """
    with transaction() as session:
        lock_courses_of(session, booking_ids)
        withdrawal = queries.get_withdrawal(withdrawal_id)
        known = {line.booking_id for line in withdrawal.lines}
        ended = _take_effect(session, booking_ids, by=by, declared_at=withdrawal.declared_at)
        for booking in ended:
            if booking.id not in known:
                session.add(WithdrawalLine(withdrawal_id=withdrawal.id, booking_id=booking.id))
            mails.send_withdrawn(session, booking, withdrawal)
        numbers = [booking.id for booking in ended]
        if numbers:
            record(
                session,
                "withdrawal.accepted",
                by=by,
                kind="withdrawal",
                object_id=withdrawal_id,
                bookings=numbers,
            )
    return numbers


def settle_withdrawal(withdrawal_id: int, *, note: str, by: StaffUser) -> bool:
    """Nothing is left to do about a declaration; False when somebody was faster."""
    with transaction() as session:
        settled = count_changed(
            session,
            update(Withdrawal)
            .where(Withdrawal.id == withdrawal_id, Withdrawal.settled_at.is_(None))
            .values(settled_at=clock.now(), settled_by=by.actor_name, note=note),
        )
        if settled:
            record(session, "withdrawal.settled", by=by, kind="withdrawal", object_id=withdrawal_id)
        return bool(settled)


def delete_old_withdrawals() -> None:
    """Forget declarations three years after they were settled; open ones stay."""
    with transaction() as session:
        old = clock.now() - KEPT_AFTER_SETTLED
        query = select(Withdrawal).where(Withdrawal.settled_at < old)
        for withdrawal in session.scalars(query).all():
            record(
                session, "withdrawal.purged", by=SYSTEM, kind="withdrawal", object_id=withdrawal.id
            )
            session.delete(withdrawal)
