"""Logging in and out: a login is a row per device, the cookie holds only its random token."""

from collections.abc import Callable
from dataclasses import dataclass

from kmz import clock, log
from kmz.accounts import mails, queries, rules, slowing
from kmz.accounts.actions.devices import Visit, note_device
from kmz.accounts.actions.guesses import Guess, Verdict, check_guess
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.login_names import LoginName
from kmz.accounts.models import CustomerAccount, LoginSession, StaffUser, owned_by
from kmz.audit.actions import record
from kmz.crypto import Passwords, Vault, new_token, token_digest
from kmz.db import transaction

_at_login: dict[str, Callable[[CustomerAccount], None]] = {}


def at_login(name: str, function: Callable[[CustomerAccount], None]) -> None:
    """Let a higher floor act whenever a customer has logged in; the login is open by then."""
    _at_login[name] = function


@dataclass(frozen=True, slots=True)
class LoginRefusal:
    """No login: something about it is wrong, or it is not yet time to try again."""

    seconds: int = 0


def log_in(
    name: LoginName, password: str, *, visit: Visit, passwords: Passwords, vault: Vault
) -> LoginTokens | LoginRefusal:
    """A new login for a name and a password (C03: one answer for everything that is wrong)."""
    person = queries.find_person(name)
    usable = person is not None and person.may_log_in and not _has_expired(person)
    guess = Guess(
        # Two ways lead into one account: guesses on either count together.
        account=name.key if person is None else person.actor_name,
        person=person,
        stored=person.password_hash if person is not None and usable else None,
        password=password,
        visit=visit,
    )
    verdict = check_guess(guess, passwords=passwords, vault=vault)
    if person is None or not verdict.fits:
        return LoginRefusal(verdict.wait)
    if passwords.needs_rehash(person.password_hash):
        _renew_hash(person, passwords.hash(password))
    return open_login(person, via=name.way, visit=visit, failures=verdict.failures.ever)


def _has_expired(person: CustomerAccount | StaffUser) -> bool:
    """Whether the password is an initial one that lay around for too long."""
    if isinstance(person, StaffUser):
        return False
    return person.password_is_initial and rules.has_initial_password_expired(
        person.password_changed_at, now=clock.now()
    )


def check_own_password(
    person: CustomerAccount | StaffUser,
    password: str,
    *,
    visit: Visit,
    passwords: Passwords,
    vault: Vault,
) -> Verdict:
    """Whether somebody already logged in knows the password; guessing is slowed here too
    (LOG-18).
    """
    guess = Guess(
        account=person.actor_name,
        person=person,
        stored=person.password_hash,
        password=password,
        visit=visit,
        inside=True,
    )
    return check_guess(guess, passwords=passwords, vault=vault)


def _renew_hash(person: CustomerAccount | StaffUser, password_hash: str) -> None:
    with transaction():
        person.password_hash = password_hash


def open_login(
    person: CustomerAccount | StaffUser,
    *,
    via: str,
    visit: Visit,
    second_factor: bool = False,
    failures: int = 0,
) -> LoginTokens:
    """Open a login for somebody who has proven who they are, in one of `rules.LOGIN_WAYS`.

    Every way in ends here. `second_factor` says that the proof was one by itself (a passkey);
    `failures` are the wrong guesses before it. The owner is told of what they may not have been.
    """
    token, now = new_token(), clock.now()
    kind = "staff" if isinstance(person, StaffUser) else "customer"
    with transaction() as session:
        is_known = queries.knows_device(person, visit.device) or not queries.has_logged_in(person)
        if person.email and (not is_known or failures >= slowing.AT_ACCOUNT.free):
            mails.send_new_login(session, person, device=visit.browser, failures=failures)
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
    if isinstance(person, CustomerAccount):
        for function in _at_login.values():
            function(person)
    return LoginTokens(token, device)
