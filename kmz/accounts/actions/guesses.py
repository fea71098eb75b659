"""Guessing passwords: every guess is counted before it is tried, and slowed (ASVS 6.3.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from kmz import clock, log
from kmz.accounts import mails, queries, slowing
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.passwords import new_reset_link
from kmz.accounts.models import CustomerAccount, LoginFailure, StaffUser
from kmz.accounts.slowing import Failures
from kmz.audit.actions import SYSTEM, record
from kmz.crypto import Passwords, Vault, token_digest
from kmz.db import count_changed, one_at_a_time, transaction

TELL_OWNER_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Guess:
    """A password that somebody typed, for which account, and from where.

    `account` is what guesses are counted by: the person, or what was typed where it means nobody,
    so that both are slowed alike. `stored` is the hash it has to fit, None where no password opens
    anything. `inside` says that it was typed within a login of the person.
    """

    account: str
    person: CustomerAccount | StaffUser | None
    stored: str | None
    password: str
    visit: Visit
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a guess: it fits, is wrong, or has to wait for some seconds (untried).

    `failures` are those just before it.
    """

    failures: Failures
    fits: bool = False
    wait: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a guess is counted. What an owner types, in a known browser or inside a login, counts
    by itself: strangers cannot slow it, wherever they sit (LOG-05).
    """

    account_key: str
    address_key: str
    is_owners: bool


def check_guess(guess: Guess, *, passwords: Passwords, vault: Vault) -> Verdict:
    """Whether the password fits; unknown, locked and wrong are one answer at one cost."""
    person = guess.person
    verdict = try_guess(
        guess,
        lambda: passwords.verify(guess.stored, guess.password),
        since=person.password_changed_at if person is not None else None,
        vault=vault,
    )
    tried_in_vain = not verdict.fits and not verdict.wait
    if tried_in_vain and isinstance(person, CustomerAccount) and _is_hammering(verdict.failures):
        _tell_owner(person, verdict.failures.ever + 1)
    return verdict


def try_guess(
    guess: Guess, fits: Callable[[], bool], *, since: datetime | None, vault: Vault
) -> Verdict:
    """Try any kind of secret if it is its turn. Failures before `since` are forgiven.

    A guess is written down as a failure first and taken back when it fits: of many at once no more
    are tried than one after the other. Whoever has to wait costs no hash, whoever it is.
    """
    place = _place_of(guess, vault)
    verdict = _reserve(place, since)
    kind = guess.account.partition(":")[0]
    if verdict.wait:
        log.warn("login.throttled", kind=kind, seconds=verdict.wait)
        return verdict
    if fits():
        _forget(place)
        return Verdict(verdict.failures, fits=True)
    log.warn("login.failed", kind=kind, failures=verdict.failures.ever + 1)
    return verdict


def _place_of(guess: Guess, vault: Vault) -> _Place:
    account, device = guess.account, guess.visit.device
    if guess.inside:
        account += " inside"
    elif guess.person is not None and queries.knows_device(guess.person, device):
        account += f" at {token_digest(device)}"
    return _Place(
        account_key=vault.fingerprint(account),
        address_key=vault.fingerprint(guess.visit.address),
        is_owners=account != guess.account,
    )


def _reserve(place: _Place, since: datetime | None) -> Verdict:
    now = clock.now()
    with transaction() as session:
        one_at_a_time(session, place.account_key, place.address_key)
        at_account = queries.failures_at_account(place.account_key, since=since)
        waits = [slowing.seconds_to_wait(slowing.AT_ACCOUNT, at_account, now)]
        if not place.is_owners:
            from_address = queries.failures_from_address(place.address_key)
            waits.append(slowing.seconds_to_wait(slowing.FROM_ADDRESS, from_address, now))
        if not any(waits):
            session.add(
                LoginFailure(account_key=place.account_key, address_key=place.address_key, at=now)
            )
    return Verdict(at_account, wait=max(waits))


def _forget(place: _Place) -> None:
    """A right password takes back what was typed before in the same place, and nothing else: else a
    customer could reset the count of an address, and an owner's login that of a stranger.
    """
    mistakes = delete(LoginFailure).where(LoginFailure.account_key == place.account_key)
    if not place.is_owners:
        mistakes = mistakes.where(LoginFailure.address_key == place.address_key)
    with transaction() as session:
        session.execute(mistakes)


def _is_hammering(before: Failures) -> bool:
    return before.recent + 1 >= slowing.AT_ACCOUNT.full or before.ever + 1 >= slowing.MAX_FAILURES


def _tell_owner(customer: CustomerAccount, failures: int) -> None:
    """Mail the owner a link to a new password, at most once a day."""
    if not customer.email or not customer.may_log_in:
        return
    with transaction() as session:
        now = clock.now()
        told = CustomerAccount.guesses_told_at
        taken = count_changed(
            session,
            update(CustomerAccount)
            .where(
                CustomerAccount.id == customer.id,
                or_(told.is_(None), told < now - TELL_OWNER_EVERY),
            )
            .values(guesses_told_at=now),
        )
        if taken != 1:
            return
        mails.send_guesses(session, customer, new_reset_link(session, customer), failures)
        record(session, "login.hammered", by=SYSTEM, kind="customer", object_id=customer.id)
        actor = customer.actor_name
    log.warn("login.hammered", account=actor, failures=failures)
