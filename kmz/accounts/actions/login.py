"""Logging in and out: a login is a row per device, the cookie holds only its random token."""

from dataclasses import dataclass

from kmz import clock, log
from kmz.accounts import queries, rules
from kmz.accounts.actions.devices import Visit, note_device
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.login_names import LoginName
from kmz.accounts.models import CustomerAccount, LoginFailure, LoginSession, StaffUser, owned_by
from kmz.audit.actions import record
from kmz.crypto import Passwords, Vault, new_token, token_digest
from kmz.db import transaction


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to log in: what was typed, from where, with which device."""

    name: LoginName
    password: str
    visit: Visit


def log_in(attempt: Attempt, *, passwords: Passwords, vault: Vault) -> LoginTokens | None:
    """The tokens of a new login, or None for any kind of wrong (C03: one answer for all)."""
    name = attempt.name
    person = queries.find_person(name)
    usable = person is not None and person.may_log_in and not _has_expired(person)
    guess = _Guess(
        # Two ways lead into one account: guesses on either count together.
        account=name.key if person is None else person.actor_name,
        stored=person.password_hash if person is not None and usable else None,
        password=attempt.password,
        address=attempt.visit.address,
        kind=name.kind,
    )
    if not _passes(guess, passwords, vault) or person is None:
        return None
    if passwords.needs_rehash(person.password_hash):
        _renew_hash(person, passwords.hash(attempt.password))
    return open_login(person, via=name.way, visit=attempt.visit)


def _has_expired(person: CustomerAccount | StaffUser) -> bool:
    """Whether the password is an initial one that lay around for too long."""
    if isinstance(person, StaffUser):
        return False
    return person.password_is_initial and rules.has_initial_password_expired(
        person.password_changed_at, now=clock.now()
    )


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
    guess = _Guess(
        account=person.actor_name,
        stored=person.password_hash,
        password=password,
        address=address,
        kind="staff" if isinstance(person, StaffUser) else "customer",
    )
    return _passes(guess, passwords, vault)


@dataclass(frozen=True, slots=True)
class _Guess:
    """A password that may fit; `account` is what its failures are counted under."""

    account: str
    stored: str | None
    password: str
    address: str
    kind: str


def _passes(guess: _Guess, passwords: Passwords, vault: Vault) -> bool:
    account_key = vault.fingerprint(guess.account)
    address_key = vault.fingerprint(guess.address)
    blocked = queries.has_too_many_failures(account_key, address_key)
    # A blocked attempt costs the same hash and gets the same answer as a wrong password.
    fits = passwords.verify(None if blocked else guess.stored, guess.password)
    if fits:
        return True
    with transaction() as session:
        session.add(LoginFailure(account_key=account_key, address_key=address_key, at=clock.now()))
    log.warn("login.failed", kind=guess.kind, address=guess.address, blocked=blocked)
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
