"""Logging in and out: a login is a row per device, the cookie holds only its random token."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts import queries, rules
from kmz.accounts.models import CustomerAccount, LoginFailure, LoginSession, StaffUser
from kmz.audit.actions import Actor, record
from kmz.crypto import Passwords, Vault, new_token, token_digest
from kmz.db import transaction

SEEN_EVERY = timedelta(seconds=60)
KEEP_FAILURES_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: what was typed, from where, with which device."""

    email: str
    password: str
    address: str
    user_agent: str


def log_in(attempt: Attempt, *, is_staff: bool, passwords: Passwords, vault: Vault) -> str | None:
    """The token of a new login, or None for any kind of wrong (C03: one answer for all)."""
    find = queries.find_staff if is_staff else queries.find_customer
    person = find(attempt.email)
    usable = person is not None and person.may_log_in
    stored = person.password_hash if person is not None and usable else None
    kind = "staff" if is_staff else "customer"
    if not _passes(attempt, stored, passwords, vault, kind=kind) or person is None:
        return None
    return _open_login(attempt, person, stored, passwords)


def proves_password(
    person: CustomerAccount | StaffUser,
    password: str,
    *,
    address: str,
    passwords: Passwords,
    vault: Vault,
) -> bool:
    """Whether somebody already logged in knows the password; guesses count as failed logins
    (LOG-18).
    """
    attempt = Attempt(person.email, password, address, "")
    kind = "staff" if isinstance(person, StaffUser) else "customer"
    return _passes(attempt, person.password_hash, passwords, vault, kind=kind)


def _passes(
    attempt: Attempt, stored: str | None, passwords: Passwords, vault: Vault, *, kind: str
) -> bool:
    account_key = vault.fingerprint(f"{kind}:{rules.email_key(attempt.email)}")
    address_key = vault.fingerprint(attempt.address)
    blocked = queries.has_too_many_failures(account_key, address_key)
    # A blocked attempt costs the same hash and gets the same answer as a wrong password.
    fits = passwords.verify(None if blocked else stored, attempt.password)
    if fits:
        return True
    with transaction() as session:
        session.add(LoginFailure(account_key=account_key, address_key=address_key, at=clock.now()))
    log.warn("login.failed", kind=kind, address=attempt.address, blocked=blocked)
    return False


def _open_login(
    attempt: Attempt, person: CustomerAccount | StaffUser, stored: str | None, passwords: Passwords
) -> str:
    fresh_hash = (
        passwords.hash(attempt.password) if stored and passwords.needs_rehash(stored) else None
    )
    token, now = new_token(), clock.now()
    is_staff = isinstance(person, StaffUser)
    with transaction() as session:
        if fresh_hash:
            person.password_hash = fresh_hash
        login = LoginSession(
            token_hash=token_digest(token),
            customer_id=None if is_staff else person.id,
            staff_id=person.id if is_staff else None,
            created_at=now,
            authenticated_at=now,
            last_seen_at=now,
            device=rules.device_name(attempt.user_agent),
        )
        session.add(login)
        record(
            session,
            "login.opened",
            by=person,
            kind="staff" if is_staff else "customer",
            object_id=person.id,
        )
    log.event("login.opened", actor=person.actor_name, address=attempt.address)
    return token


def note_seen(login: LoginSession) -> None:
    """Remember that a login is in use, at most once a minute. It never revives one that has
    ended.
    """
    now = clock.now()
    if now - login.last_seen_at < SEEN_EVERY:
        return
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == login.id, LoginSession.ended_at.is_(None))
            .values(last_seen_at=now)
        )


def note_authenticated(login: LoginSession) -> str:
    """The password was proven again: a new token for the same login (ASVS 7.2.4)."""
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == login.id, LoginSession.ended_at.is_(None))
            .values(authenticated_at=now, token_hash=token_digest(token))
        )
    return token


def end_login(login_id: int, *, by: Actor) -> None:
    """Log a device out; its cookie is dead at once on every server."""
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == login_id, LoginSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
        record(session, "login.ended", by=by, kind="login", object_id=login_id)


def end_own_device(customer: CustomerAccount, login_id: int) -> None:
    """Log one of the customer's own devices out; a foreign id does nothing."""
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(
                LoginSession.id == login_id,
                LoginSession.customer_id == customer.id,
                LoginSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
        )
        record(session, "login.ended", by=customer, kind="login", object_id=login_id)


def end_other_logins(session: Session, customer_id: int, *, keep: int | None = None) -> None:
    """Log all devices of a customer out but one; part of the transaction that changes the
    password.
    """
    session.execute(
        update(LoginSession)
        .where(
            LoginSession.customer_id == customer_id,
            LoginSession.ended_at.is_(None),
            LoginSession.id != (keep or 0),
        )
        .values(ended_at=clock.now())
    )


def delete_old_logins() -> None:
    """Forget logins that are long over and failures of the last quarter (L28: 90 days)."""
    with transaction() as session:
        old = clock.now() - KEEP_FAILURES_FOR
        session.execute(delete(LoginSession).where(LoginSession.last_seen_at < old))
        session.execute(delete(LoginFailure).where(LoginFailure.at < old))
