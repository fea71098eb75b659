"""Putting mails into the outbox, and what happens to them there."""

import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import CompoundSelect, delete, event, insert, or_, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.audit.actions import SYSTEM, record
from kmz.db import connection_of, count_changed, db, transaction
from kmz.mail.addresses import checked_recipient, new_message_id, one_line
from kmz.mail.models import OutgoingMail
from kmz.mail.queries import Mailbox, find_due_mail, was_sent_to
from kmz.mail.rendering import public_link, render_mail
from kmz.mail.rules import UNREACHABLE_PAUSE, Attachment, Letter, Outcome, Result, next_try_at

# Set when a mail has been committed in this process: a worker thread beside us need not wait.
news = threading.Event()
_QUEUED = "kmz_mail_queued"
# Whoever reads their link in the database could use it: sign-up, new password, new address, consent
# to mails, a guest's booking or place on the Warteliste.
_WITH_SECRET_LINK = ("M01", "M04", "M05", "M07", "M08G", "M11", "M12", "M25", "M29")
_MAIL = insert(OutgoingMail).inline()

_IS_SETTLED = or_(OutgoingMail.sent_at.is_not(None), OutgoingMail.failed_at.is_not(None))


def queue_mail(
    session: Session,
    *,
    kind: str,
    to: str,
    subject: str,
    template: str,
    unsubscribe_url: str = "",
    attachments: Sequence[Attachment] = (),
    **context: object,
) -> None:
    """Write a mail into the outbox, in the transaction that causes it: both happen or none.

    `kind` is its number in domain.md 2.7 ("M08"), `template` "<domain>/<name>" below `mail/`; it is
    rendered now, so later changes do not alter what was promised. Sent soon after the commit.
    Who has no address (a school's login, a closed account) gets none. Mails that somebody ordered
    name the `unsubscribe_url` that ends them by one POST. Raises ValueError if `to` is not one
    plain address; a subject is made one line.
    """
    if not to:
        return
    recipient = checked_recipient(to)
    line = one_line(subject)
    bodies = render_mail(template, subject=line, **context)
    now = clock.now()
    mail = {
        "kind": kind,
        "recipient": recipient,
        "subject": line,
        "text": bodies.text,
        "html": bodies.html,
        "message_id": new_message_id(public_link("/")),
        "unsubscribe_url": unsubscribe_url,
        "attachments": [asdict(attachment) for attachment in attachments],
        "created_at": now,
        "next_try_at": now,
        "tries": 0,
    }
    connection_of(session).execute(_MAIL, mail)
    session.info[_QUEUED] = True


@event.listens_for(db.session, "after_commit")
def _tell_worker(session: Session) -> None:
    if session.info.pop(_QUEUED, False):
        news.set()


def claim_mail(*, hold: timedelta) -> Letter | None:
    """Take the next due mail for `hold`; None if there is none.

    Should we die before `settle_mail`, it is due again afterwards, with the same Message-ID.
    """
    with transaction() as session:
        now = clock.now()
        mail = find_due_mail(session, now)
        if mail is None:
            return None
        mail.claimed_until = now + hold
        mail.tries += 1
        return Letter(
            id=mail.id,
            kind=mail.kind,
            recipient=mail.recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=mail.message_id,
            created_at=mail.created_at,
            claimed_until=mail.claimed_until,
            unsubscribe_url=mail.unsubscribe_url,
            attachments=tuple(Attachment(**fields) for fields in mail.attachments),
        )


def settle_mail(letter: Letter, outcome: Outcome) -> None:
    """Note what became of the claimed mail: sent, due again later, or given up."""
    with transaction() as session:
        mail = session.get(OutgoingMail, letter.id)
        if mail is None:
            return
        if outcome.result is Result.SENT:
            mail.sent_at, mail.claimed_until, mail.last_error = clock.now(), None, None
            return
        if mail.claimed_until != letter.claimed_until or mail.sent_at is not None:
            return  # we came late, another worker has taken it over
        mail.claimed_until, mail.last_error = None, outcome.error
        _plan_next_try(mail, outcome.result)
        given_up = mail.failed_at is not None
        if given_up:
            record(
                session,
                "mail.failed",
                by=SYSTEM,
                kind="outgoing_mail",
                object_id=mail.id,
                mail=mail.kind,
                error=outcome.error,
            )
    if given_up:
        log.error("mail.failed", mail=letter.id, kind=letter.kind, error=outcome.error)
    elif outcome.result is Result.POSTPONED:
        log.warn("mail.postponed", mail=letter.id, kind=letter.kind, error=outcome.error)


def _plan_next_try(mail: OutgoingMail, result: Result) -> None:
    now = clock.now()
    if result is Result.UNREACHABLE:
        mail.tries -= 1
        mail.next_try_at = now + UNREACHABLE_PAUSE
        return
    later = next_try_at(tries=mail.tries, created_at=mail.created_at, now=now)
    if result is Result.REFUSED or later is None:
        mail.failed_at = now
    else:
        mail.next_try_at = later


def blank_secret_links() -> int:
    """Empty the bodies of mails with a secret link that are out or given up; how many.

    The row stays, to say that and when there was a mail; other mails keep their words.
    """
    statement = (
        update(OutgoingMail)
        .where(
            OutgoingMail.kind.in_(_WITH_SECRET_LINK),
            OutgoingMail.text != "",
            _IS_SETTLED,
        )
        .values(text="", html="")
    )
    with transaction() as session:
        return count_changed(session, statement)


def forget_mails(session: Session, mailboxes: Sequence[Mailbox]) -> None:
    """Delete what was mailed to a leaving customer; part of the caller's transaction (L28).

    Those still to be sent stay until `forget_mails_to_others` finds nobody behind their address.
    """
    session.execute(
        delete(OutgoingMail).where(was_sent_to(mailboxes), _IS_SETTLED),
        execution_options={"synchronize_session": False},
    )


def forget_mails_to_others(known: CompoundSelect[str], *, before: datetime) -> int:
    """Delete mails that are out or given up, older than `before` and to none of the addresses that
    are `known`; how many.
    """
    statement = delete(OutgoingMail).where(
        OutgoingMail.created_at < before, _IS_SETTLED, OutgoingMail.recipient.not_in(known)
    )
    with transaction() as session:
        return count_changed(session, statement)
