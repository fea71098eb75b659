"""Changing a password: by its owner, or through a mailed link (C28, U40)."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts import address_queries, mails, queries, rules
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.models import AddressChange, CustomerAccount, Passkey, PasswordReset
from kmz.audit.actions import Actor, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction

MAX_MAILS = 5
MAIL_WINDOW = timedelta(hours=24)


def set_new_password(
    session: Session,
    customer: CustomerAccount,
    password_hash: str,
    *,
    keep_login: int | None = None,
    by: Actor | None = None,
) -> None:
    """The one place that replaces a password; part of the caller's transaction.

    Nothing that was opened or mailed before survives it (LOG-16, LOG-21–24): other logins, reset
    links and address changes that nobody confirmed. Recovery links die by their date, which then
    lies before `password_changed_at`. Whoever forgot the password, or lost the account for a while,
    starts without passkeys too: one of them may be a stranger's. `by` is who acts, the customer
    unless said otherwise.
    """
    now = clock.now()
    customer.password_hash = password_hash
    customer.password_changed_at = now
    customer.password_is_initial = False
    end_reset_links(session, customer.id)
    withdraw_address_changes(session, customer.id)
    end_logins(customer, by=by or customer, keep=keep_login)
    if keep_login is None:
        session.execute(delete(Passkey).where(Passkey.customer_id == customer.id))


def end_reset_links(session: Session, customer_id: int) -> None:
    """Make every mailed reset link of a customer useless."""
    session.execute(
        update(PasswordReset)
        .where(PasswordReset.customer_id == customer_id, PasswordReset.used_at.is_(None))
        .values(used_at=clock.now())
    )


def withdraw_address_changes(session: Session, customer_id: int) -> None:
    """Make every link to a new address that nobody confirmed useless."""
    session.execute(
        update(AddressChange)
        .where(
            AddressChange.customer_id == customer_id,
            AddressChange.confirmed_at.is_(None),
            AddressChange.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def new_reset_link(session: Session, customer: CustomerAccount) -> str:
    """The token of a new link; older links die, so only the newest opens the door."""
    token, now = new_token(), clock.now()
    end_reset_links(session, customer.id)
    session.add(
        PasswordReset(
            token_hash=token_digest(token),
            customer_id=customer.id,
            created_at=now,
            expires_at=now + rules.RESET_LINK_LIFETIME,
        )
    )
    return token


def request_reset(*, email: str) -> None:
    """Mail a link to a new password, if there is an account; changes nothing else (RES-10).

    An address that staff entered lately is told when it may have one (L34).
    """
    with transaction() as session:
        customer = queries.find_customer(email)
        if customer is None or not customer.may_log_in:
            return
        if queries.recent_reset_count(customer.id, MAIL_WINDOW) >= MAX_MAILS:
            return
        token = new_reset_link(session, customer)
        untried = address_queries.find_untried_change(customer.id)
        record(
            session, "password.reset_requested", by=customer, kind="customer", object_id=customer.id
        )
        if untried:
            mails.send_reset_waits(session, customer, untried)
        else:
            mails.send_reset_link(session, customer, token)
        actor = customer.actor_name
    log.event("password.reset_requested", actor=actor)


def reset_password(token: str, *, password_hash: str) -> bool:
    """Set a new password through a link: once, and every login of the account ends. False: link is
    dead.
    """
    with transaction() as session:
        reset = queries.find_open_reset(token)
        if reset is None:
            return False
        # The account is locked before its links, as everywhere: no two changes wait for each other.
        customer = session.get_one(CustomerAccount, reset.customer_id, with_for_update=True)
        taken = count_changed(
            session,
            update(PasswordReset)
            .where(PasswordReset.id == reset.id, PasswordReset.used_at.is_(None))
            .values(used_at=clock.now()),
        )
        if taken != 1 or not customer.may_log_in:
            return False
        set_new_password(session, customer, password_hash)
        record(session, "password.reset", by=customer, kind="customer", object_id=customer.id)
        mails.send_password_changed(session, customer)
        actor = customer.actor_name
    log.event("password.reset", actor=actor)
    return True


def change_password(customer_id: int, *, password_hash: str, keep_login: int) -> None:
    """Set a new password for somebody logged in; all other devices are logged out (ASVS 7.4.3)."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        set_new_password(session, customer, password_hash, keep_login=keep_login)
        record(session, "password.changed", by=customer, kind="customer", object_id=customer_id)
        mails.send_password_changed(session, customer)
        actor = customer.actor_name
    log.event("password.changed", actor=actor)
