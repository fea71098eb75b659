"""The line before the doors: the place in it, and how to leave it.

The page says that somebody is still there by asking again. That keeps the place, as a page keeps a
login alive; a program that follows links has no ticket and changes nothing.
"""

from flask import Response, flash, request

from kmz.booking.blueprints import blueprint
from kmz.booking.queue.actions import Waiting
from kmz.booking.queue.gate import estimate, make_room, own_turn, poll_seconds
from kmz.web.access import public
from kmz.web.pages import page, see_other


@blueprint.get("/warteschlange")
@public
def show_queue() -> Response:
    turn = own_turn()
    place = turn.place if isinstance(turn, Waiting) else 0
    return page(
        "booking/show_queue.html",
        fragments=("queue",),
        turn=turn,
        place=place,
        course=request.args.get("kurs", ""),
        estimate=estimate(place),
        seconds=poll_seconds(place),
    )


@blueprint.post("/warteschlange/ende")
@public
def leave_queue() -> Response:
    make_room()
    flash("Sie haben die Warteschlange verlassen.", "info")
    return see_other("catalog.list_courses")
