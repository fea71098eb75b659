"""The counter at the heart, and which hearts are filled: one query per request of a customer."""

from typing import Any

from flask import Flask, g

from kmz.accounts.current import current_customer
from kmz.catalog.queries import watched_course_ids


def watched_ids() -> set[int]:
    """The ids of the courses on the current customer's Merkliste; empty for visitors."""
    if "kmz_watched" not in g:
        customer = current_customer()
        g.kmz_watched = watched_course_ids(customer.id) if customer else set()
    return set(g.kmz_watched)


def forget_watched() -> None:
    """Count anew: the Merkliste has changed within this request."""
    g.pop("kmz_watched", None)


def _context() -> dict[str, Any]:
    return {"watchlist_count": len(watched_ids())}


def init_watchlist_badge(app: Flask) -> None:
    """Offer `watchlist_count` to all templates."""
    app.context_processor(_context)
