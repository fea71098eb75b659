"""A guest's place on the Warteliste, behind a mailed link. Opening it changes nothing."""

from flask import Response, current_app, flash

from kmz import clock
from kmz.audit.actions import VISITOR
from kmz.booking import waitlist_queries
from kmz.booking.actions import waitlist
from kmz.booking.actions.accepting import accept
from kmz.booking.cart_owner import cart_owner, remember_cart
from kmz.booking.rules import CartOwner
from kmz.booking.views import blueprint
from kmz.booking.waitlist_queries import Place
from kmz.booking.waitlist_rules import ON_THE_LIST, STATUS_NAMES
from kmz.crypto import new_token
from kmz.errors import RefusedError
from kmz.web.access import public
from kmz.web.pages import page, secret_page, see_other


def _place_page(place: Place, token: str) -> Response:
    return secret_page(
        page(
            "booking/waitlist_place.html",
            place=place,
            token=token,
            is_waiting=place.entry.status in ON_THE_LIST,
            names=STATUS_NAMES,
            now=clock.now(),
        )
    )


@blueprint.get("/warteliste/<token>")
@public
def show_place(token: str) -> Response:
    return _place_page(waitlist_queries.place_by_token(token), token)


@blueprint.post("/warteliste/<token>/ende")
@public
def leave_place(token: str) -> Response:
    """Leaves the list or declines the offer; the address itself is the proof."""
    waitlist.leave(waitlist_queries.place_by_token(token).entry.id, by=VISITOR)
    return see_other("booking.show_place", token=token)


@blueprint.post("/warteliste/<token>/annahme")
@public
def accept_place(token: str) -> Response:
    """Opens the Anmeldeformular with the kept seat in this browser; nothing is booked yet."""
    entry = waitlist_queries.place_by_token(token).entry
    owner = cart_owner()
    if owner.customer_id is None and not owner.token:
        owner = CartOwner(token=new_token())
    try:
        key = accept(entry, owner, minutes=current_app.config["KMZ"].hold_minutes)
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return see_other("booking.show_place", token=token)
    return remember_cart(see_other("booking.show_form", key=key), owner)
