"""A guest's place on the Warteliste, behind a mailed link. Opening it changes nothing."""

from flask import Response

from kmz import clock
from kmz.audit.actions import VISITOR
from kmz.booking.blueprints import blueprint
from kmz.booking.waitlist import queries
from kmz.booking.waitlist.actions import joining as waitlist
from kmz.booking.waitlist.queries import Place
from kmz.booking.waitlist.rules import ON_THE_LIST, STATUS_NAMES
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
    return _place_page(queries.place_by_token(token), token)


@blueprint.post("/warteliste/<token>/ende")
@public
def leave_place(token: str) -> Response:
    """Leaves the list or declines the offer; the address itself is the proof."""
    waitlist.leave(queries.place_by_token(token).entry.id, by=VISITOR)
    return see_other("booking.show_place", token=token)
