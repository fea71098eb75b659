"""Noting courses on the Merkliste (U40)."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.catalog.models import WatchlistItem
from kmz.catalog.queries import watched_course_ids, watchlist_size
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError

MAX_ITEMS = 200


def watch_course(customer_id: int, course_id: int) -> None:
    """Note a course; noting it twice changes nothing. RefusedError when the list is full."""
    try:
        with transaction() as session:
            if course_id in watched_course_ids(customer_id):
                return
            if watchlist_size(customer_id) >= MAX_ITEMS:
                message = f"Auf der Merkliste ist Platz für {MAX_ITEMS} Kurse."
                raise RefusedError(Problem("watchlist.full", message))
            session.add(
                WatchlistItem(customer_id=customer_id, course_id=course_id, added_at=clock.now())
            )
    except IntegrityError as error:
        if not violated(error, "uq_watchlist_item_customer_id_course_id"):
            raise


def unwatch_course(customer_id: int, course_id: int) -> None:
    """Take a course off the Merkliste; one that is not on it changes nothing."""
    with transaction() as session:
        session.execute(
            delete(WatchlistItem).where(
                WatchlistItem.customer_id == customer_id, WatchlistItem.course_id == course_id
            )
        )


def forget_watchlist(session: Session, customer_id: int) -> None:
    """Empty the Merkliste of a leaving customer; part of the caller's transaction (L28)."""
    session.execute(delete(WatchlistItem).where(WatchlistItem.customer_id == customer_id))
