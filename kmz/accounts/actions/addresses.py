"""Another mail address: it takes effect when the new mailbox confirms it (C21, LOG-21–24)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts import address_queries, mails, problems, queries, rules
from kmz.accounts.actions.passwords import end_reset_links, withdraw_address_changes
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.models import AddressChange, CustomerAccount, CustomerProfile
from kmz.audit.actions import Actor, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction, violated
from kmz.errors import RefusedError


@dataclass(frozen=True, slots=True)
class AddressWish:
    """Another address, how long its link counts, and, from staff, why and how they identified whom
    they act for (L34).
    """

    new_email: str
    lifetime: timedelta = rules.ADDRESS_LINK_LIFETIME
    reason: str = ""
    identification: str = ""


def add_address_change(
    session: Session, customer: CustomerAccount, wish: AddressWish, *, by: Actor
) -> tuple[AddressChange, str]:
    """The wish as a row, and the token of its link; part of the caller's transaction."""
    token, now = new_token(), clock.now()
    change = AddressChange(
        customer_id=customer.id,
        old_email=customer.email,
        new_email=wish.new_email,
        token_hash=token_digest(token),
        by=by.actor_name,
        reason=wish.reason,
        identification=wish.identification,
        created_at=now,
        expires_at=now + wish.lifetime,
    )
    session.add(change)
    record(session, "address.change_requested", by=by, kind="customer", object_id=customer.id)
    return change, token


def request_address_change(customer_id: int, *, new_email: str, by: Actor) -> None:
    """Keep the wish for another address and mail its link there; RefusedError if it must not be.

    Whoever already has an account under that address is told instead, and the asking person sees
    no difference (REG-01). An account has one open wish; a login shared by a school has one for
    every person, since each of them only wants an account of their own.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        refused = problems.address_problems(customer, new_email)
        if refused:
            raise RefusedError(*refused)
        if not customer.shared:
            withdraw_address_changes(session, customer.id)
        change, token = add_address_change(session, customer, AddressWish(new_email), by=by)
        known = queries.find_customer(new_email)
        if known is None:
            mails.send_address_link(session, customer, change, token)
        else:
            mails.send_address_taken(session, known)
        if customer.email and not customer.shared:
            mails.send_address_change_asked(session, customer)
    log.event("address.change_requested", actor=by.actor_name)


def confirm_address_change(token: str, *, keep_login: int | None = None) -> CustomerAccount | None:
    """Give an account the address that its new mailbox confirms; None when the link is dead.

    Nothing that was opened or mailed under the old address survives it: other logins, reset links
    and other wishes. The password and the Schulnummer stay as they are.
    """
    try:
        with transaction() as session:
            taken = _take(session, token, shared=False)
            if taken is None:
                return None
            change, customer = taken
            _give_address(session, customer, change, keep_login=keep_login)
    except IntegrityError as error:
        if violated(error, "uq_customer_account_email_key"):
            return None  # somebody else confirmed the same address in the meantime
        raise
    log.event("address.changed", actor=customer.actor_name)
    return customer


def open_own_account(
    token: str, *, first_name: str, last_name: str, password_hash: str
) -> CustomerAccount | None:
    """Make the personal account of somebody who so far used a login shared by the school.

    It belongs to the school, but is entered by mail address alone: the Schulnummer and its password
    stay the school's, and no personal address can ever reset them. None when the link is dead.
    """
    try:
        with transaction() as session:
            taken = _take(session, token, shared=True)
            if taken is None:
                return None
            change, school_login = taken
            now = clock.now()
            customer = CustomerAccount(
                email=change.new_email,
                email_key=rules.email_key(change.new_email),
                school_id=school_login.school_id,
                password_hash=password_hash,
                password_changed_at=now,
                first_name=first_name,
                last_name=last_name,
                created_at=now,
                profile=CustomerProfile(),
            )
            session.add(customer)
            session.flush()
            record(
                session,
                "account.created",
                by=customer,
                kind="customer",
                object_id=customer.id,
                school=school_login.school_id,
            )
            mails.send_welcome(session, customer)
    except IntegrityError as error:
        if violated(error, "uq_customer_account_email_key"):
            return None  # somebody else confirmed the same address in the meantime
        raise
    log.event("account.created", actor=customer.actor_name)
    return customer


def _take(
    session: Session, token: str, *, shared: bool
) -> tuple[AddressChange, CustomerAccount] | None:
    """The wish behind a link and its account, used up by one UPDATE; None when it cannot be.

    The account is locked before its links, as everywhere, so that no two changes wait for each
    other.
    """
    change = address_queries.find_open_address_change(token)
    if change is None:
        return None
    customer = session.get_one(CustomerAccount, change.customer_id, with_for_update=True)
    if not customer.may_log_in or customer.shared is not shared:
        return None
    return (change, customer) if _confirm(session, change) else None


def _confirm(session: Session, change: AddressChange) -> bool:
    statement = (
        update(AddressChange)
        .where(AddressChange.id == change.id, *address_queries.is_open())
        .values(confirmed_at=clock.now())
    )
    return count_changed(session, statement) == 1


def _give_address(
    session: Session,
    customer: CustomerAccount,
    change: AddressChange,
    *,
    keep_login: int | None = None,
) -> None:
    customer.email = change.new_email
    customer.email_key = rules.email_key(change.new_email)
    end_reset_links(session, customer.id)
    withdraw_address_changes(session, customer.id)
    end_logins(customer, by=customer, keep=keep_login)
    record(session, "address.changed", by=customer, kind="customer", object_id=customer.id)
    if change.old_email:
        mails.send_address_changed(session, customer, to=change.old_email)


def fulfil_address_change(session: Session, change_id: int, customer: CustomerAccount) -> bool:
    """Confirm an address by a recovery link that was finished there; part of its transaction.

    To be called before the password is replaced, which withdraws what is not confirmed. False when
    the wish is not open any more. The caller translates a clash with another account's address.
    """
    change = session.get_one(AddressChange, change_id)
    if change.customer_id != customer.id or not _confirm(session, change):
        return False
    _give_address(session, customer, change)
    session.flush()  # a clash shows here, not in the middle of what follows
    return True
