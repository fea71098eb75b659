"""Whose cart the current request means: the customer's, or that of a visitor with a cart cookie."""

from flask import Response, current_app, request

from kmz.accounts.current import current_customer
from kmz.booking.rules import CartOwner

_MAX_AGE = 30 * 24 * 60 * 60


def _cookie_name() -> str:
    return "__Host-kmz_cart" if current_app.config["KMZ"].is_https else "kmz_cart"


def visitor_cart() -> CartOwner:
    """The cart of the browser's cookie, whoever is logged in."""
    token = request.cookies.get(_cookie_name(), "")
    return CartOwner(token=token if 0 < len(token) <= 100 else None)


def cart_owner() -> CartOwner:
    customer = current_customer()
    return CartOwner(customer_id=customer.id) if customer else visitor_cart()


def remember_cart(response: Response, owner: CartOwner) -> Response:
    """Give the browser the token of a visitor's cart; only after a click on the cart (L36)."""
    if owner.token and owner.token != request.cookies.get(_cookie_name()):
        response.set_cookie(
            _cookie_name(),
            owner.token,
            max_age=_MAX_AGE,
            secure=current_app.config["KMZ"].is_https,
            httponly=True,
            samesite="Lax",
            path="/",
        )
    return response


def forget_cart(response: Response) -> Response:
    """Take the visitor's token away: the cart has become the customer's."""
    if visitor_cart().token:
        response.delete_cookie(_cookie_name(), path="/", secure=current_app.config["KMZ"].is_https)
    return response
