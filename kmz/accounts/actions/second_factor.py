"""The second factor of staff: setting it up, proving it, and what helps when it is lost."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts import factor_queries, factors, mails
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.guesses import Guess, try_guess
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.actions.sessions import LoginTokens, end_logins
from kmz.accounts.models import (
    LoginSession,
    Passkey,
    StaffRecoveryCode,
    StaffTotp,
    StaffUser,
)
from kmz.audit.actions import Actor, record
from kmz.crypto import Passwords, Vault, new_token, token_digest
from kmz.db import count_changed, db, transaction


@dataclass(frozen=True, slots=True)
class Proof:
    """A code as it was typed, by whom, in which login, from where."""

    staff: StaffUser
    login: LoginSession
    code: str
    visit: Visit


def set_up_app(proof: Proof, secret: str) -> LoginTokens | None:
    """Take the app whose code this is; the login's new token. None: the code does not fit, or
    somebody else was faster with this account's first factor.
    """
    steps = factors.fitting_steps(secret, proof.code, now=clock.now())
    with transaction() as session:
        session.get(StaffUser, proof.staff.id, with_for_update=True)
        proven = proof.login.second_factor_at is not None
        if not steps or (not proven and factor_queries.has_second_factor(proof.staff.id)):
            return None
        save_app(proof.staff, secret, step=max(steps), by=proof.staff)
        return _complete(session, proof, way="app")


def save_app(staff: StaffUser, secret: str, *, step: int = 0, by: Actor) -> None:
    """Make this secret the member of staff's app; an older one is worth nothing any more.

    `step` is the time step of the code that confirmed it: the same code opens nothing again.
    """
    with transaction() as session:
        now = clock.now()
        session.execute(delete(StaffTotp).where(StaffTotp.staff_id == staff.id))
        session.add(
            StaffTotp(
                staff_id=staff.id, secret=secret, created_at=now, confirmed_at=now, last_step=step
            )
        )
        record(session, "second_factor.added", by=by, kind="staff", object_id=staff.id, way="app")
        mails.send_factor_changed(session, staff, "Eine App für Einmalcodes wurde eingerichtet.")


def remove_app(staff: StaffUser, *, by: Actor) -> bool:
    """Forget the app, unless it is the only second factor."""
    with transaction() as session:
        session.get(StaffUser, staff.id, with_for_update=True)  # not both factors at once
        if not factor_queries.passkeys_of(staff):
            return False
        session.execute(delete(StaffTotp).where(StaffTotp.staff_id == staff.id))
        record(session, "second_factor.removed", by=by, kind="staff", object_id=staff.id, way="app")
        mails.send_factor_changed(session, staff, "Die App für Einmalcodes wurde entfernt.")
    return True


def prove_by_app(proof: Proof, *, vault: Vault) -> LoginTokens | LoginRefusal:
    """The login's new token; or a refusal: wrong, used before, or too early again (ASVS 6.6.3)."""
    app = db.session.get(StaffTotp, proof.staff.id)
    return _try(proof, lambda: app is not None and _takes(app, proof.code), way="app", vault=vault)


def _try(
    proof: Proof, fits: Callable[[], bool], *, way: str, vault: Vault
) -> LoginTokens | LoginRefusal:
    # Counted apart from passwords, and without regard to known browsers: who guesses here knows
    # the password, and one login with it makes any browser known.
    app = db.session.get(StaffTotp, proof.staff.id)
    guess = Guess(
        account=f"factor:{proof.staff.id}",
        person=None,
        stored=None,
        password="",
        visit=proof.visit,
    )
    since = app.created_at if app is not None else None
    verdict = try_guess(guess, fits, since=since, vault=vault)
    if not verdict.fits:
        log.warn("second_factor.failed", actor=proof.staff.actor_name, way=way)
        return LoginRefusal(verdict.wait)
    with transaction() as session:
        return _complete(session, proof, way=way)


