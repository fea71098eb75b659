"""Which mails wait, and which ones somebody got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, defer

from kmz.db import db
from kmz.mail.models import OutgoingMail


def is_mail_due(session: Session, now: datetime) -> bool:
    """Whether looking for work is worth a write transaction."""
    return session.scalar(_oldest_due(now)) is not None


def find_due_mail(session: Session, now: datetime) -> OutgoingMail | None:
    """The mail that is due for longest, locked; workers beside us pass over it.

    SQLite has no row locks: there the transaction itself is the lock (BEGIN IMMEDIATE).
    """
    return session.scalar(_oldest_due(now).with_for_update(skip_locked=True))


def _oldest_due(now: datetime) -> Select[OutgoingMail]:
    return (
        select(OutgoingMail)
        .where(
            OutgoingMail.sent_at.is_(None),
            OutgoingMail.failed_at.is_(None),
            OutgoingMail.next_try_at <= now,
            or_(OutgoingMail.claimed_until.is_(None), OutgoingMail.claimed_until <= now),
        )
        .order_by(OutgoingMail.next_try_at, OutgoingMail.id)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and the time in which it was somebody's; `until` is empty while it still is."""

    address: str
    since: datetime
    until: datetime | None


def was_sent_to(mailboxes: Sequence[Mailbox]) -> ColumnElement[bool]:
    """The condition that a mail went to one of these addresses in its time."""
    theirs = [
        and_(
            OutgoingMail.recipient == box.address,
            OutgoingMail.created_at >= box.since,
            *([OutgoingMail.created_at <= box.until] if box.until else []),
        )
        for box in mailboxes
    ]
    return or_(false(), *theirs)


def mails_in(mailboxes: Sequence[Mailbox]) -> list[OutgoingMail]:
    """What was mailed to these addresses in their times, without the bodies; the oldest first."""
    query = (
        select(OutgoingMail)
        .where(was_sent_to(mailboxes))
        .order_by(OutgoingMail.created_at, OutgoingMail.id)
        .options(defer(OutgoingMail.text), defer(OutgoingMail.html))
    )
    return list(db.session.scalars(query))
