"""The door of booking: whoever presses "Anmelden" goes in, or stands in the line first.

The token is in a cookie, which comes with that click and not before (L36).
"""

from math import ceil

from flask import Response, after_this_request, current_app, request

from kmz.booking.queue.actions import (
    Admitted,
    QueueTerms,
    Waiting,
    find_turn,
    leave,
    take_turn,
)
from kmz.web.pages import see_other

_POLL_SECONDS, _SLOWEST = 5, 15


def turn_of(visitor: str) -> Admitted | Waiting:
    """Whether who holds this token ("" for nobody yet) may book now; draws a ticket if not."""
    return take_turn(visitor, _terms())


def waiting_line() -> Response | None:
    """Where the visitor of this request has to wait before a booking starts; None: go on.

    Call it once nothing else stands against the booking: who comes before the opening gets no
    place in the line.
    """
    turn = turn_of(visitor_token())
    if turn.token and turn.token != visitor_token():
        _keep(turn.token)
    if isinstance(turn, Admitted):
        return None
    return see_other("booking.show_queue", kurs=request.values.get("kurs") or None)


def own_turn() -> Admitted | Waiting | None:
    """The turn of this request's visitor; None without a ticket that counts."""
    return find_turn(visitor_token(), _terms())


def make_room() -> None:
    """The visitor has booked, or goes: the next one may come. Costs nothing without a ticket."""
    token = visitor_token()
    if token:
        leave(token)
        _keep("")


def visitor_token() -> str:
    token = request.cookies.get(_cookie_name(), "")
    return token if len(token) <= 100 else ""


def poll_seconds(place: int) -> int:
    """After how many seconds to ask again; the far end of a long line asks less often."""
    return min(_SLOWEST, _POLL_SECONDS + place // 100)


def estimate(place: int) -> str:
    """How long it takes at most, in words; most people need less than the minutes they have."""
    terms = _terms()
    minutes = ceil(place / max(1, terms.slots)) * terms.minutes
    if minutes > 90:
        return "mehr als eineinhalb Stunden"
    return "höchstens eine Minute" if minutes <= 1 else f"höchstens etwa {minutes} Minuten"


def _terms() -> QueueTerms:
    config = current_app.config["KMZ"]
    return QueueTerms(config.queue_slots, config.queue_minutes)


def _cookie_name() -> str:
    return "__Host-kmz_queue" if current_app.config["KMZ"].is_https else "kmz_queue"


def _keep(token: str) -> None:
    """Give the browser this token, or take it away; it ends with the browser's session."""
    secure = current_app.config["KMZ"].is_https

    @after_this_request
    def _set(response: Response) -> Response:
        if token:
            response.set_cookie(
                _cookie_name(), token, secure=secure, httponly=True, samesite="Lax", path="/"
            )
        else:
            response.delete_cookie(_cookie_name(), path="/", secure=secure)
        return response
