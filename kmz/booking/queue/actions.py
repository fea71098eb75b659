"""The line before the doors: so many may book at once, everybody else keeps the order.

The order is that of the tickets' ids, and tickets are drawn and admitted one after the other, also
by several servers: nobody passes anybody. A place belongs to whoever was seen within the last
minute; somebody who is admitted stays in for some minutes, or until the booking is done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.booking.models import QueueTicket
from kmz.crypto import new_token, token_digest
from kmz.db import db, one_at_a_time, transaction

GONE_AFTER = timedelta(seconds=60)
# Being there is written down less often than it is said.
_NOTED_EVERY = timedelta(seconds=15)
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QueueTerms:
    """How many may be in the booking at once (0: no line), and for how long each."""

    slots: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Admitted:
    """May book. `token` is "" where there is no line."""

    token: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Stands in the line, at this place from 1."""

    token: str
    place: int


def take_turn(token: str, terms: QueueTerms) -> Admitted | Waiting:
    """Somebody wants to book: the turn of a ticket that counts, else a new one at the end."""
    if not terms.slots:
        return Admitted()
    return find_turn(token, terms) or _draw(terms)


def find_turn(token: str, terms: QueueTerms) -> Admitted | Waiting | None:
    """Somebody is still there: what has become of the ticket; None when it does not count (any
    more).
    """
    if not terms.slots:
        return Admitted(token)
    ticket = db.session.scalar(select(QueueTicket).where(_is(token))) if token else None
    if ticket is None or not _counts(ticket, terms):
        return None
    if ticket.admitted_at is not None:
        return Admitted(token)
    place = _place(db.session(), ticket.id)
    is_noted = clock.now() - ticket.seen_at < _NOTED_EVERY
    if is_noted and place + _inside(db.session(), terms) > terms.slots:
        return Waiting(token, place)
    with transaction() as session:
        one_at_a_time(session, "booking queue")
        # Read again: another tab may have done the same meanwhile.
        present = session.scalar(select(QueueTicket).where(_is(token)))
        return _admit(session, present, token, terms) if present is not None else None


def leave(token: str) -> None:
    """Done, or given up: the next one may come."""
    with transaction() as session:
        session.execute(
            delete(QueueTicket).where(_is(token)),
            execution_options={"synchronize_session": False},
        )


def delete_old_tickets() -> None:
    """Nobody comes back after a day; a job."""
    with transaction() as session:
        session.execute(
            delete(QueueTicket).where(QueueTicket.seen_at < clock.now() - _KEPT),
            execution_options={"synchronize_session": False},
        )


def _is(token: str) -> ColumnElement[bool]:
    return QueueTicket.token_hash == token_digest(token)


def _draw(terms: QueueTerms) -> Admitted | Waiting:
    token, now = new_token(), clock.now()
    with transaction() as session:
        one_at_a_time(session, "booking queue")
        ticket = QueueTicket(token_hash=token_digest(token), drawn_at=now, seen_at=now)
        session.add(ticket)
        session.flush()
        return _admit(session, ticket, token, terms)


def _admit(
    session: Session, ticket: QueueTicket, token: str, terms: QueueTerms
) -> Admitted | Waiting:
    """Let the ticket in where everybody before it fits as well."""
    ticket.seen_at = clock.now()
    if ticket.admitted_at is not None:
        return Admitted(token)
    place = _place(session, ticket.id)
    if place + _inside(session, terms) > terms.slots:
        return Waiting(token, place)
    ticket.admitted_at = ticket.seen_at
    return Admitted(token)


def _counts(ticket: QueueTicket, terms: QueueTerms) -> bool:
    if ticket.admitted_at is not None:
        return ticket.admitted_at > _inside_since(terms)
    return ticket.seen_at > clock.now() - GONE_AFTER


def _inside_since(terms: QueueTerms) -> datetime:
    return clock.now() - timedelta(minutes=terms.minutes)


def _place(session: Session, ticket_id: int) -> int:
    """1 for whoever is next."""
    before = select(func.count()).where(
        QueueTicket.id < ticket_id,
        QueueTicket.admitted_at.is_(None),
        QueueTicket.seen_at > clock.now() - GONE_AFTER,
    )
    return (session.scalar(before) or 0) + 1


def _inside(session: Session, terms: QueueTerms) -> int:
    inside = select(func.count()).where(QueueTicket.admitted_at > _inside_since(terms))
    return session.scalar(inside) or 0
