"""Passkeys of customers and staff: adding, using and removing them."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from kmz import clock, log
from kmz.accounts import factor_queries, mails
from kmz.accounts import passkey_rules as rules
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.login import open_login
from kmz.accounts.actions.second_factor import complete_login
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.models import (
    CustomerAccount,
    LoginSession,
    Passkey,
    StaffUser,
    WebauthnChallenge,
    owned_by,
)
from kmz.accounts.passkey_rules import RelyingParty
from kmz.audit.actions import record
from kmz.crypto import Vault, new_token, token_digest
from kmz.db import count_changed, db, transaction

CHALLENGE_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser needs to answer: options as JSON, and a token for its cookie."""

    options: str
    token: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser sent back, with the token of its cookie and the login it is in."""

    credential: dict[str, Any]
    token: str
    login: LoginSession | None = None


def _new_challenge(purpose: str, login: LoginSession | None) -> tuple[bytes, str]:
    challenge, token = secrets.token_bytes(rules.CHALLENGE_BYTES), new_token()
    with transaction() as session:
        session.add(
            WebauthnChallenge(
                key_hash=token_digest(token),
                purpose=purpose,
                challenge=challenge,
                login_id=login.id if login is not None else None,
                expires_at=clock.now() + CHALLENGE_LIFETIME,
            )
        )
    return challenge, token


def _take_challenge(token: str, purpose: str, login: LoginSession | None) -> bytes | None:
    """The challenge that this browser was given for this purpose; nobody gets it twice, a wrong
    answer spends it too (ASVS 6.7.2).
    """
    with transaction() as session:
        row = session.scalar(
            select(WebauthnChallenge).where(
                WebauthnChallenge.key_hash == token_digest(token),
                WebauthnChallenge.purpose == purpose,
                WebauthnChallenge.expires_at > clock.now(),
            )
        )
        if row is None or row.login_id != (login.id if login else None):
            return None
        challenge = row.challenge
        statement = delete(WebauthnChallenge).where(WebauthnChallenge.id == row.id)
        return challenge if count_changed(session, statement) == 1 else None


def handle_of(person: CustomerAccount | StaffUser, vault: Vault) -> bytes:
    """What devices know a person by: always the same, and telling nothing (WebAuthn 14.6.1)."""
    return bytes.fromhex(vault.fingerprint(f"passkeys of {person.actor_name}"))


def begin_adding(
    person: CustomerAccount | StaffUser, *, party: RelyingParty, login: LoginSession, vault: Vault
) -> Ceremony:
    challenge, token = _new_challenge("add", login)
    name = person.full_name if isinstance(person, CustomerAccount) else person.name
    options = rules.creation_options(
        party,
        challenge=challenge,
        handle=handle_of(person, vault),
        user_name=person.email or name,
        display_name=name,
        known=[passkey.credential_id for passkey in factor_queries.passkeys_of(person)],
    )
    return Ceremony(options, token)


def add_passkey(
    person: CustomerAccount | StaffUser, answer: Answer, *, name: str, party: RelyingParty
) -> bool:
    """Keep a new passkey; False when anything about it is wrong.

    A member of staff with nothing but a password adds none beside a factor that is already there.
    """
    challenge = _take_challenge(answer.token, "add", answer.login)
    made = rules.read_creation(answer.credential, challenge, party) if challenge else None
    login = answer.login
    if made is None or login is None:
        return False
    with transaction() as session:
        if isinstance(person, StaffUser):
            session.get(StaffUser, person.id, with_for_update=True)
            if login.second_factor_at is None and factor_queries.has_second_factor(person.id):
                return False
        known = session.scalar(select(Passkey.id).where(Passkey.credential_id == made.id))
        if known or len(factor_queries.passkeys_of(person)) >= rules.MAX_PASSKEYS:
            return False
        session.add(
            Passkey(
                **owned_by(person),
                credential_id=made.id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                name=name,
                created_at=clock.now(),
            )
        )
        kind = "staff" if isinstance(person, StaffUser) else "customer"
        record(session, "passkey.added", by=person, kind=kind, object_id=person.id)
        mails.send_passkey_changed(session, person, name=name, added=True)
        actor = person.actor_name
    log.event("passkey.added", actor=actor)
    return True


def add_staff_passkey(
    staff: StaffUser, answer: Answer, *, name: str, party: RelyingParty
) -> LoginTokens | None:
    """Keep a new passkey and take it as the second factor of this login: its new token."""
    with transaction() as session:
        if answer.login is None or not add_passkey(staff, answer, name=name, party=party):
            return None
        return complete_login(session, answer.login, by=staff, way="passkey")


def remove_passkey(person: CustomerAccount | StaffUser, passkey_id: int) -> bool:
    """Forget one of a person's passkeys; a foreign id does nothing. False: it is the only second
    factor of a member of staff.
    """
    with transaction() as session:
        if isinstance(person, StaffUser):
            session.get(StaffUser, person.id, with_for_update=True)
        own = factor_queries.passkeys_of(person)
        if isinstance(person, StaffUser) and len(own) < 2 and not factor_queries.has_app(person.id):
            return False
        meant = next((passkey for passkey in own if passkey.id == passkey_id), None)
        if meant is None:
            return True
        name = meant.name
        session.delete(meant)
        kind = "staff" if isinstance(person, StaffUser) else "customer"
        record(session, "passkey.removed", by=person, kind=kind, object_id=person.id)
        mails.send_passkey_changed(session, person, name=name, added=False)
        actor = person.actor_name
    log.event("passkey.removed", actor=actor)
    return True


def begin_login(*, party: RelyingParty, is_staff: bool) -> Ceremony:
    """Ask for any passkey of this portal: the device knows whose it is."""
    challenge, token = _new_challenge("staff" if is_staff else "customer", None)
    return Ceremony(rules.request_options(party, challenge=challenge), token)


def log_in_by_passkey(
    answer: Answer, *, is_staff: bool, visit: Visit, party: RelyingParty, vault: Vault
) -> LoginTokens | None:
    """A new login, password and second factor in one; None for anything wrong, whatever it is."""
    challenge = _take_challenge(answer.token, "staff" if is_staff else "customer", None)
    passkey = factor_queries.find_passkey(rules.credential_id(answer.credential))
    person = _owner(passkey, is_staff=is_staff) if passkey is not None else None
    if challenge is None or passkey is None or person is None or not person.may_log_in:
        return _refused(visit)
    if rules.user_handle(answer.credential) != handle_of(person, vault):
        return _refused(visit)
    with transaction():
        if not _use(passkey, answer, challenge, party):
            return _refused(visit)
        return open_login(person, via="passkey", visit=visit, second_factor=True)


def _owner(passkey: Passkey, *, is_staff: bool) -> CustomerAccount | StaffUser | None:
    if is_staff:
        return db.session.get(StaffUser, passkey.staff_id) if passkey.staff_id else None
    return db.session.get(CustomerAccount, passkey.customer_id) if passkey.customer_id else None


def _refused(visit: Visit) -> LoginTokens | None:
    log.warn("passkey.refused", address=visit.address)
    return None


def begin_second_factor(staff: StaffUser, *, party: RelyingParty, login: LoginSession) -> Ceremony:
    challenge, token = _new_challenge("factor", login)
    known = [passkey.credential_id for passkey in factor_queries.passkeys_of(staff)]
    return Ceremony(rules.request_options(party, challenge=challenge, known=known), token)


def prove_by_passkey(
    staff: StaffUser, answer: Answer, *, visit: Visit, party: RelyingParty
) -> LoginTokens | None:
    """The login's new token after its second factor, or None."""
    challenge = _take_challenge(answer.token, "factor", answer.login)
    passkey = factor_queries.find_passkey(rules.credential_id(answer.credential))
    login = answer.login
    if challenge is None or passkey is None or passkey.staff_id != staff.id or login is None:
        return _refused(visit)
    with transaction() as session:
        if not _use(passkey, answer, challenge, party):
            return _refused(visit)
        tokens = complete_login(session, login, by=staff, way="passkey")
        actor = staff.actor_name
    log.event("login.completed", actor=actor, address=visit.address, way="passkey")
    return tokens


def _use(passkey: Passkey, answer: Answer, challenge: bytes, party: RelyingParty) -> bool:
    """Whether the answer is signed by this passkey, and by no copy of it.

    A counter that did not rise means that somebody copied the key (WebAuthn 6.1.1); devices
    without a counter always say 0.
    """
    count = rules.read_use(answer.credential, challenge, party, public_key=passkey.public_key)
    if count is None:
        return False
    with transaction() as session:
        risen = Passkey.sign_count < count
        if count == 0:
            risen = or_(risen, Passkey.sign_count == 0)
        used = count_changed(
            session,
            update(Passkey)
            .where(Passkey.id == passkey.id, risen)
            .values(sign_count=count, last_used_at=clock.now()),
        )
    if used != 1:
        log.warn("passkey.copied", passkey=passkey.id)
    return used == 1


def delete_old_challenges() -> None:
    """Forget challenges that nobody answered."""
    with transaction() as session:
        session.execute(delete(WebauthnChallenge).where(WebauthnChallenge.expires_at < clock.now()))
