"""The counter at the cart icon."""

from typing import Any

from flask import Flask, g

from kmz.booking.cart import queries
from kmz.booking.owner import cart_owner
from kmz.web.pages import fills_main


def count_now() -> int:
    """How many courses are in the cart, counted once per request."""
    if "kmz_cart_count" not in g:
        g.kmz_cart_count = queries.cart_count(cart_owner())
    return int(g.kmz_cart_count)


def _context() -> dict[str, Any]:
    return {} if fills_main() else {"cart_count": count_now()}


def init_cart_badge(app: Flask) -> None:
    """Offer `cart_count` to all templates."""
    app.context_processor(_context)
