"""Logins that are open: keeping them in use, proving the password again, ending them."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, update

from kmz import clock
from kmz.accounts.models import (
    CustomerAccount,
    LoginFailure,
    LoginSession,
    PasswordReset,
    StaffUser,
    owned_by,
)
from kmz.audit.actions import Actor, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction

SEEN_EVERY = timedelta(seconds=60)
KEEP_FAILURES_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LoginTokens:
    """What goes into the browser's cookies: the login's token, and the device's where it is new."""

    login: str
    device: str = ""


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


def note_authenticated(login: LoginSession) -> LoginTokens:
    """The password was proven again: a new token for the same login (ASVS 7.2.4)."""
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == login.id, LoginSession.ended_at.is_(None))
            .values(authenticated_at=now, token_hash=token_digest(token))
        )
    return LoginTokens(token)


def end_logins(
    person: CustomerAccount | StaffUser,
    *,
    by: Actor,
    only: int | None = None,
    keep: int | None = None,
) -> None:
    """Log the devices of a person out: all, `only` one (a foreign id does nothing), or all but the
    one to `keep`. Their cookies are dead at once on every server.
    """
    chosen = update(LoginSession).filter_by(**owned_by(person), ended_at=None)
    if only is not None:
        chosen = chosen.where(LoginSession.id == only)
    if keep is not None:
        chosen = chosen.where(LoginSession.id != keep)
    with transaction() as session:
        ended = count_changed(session, chosen.values(ended_at=clock.now()))
        if ended:
            kind = "staff" if isinstance(person, StaffUser) else "customer"
            record(session, "login.ended", by=by, kind=kind, object_id=person.id, count=ended)


def delete_old_logins() -> None:
    """Forget logins that are long over, failures and asked-for links after a quarter (L28)."""
    with transaction() as session:
        old = clock.now() - KEEP_FAILURES_FOR
        session.execute(delete(LoginSession).where(LoginSession.last_seen_at < old))
        session.execute(delete(LoginFailure).where(LoginFailure.at < old))
        session.execute(delete(PasswordReset).where(PasswordReset.created_at < old))
