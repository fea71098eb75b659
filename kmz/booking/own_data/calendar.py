"""The personal calendar."""

from collections.abc import Sequence

from sqlalchemy import select

from kmz.booking.models import CalendarFeed
from kmz.db import db
from kmz.own_data import Column, Section


def _feeds(customer_id: int) -> Sequence[CalendarFeed]:
    query = select(CalendarFeed).where(CalendarFeed.customer_id == customer_id)
    return db.session.scalars(query).all()


SECTIONS = (
    Section(
        "calendar_feeds",
        "Persönlicher Kalender",
        (CalendarFeed.__tablename__,),
        _feeds,
        (Column("created_at", "Adresse erzeugt am"),),
    ),
)
