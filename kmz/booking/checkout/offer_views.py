"""Accepting the offer of a seat: it opens the Anmeldeformular; the last click there books."""

from flask import Response, current_app, flash

from kmz.accounts.current import get_customer
from kmz.booking.blueprints import blueprint
from kmz.booking.checkout.actions.accepting import accept
from kmz.booking.owner import cart_owner, remember_cart
from kmz.booking.rules import CartOwner
from kmz.booking.waitlist import queries
from kmz.crypto import new_token
from kmz.errors import RefusedError
from kmz.web.access import customer_only, public
from kmz.web.pages import see_other


@blueprint.post("/konto/warteliste/<int:entry_id>/annahme")
@customer_only
def accept_offer(entry_id: int) -> Response:
    """Opens the Anmeldeformular with the kept seat; nothing is booked yet."""
    customer = get_customer()
    entry = queries.get_own_entry(customer.id, entry_id)
    minutes = current_app.config["KMZ"].hold_minutes
    try:
        key = accept(entry, CartOwner(customer_id=customer.id), minutes=minutes)
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return see_other("booking.list_waitlist")
    return see_other("booking.show_form", key=key)


@blueprint.post("/warteliste/<token>/annahme")
@public
def accept_place(token: str) -> Response:
    """Opens the Anmeldeformular with the kept seat in this browser; nothing is booked yet."""
    entry = queries.place_by_token(token).entry
    owner = cart_owner()
    if owner.customer_id is None and not owner.token:
        owner = CartOwner(token=new_token())
    try:
        key = accept(entry, owner, minutes=current_app.config["KMZ"].hold_minutes)
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return see_other("booking.show_place", token=token)
    return remember_cart(see_other("booking.show_form", key=key), owner)
