"""Which mails wait."""

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

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
