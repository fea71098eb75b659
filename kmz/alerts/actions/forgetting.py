"""Forgetting alerts: what nobody confirmed, what is over, what belonged to a leaving customer."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.alerts import queries, rules
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.queries import TABLES, owner_of
from kmz.audit.actions import SYSTEM, record
from kmz.db import count_changed, transaction


def forget_alerts(session: Session, customer: CustomerAccount) -> None:
    """Delete what a leaving customer ordered, also as a guest of the same mailbox; part of the
    caller's transaction (L28).
    """
    owner = owner_of(customer)
    for table in TABLES:
        count_changed(session, delete(table).where(queries.named(table, owner)))


def delete_old_alerts() -> None:
    """Delete wishes that nobody confirmed in time, guests' Suchabos after two years, and waiting
    for a seat in courses that are called off, over or gone.
    """
    now = clock.now()
    with transaction() as session:
        for table in TABLES:
            too_late = table.created_at <= now - rules.LINK_LIFETIME
            count_changed(session, delete(table).where(table.confirmed_at.is_(None), too_late))
        ended = delete(SavedSearch).where(
            SavedSearch.customer_id.is_(None),
            SavedSearch.confirmed_at <= now - rules.GUEST_SEARCH_LIFETIME,
        )
        over = delete(SeatAlert).where(SeatAlert.course_id.in_(queries.seatless_courses(now)))
        gone = count_changed(session, ended) + count_changed(session, over)
        if gone:
            record(session, "alert.purged", by=SYSTEM, kind="alert", count=gone)
