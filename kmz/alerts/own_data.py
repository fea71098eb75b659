"""What alerts tell people about themselves (L26): Suchabos and awaited seats, also those ordered
as a guest of the same mailbox.
"""

from collections.abc import Sequence
from typing import Any

from kmz.accounts.models import CustomerAccount
from kmz.alerts import queries
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.db import db
from kmz.own_data import Column, Section


def _owner(customer_id: int) -> queries.Owner:
    return queries.owner_of(db.session.get_one(CustomerAccount, customer_id))


def _searches(customer_id: int) -> Sequence[Any]:
    return queries.searches_of(_owner(customer_id))


def _seat_alerts(customer_id: int) -> Sequence[Any]:
    return queries.seat_alerts_of(_owner(customer_id))


_CONSENT = (
    Column("text_version", "Fassung des Textes"),
    Column("created_at", "Bestellt am"),
    Column("confirmed_at", "Bestätigt am"),
)

SECTIONS = (
    Section(
        "saved_searches",
        "Suchabos",
        (SavedSearch.__tablename__,),
        _searches,
        (
            Column("name", "Gesucht wird"),
            Column("query", "Adresse der Suche"),
            Column("mailed_at", "Zuletzt angeschrieben am"),
            *_CONSENT,
        ),
    ),
    Section(
        "seat_alerts",
        "Benachrichtigungen über freie Plätze",
        (SeatAlert.__tablename__,),
        _seat_alerts,
        (
            Column("number", "Kursnummer", read=lambda alert: alert.course.number),
            Column("title", "Titel", read=lambda alert: alert.course.title),
            *_CONSENT,
        ),
    ),
)
