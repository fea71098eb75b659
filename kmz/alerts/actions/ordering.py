"""Ordering alerts: customers at once, guests with double opt-in (L32); and ending them."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Delete, delete, select, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount
from kmz.alerts import mails, problems, queries, rules
from kmz.alerts.models import Alert
from kmz.alerts.queries import TABLES, Owner
from kmz.alerts.wanted import Wanted, wanted_by
from kmz.audit.actions import VISITOR, Actor, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, one_at_a_time, transaction
from kmz.errors import NotFoundError, RefusedError

# The wording of the pages and mails that somebody agreed to; raise it when the words change.
TEXT_VERSION = "2026-11"
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without an account: the typed address, and a fingerprint of the client's."""

    email: str
    asked_from: str


def order(customer: CustomerAccount, wanted: Wanted) -> None:
    """Let a customer hear of it from now on; twice changes nothing. RefusedError at the limit."""
    owner = queries.owner_of(customer)
    with transaction() as session:
        one_at_a_time(session, _lock(owner))
        if queries.find_same(wanted, owner) is not None:
            return
        _refuse_beyond_limit(wanted, owner)
        now = clock.now()
        alert = wanted.row(
            now=now,
            customer_id=customer.id,
            end_key=secrets.token_hex(_KEY_BYTES),
            text_version=TEXT_VERSION,
            confirmed_at=now,
        )
        session.add(alert)
        session.flush()
        _note(session, "ordered", wanted.table, alert.id, by=customer)


def ask(guest: Guest, wanted: Wanted) -> None:
    """Mail a guest the link that confirms the wish.

    The caller answers the same in every case: whether the address is a customer's, has ordered the
    same before, or got as many mails as it may today (then there is none).
    """
    owner = queries.owner_of_mailbox(guest.email)
    with transaction() as session:
        one_at_a_time(session, _lock(owner))
        if queries.recent_mail_count(owner) >= rules.MAX_MAILS:
            return
        token = new_token()
        alert = wanted.row(
            now=clock.now(),
            email=guest.email,
            email_key=owner.email_key,
            end_key=queries.find_key(wanted, owner) or secrets.token_hex(_KEY_BYTES),
            confirm_token_hash=token_digest(token),
            text_version=TEXT_VERSION,
            asked_from=guest.asked_from,
        )
        session.add(alert)
        session.flush()
        mails.send_confirmation_link(session, alert, token)
    log.event("alert.asked", kind=wanted.table.__tablename__)


def confirm(token: str, *, confirmed_from: str) -> bool:
    """Make a guest's wish count; False when the link is dead. RefusedError at the limit: then it
    stays good.

    Who has ordered the same before keeps the older alert.
    """
    with transaction() as session:
        alert = queries.find_unconfirmed(token)
        if alert is None:
            return False
        owner, wanted = queries.owner_of_mailbox(alert.email), wanted_by(alert)
        one_at_a_time(session, _lock(owner))
        if queries.find_same(wanted, owner) is not None:
            return count_changed(session, _unconfirmed(alert)) > 0
        _refuse_beyond_limit(wanted, owner)
        if not _confirm(session, alert, confirmed_from):
            return False
        count_changed(session, _unconfirmed(alert))
        _note(session, "confirmed", wanted.table, alert.id, by=VISITOR)
    log.event("alert.confirmed", kind=wanted.table.__tablename__)
    return True


def _confirm(session: Session, alert: Alert, confirmed_from: str) -> bool:
    table = type(alert)
    statement = update(table).where(table.id == alert.id, table.confirmed_at.is_(None))
    values = {"confirmed_at": clock.now(), "confirmed_from": confirmed_from}
    return count_changed(session, statement.values(values)) == 1


def _unconfirmed(alert: Alert) -> Delete:
    """Deletes what the same mailbox asked for and nobody confirmed, this wish among it."""
    table = type(alert)
    return delete(table).where(
        wanted_by(alert).is_same(),
        table.email_key == alert.email_key,
        table.confirmed_at.is_(None),
    )


def end(end_key: str, *, by: Actor) -> None:
    """End an alert, also one that nobody confirmed yet; one that is over changes nothing."""
    ended = 0
    with transaction() as session:
        for table in TABLES:
            ids = session.scalars(select(table.id).where(table.end_key == end_key)).all()
            ended += count_changed(session, delete(table).where(table.id.in_(ids)))
            for alert_id in ids:
                _note(session, "ended", table, alert_id, by=by)
    if ended:
        log.event("alert.ended", actor=by.actor_name)


def end_own(customer: CustomerAccount, table: type[Alert], alert_id: int) -> None:
    """End an alert of the customer; NotFoundError when it is somebody else's or over."""
    owner = queries.owner_of(customer)
    with transaction() as session:
        query = select(table.end_key).where(table.id == alert_id, queries.belongs_to(table, owner))
        end_key = session.scalar(query)
        if end_key is None:
            raise NotFoundError
        end(end_key, by=customer)


def _refuse_beyond_limit(wanted: Wanted, owner: Owner) -> None:
    refused = problems.limit_problems(wanted, owner)
    if refused:
        raise RefusedError(*refused)


def _lock(owner: Owner) -> str:
    """Whatever concerns a mailbox happens in turn, so that nothing is doubled or uncounted."""
    return f"alerts of {owner.email_key}"


def _note(session: Session, what: str, table: type[Alert], alert_id: int, *, by: Actor) -> None:
    kind = table.__tablename__
    record(session, f"{kind}.{what}", by=by, kind=kind, object_id=alert_id)
