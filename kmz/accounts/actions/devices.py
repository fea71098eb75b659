"""Browsers in which somebody has logged in before: nobody can lock their owners out (LOG-05)."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts import rules
from kmz.accounts.models import CustomerAccount, KnownDevice, StaffUser, owned_by
from kmz.crypto import new_token, token_digest
from kmz.db import transaction


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody comes from who wants in: client address, browser, token of the device ("")."""

    address: str
    user_agent: str = ""
    device: str = ""

    @property
    def browser(self) -> str:
        """The browser's short name."""
        return rules.device_name(self.user_agent)


def note_device(session: Session, person: CustomerAccount | StaffUser, visit: Visit) -> str:
    """Know the visitor's browser from now on; its new token. Part of the login's transaction.

    The token changes with every login and a made-up one is never adopted, so nobody can plant a
    token of theirs in somebody else's browser. Several people may share a browser.
    """
    token, now = new_token(), clock.now()
    new_hash = token_digest(token)
    if visit.device:
        session.execute(
            update(KnownDevice)
            .where(KnownDevice.token_hash == token_digest(visit.device))
            .values(token_hash=new_hash)
        )
    own = select(KnownDevice).filter_by(**owned_by(person), token_hash=new_hash)
    known = session.scalar(own)
    if known is None:
        session.add(KnownDevice(**owned_by(person), token_hash=new_hash, last_used_at=now))
    else:
        known.last_used_at = now
    return token


def forget_devices(person: CustomerAccount | StaffUser, *, keep: str = "") -> None:
    """Know none of a person's browsers any more, but the one with this token."""
    with transaction() as session:
        session.execute(
            delete(KnownDevice)
            .filter_by(**owned_by(person))
            .where(KnownDevice.token_hash != token_digest(keep))
        )


def delete_stale_devices() -> None:
    """Forget browsers in which nobody has logged in for a year."""
    with transaction() as session:
        old = clock.now() - rules.DEVICE_KNOWN_FOR
        session.execute(delete(KnownDevice).where(KnownDevice.last_used_at < old))
