"""The personal calendar's address: made, renewed, taken back."""

from sqlalchemy import delete

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.booking.models import CalendarFeed
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction


def renew_feed(customer_id: int, *, by: Actor) -> str:
    """Give the calendar of a customer a new address; the old one is dead at once. Returns the
    token, which nobody can read again.
    """
    token, now = new_token(), clock.now()
    with transaction() as session:
        session.execute(delete(CalendarFeed).where(CalendarFeed.customer_id == customer_id))
        session.add(
            CalendarFeed(customer_id=customer_id, token_hash=token_digest(token), created_at=now)
        )
        record(session, "calendar.renewed", by=by, kind="customer", object_id=customer_id)
    return token


def end_feed(customer_id: int, *, by: Actor) -> None:
    """Take the address back; twice changes nothing."""
    with transaction() as session:
        statement = delete(CalendarFeed).where(CalendarFeed.customer_id == customer_id)
        if count_changed(session, statement):
            record(session, "calendar.ended", by=by, kind="customer", object_id=customer_id)
