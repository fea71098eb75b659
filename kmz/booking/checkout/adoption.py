"""What a visitor put into the cart and typed becomes the customer's at login."""

from flask import Flask, Response, g

from kmz.accounts.current import current_customer
from kmz.booking.checkout.actions.drafts import adopt_visit
from kmz.booking.owner import forget_cart, visitor_cart


def _adopt_at_login() -> None:
    token = visitor_cart().token
    customer = current_customer() if token else None
    if token and customer is not None:
        adopt_visit(token, customer.id)
        g.kmz_cart_adopted = True


def _forget_adopted(response: Response) -> Response:
    return forget_cart(response) if g.get("kmz_cart_adopted") else response


def init_visit_adoption(app: Flask) -> None:
    """Bring a visitor's cart and forms along at login (U27)."""
    app.before_request(_adopt_at_login)
    app.after_request(_forget_adopted)
