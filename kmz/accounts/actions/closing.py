"""What becomes of an account when its customer goes; parts of the caller's transaction (L28)."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import (
    AddressChange,
    CustomerAccount,
    CustomerProfile,
    KnownDevice,
    LoginSession,
    Passkey,
    PasswordReset,
    SignupRequest,
)

_OWN = (AddressChange, PasswordReset, Passkey, KnownDevice, LoginSession, CustomerProfile)


def take_for_closing(session: Session, customer_id: int) -> bool:
    """Mark the account closed under its row lock; False when somebody else did so before.

    The lock is the one that rows pointing here wait for, so no booking slips in beside it.
    """
    query = select(CustomerAccount).where(
        CustomerAccount.id == customer_id, CustomerAccount.closed_at.is_(None)
    )
    customer = session.scalar(query.with_for_update())
    if customer is None:
        return False
    customer.closed_at = clock.now()
    return True


def forget_person(session: Session, customer: CustomerAccount, *, purge_on: date | None) -> None:
    """Delete all ways in and everything personal; without `purge_on` the account itself too.

    What stays of it is the number that the kept bookings belong to.
    """
    for table in _OWN:
        session.execute(delete(table).where(table.customer_id == customer.id))
    session.execute(
        delete(SignupRequest).where(
            or_(
                SignupRequest.customer_id == customer.id,
                SignupRequest.email_key == customer.email_key,
            )
        )
    )
    if purge_on is None:
        delete_accounts(session, [customer.id])
        return
    customer.email = customer.first_name = customer.last_name = customer.password_hash = ""
    customer.email_key = customer.school_id = customer.school_username = None
    customer.last_login_at = customer.idle_told_at = customer.guesses_told_at = None
    customer.purge_on = purge_on


def delete_accounts(session: Session, customer_ids: Collection[int]) -> None:
    """Delete the rows themselves; nothing may point to them any more."""
    session.execute(
        delete(CustomerAccount).where(CustomerAccount.id.in_(customer_ids)),
        execution_options={"synchronize_session": False},
    )
