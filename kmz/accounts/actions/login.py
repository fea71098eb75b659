"""Logging in and out: a login is a row per device, the cookie holds only its random token."""

from dataclasses import dataclass

from kmz import clock, log
from kmz.accounts import queries, rules
from kmz.accounts.actions.devices import Visit, note_device
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.models import CustomerAccount, LoginFailure, LoginSession, StaffUser, owned_by
from kmz.audit.actions import record
from kmz.crypto import Passwords, Vault, new_token, token_digest
from kmz.db import transaction


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: what was typed, from where, with which device."""

    email: str
    password: str
    visit: Visit


def log_in(
    attempt: Attempt, *, is_staff: bool, passwords: Passwords, vault: Vault
) -> LoginTokens | None:
    """The tokens of a new login, or None for any kind of wrong (C03: one answer for all)."""
    find = queries.find_staff if is_staff else queries.find_customer
    person = find(attempt.email)
    usable = person is not None and person.may_log_in
    stored = person.password_hash if person is not None and usable else None
    kind = "staff" if is_staff else "customer"
    if not _passes(attempt, stored, passwords, vault, kind=kind) or person is None:
        return None
    if passwords.needs_rehash(person.password_hash):
        _renew_hash(person, passwords.hash(attempt.password))
    return open_login(person, via="password", visit=attempt.visit)


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
    attempt = Attempt(person.email, password, Visit(address))
    kind = "staff" if isinstance(person, StaffUser) else "customer"
    return _passes(attempt, person.password_hash, passwords, vault, kind=kind)


def _passes(
    attempt: Attempt, stored: str | None, passwords: Passwords, vault: Vault, *, kind: str
) -> bool:
    account_key = vault.fingerprint(f"{kind}:{rules.email_key(attempt.email)}")
    address_key = vault.fingerprint(attempt.visit.address)
    blocked = queries.has_too_many_failures(account_key, address_key)
    # A blocked attempt costs the same hash and gets the same answer as a wrong password.
    fits = passwords.verify(None if blocked else stored, attempt.password)
    if fits:
        return True
    with transaction() as session:
        session.add(LoginFailure(account_key=account_key, address_key=address_key, at=clock.now()))
    log.warn("login.failed", kind=kind, address=attempt.visit.address, blocked=blocked)
    return False


def _renew_hash(person: CustomerAccount | StaffUser, password_hash: str) -> None:
    with transaction():
        person.password_hash = password_hash


def open_login(
    person: CustomerAccount | StaffUser,
    *,
    via: str,
    visit: Visit,
    second_factor: bool = False,
) -> LoginTokens:
    """Open a login for somebody who has proven who they are, in one of `rules.LOGIN_WAYS`.

    Every way in ends here. `second_factor` says that the proof was one by itself (a passkey).
    """
    token, now = new_token(), clock.now()
    kind = "staff" if isinstance(person, StaffUser) else "customer"
    with transaction() as session:
        session.add(
            LoginSession(
                **owned_by(person),
                token_hash=token_digest(token),
                created_at=now,
                authenticated_at=now,
                last_seen_at=now,
                second_factor_at=now if second_factor else None,
                via=via,
                device=visit.browser,
            )
        )
        device = note_device(session, person, visit)
        if isinstance(person, CustomerAccount):
            person.last_login_at = now
        record(session, "login.opened", by=person, kind=kind, object_id=person.id, via=via)
    log.event("login.opened", actor=person.actor_name, address=visit.address, via=via)
    return LoginTokens(token, device)
