"""What the catalogue tells people about themselves (L26): their Merkliste."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kmz.catalog.models import Course, WatchlistItem
from kmz.db import db
from kmz.own_data import Column, Section


def _watched(customer_id: int) -> Sequence[Any]:
    query = (
        select(WatchlistItem.added_at, Course.number, Course.title)
        .join(Course, Course.id == WatchlistItem.course_id)
        .where(WatchlistItem.customer_id == customer_id)
        .order_by(WatchlistItem.id)
    )
    return db.session.execute(query).all()


SECTIONS = (
    Section(
        "watchlist",
        "Merkliste",
        (WatchlistItem.__tablename__,),
        _watched,
        (
            Column("number", "Kursnummer"),
            Column("title", "Titel"),
            Column("added_at", "Gemerkt am"),
        ),
    ),
)
