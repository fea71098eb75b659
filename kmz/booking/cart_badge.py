"""The counter at the cart icon, and the visitor's cart that becomes the customer's at login."""

from typing import Any

from flask import Flask, Response, g

from kmz.accounts.current import current_customer
from kmz.booking import queries
from kmz.booking.actions.cart import adopt_cart
from kmz.booking.cart_owner import cart_owner, forget_cart, visitor_cart
from kmz.booking.rules import CartOwner


def count_now() -> int:
    """How many courses are in the cart, counted once per request."""
    if "kmz_cart_count" not in g:
        g.kmz_cart_count = queries.cart_count(cart_owner())
    return int(g.kmz_cart_count)


def _context() -> dict[str, Any]:
    return {"cart_count": count_now()}


def _adopt_at_login() -> None:
    token = visitor_cart().token
    customer = current_customer() if token else None
    if token and customer is not None:
        adopt_cart(CartOwner(token=token), customer.id)
        g.kmz_cart_adopted = True


def _forget_adopted(response: Response) -> Response:
    return forget_cart(response) if g.get("kmz_cart_adopted") else response


def init_cart_badge(app: Flask) -> None:
    """Offer `cart_count` to all templates and bring a visitor's cart along (U27)."""
    app.context_processor(_context)
    app.before_request(_adopt_at_login)
    app.after_request(_forget_adopted)