def _takes(app: StaffTotp, code: str) -> bool:
    """Whether this code is good, now and for the first time; one statement decides (ASVS 6.5.1)."""
    with transaction() as session:
        return any(
            count_changed(
                session,
                update(StaffTotp)
                .where(StaffTotp.staff_id == app.staff_id, StaffTotp.last_step < step)
                .values(last_step=step),
            )
            for step in factors.fitting_steps(app.secret, code, now=clock.now())
        )


def prove_by_recovery_code(
    proof: Proof, *, passwords: Passwords, vault: Vault
) -> LoginTokens | LoginRefusal:
    """The login's new token, and the code is used up; or a refusal, as for the app."""
    return _try(proof, lambda: _fits_unused(proof, passwords), way="recovery_code", vault=vault)


def _fits_unused(proof: Proof, passwords: Passwords) -> bool:
    row, meant = _code_meant(proof), factors.read_recovery_code(proof.code)
    fits = passwords.verify(row.code_hash if row else None, meant[1] if meant else "")
    return fits and row is not None and _use_up(row.id)


def _code_meant(proof: Proof) -> StaffRecoveryCode | None:
    rows = factor_queries.recovery_codes_of(proof.staff.id)
    meant = factors.read_recovery_code(proof.code)
    return rows[meant[0]] if meant is not None and meant[0] < len(rows) else None


def _use_up(code_id: int) -> bool:
    with transaction() as session:
        used = count_changed(
            session,
            update(StaffRecoveryCode)
            .where(StaffRecoveryCode.id == code_id, StaffRecoveryCode.used_at.is_(None))
            .values(used_at=clock.now()),
        )
    return used == 1


def _complete(session: Session, proof: Proof, *, way: str) -> LoginTokens:
    tokens = complete_login(session, proof.login, by=proof.staff, way=way)
    log.event("login.completed", actor=proof.staff.actor_name, address=proof.visit.address, way=way)
    return tokens


def complete_login(
    session: Session, login: LoginSession, *, by: StaffUser, way: str
) -> LoginTokens:
    """The second factor is proven: a new token for the same login (ASVS 7.2.4)."""
    token = new_token()
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == login.id, LoginSession.ended_at.is_(None))
        .values(second_factor_at=clock.now(), token_hash=token_digest(token))
    )
    record(session, "login.completed", by=by, kind="staff", object_id=by.id, way=way)
    return LoginTokens(token)


def renew_recovery_codes(staff: StaffUser, *, passwords: Passwords) -> list[str]:
    """Ten new codes, told only here; the old ones are worth nothing any more."""
    codes = factors.new_recovery_codes()
    hashes = [passwords.hash(code) for code in codes]
    with transaction() as session:
        session.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.staff_id == staff.id))
        for code_hash in hashes:  # one by one: the order of the ids is the place of the code
            session.add(StaffRecoveryCode(staff_id=staff.id, code_hash=code_hash))
            session.flush()
        record(session, "recovery_codes.renewed", by=staff, kind="staff", object_id=staff.id)
        mails.send_factor_changed(session, staff, "Die Wiederherstellungscodes wurden neu erzeugt.")
    return codes


def reset_second_factor(staff: StaffUser, *, by: Actor, reason: str, identification: str) -> None:
    """Forget every second factor of somebody who lost it (ASVS 6.4.4).

    All logins end; after the next one with the password a new factor has to be set up.
    """
    with transaction() as session:
        for table in (StaffTotp, StaffRecoveryCode, Passkey):
            session.execute(delete(table).where(table.staff_id == staff.id))
        end_logins(staff, by=by)
        record(
            session,
            "second_factor.reset",
            by=by,
            kind="staff",
            object_id=staff.id,
            reason=reason,
            identification=identification,
        )
        mails.send_factor_changed(
            session, staff, "Der zweite Faktor wurde zurückgesetzt; alle Geräte sind ausgeloggt."
        )
    log.event("second_factor.reset", actor=by.actor_name, staff=staff.actor_name)
