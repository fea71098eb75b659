"""How feeds are answered: kept for minutes by whoever reads them, readable from everywhere."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from flask import Response, current_app, make_response

# Five minutes, then asked again; an answer that has not changed is a 304.
FEED_CACHING = "public, max-age=300"
_BODIES = 24


def feed_answer(body: bytes | str, media_type: str) -> Response:
    """Public data: a page of somebody else may show it, too."""
    response = make_response(body)
    response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def calendar_answer(body: bytes, name: str) -> Response:
    """A calendar that a browser hands to the calendar program under this name."""
    response = feed_answer(body, "text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.ics")
    return response


class _Bodies:
    """The last bodies that were dear to write. The key names all they depend on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        body = self._kept.get(key)
        if body is None:
            body = make()
        with self._guard:
            self._kept[key] = body
            self._kept.move_to_end(key)
            if len(self._kept) > _BODIES:
                self._kept.popitem(last=False)
        return body


def kept_body(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """The body for this key, written once as long as others do not push it out."""
    bodies: _Bodies = current_app.extensions.setdefault("kmz_feed_bodies", _Bodies())
    return bodies.get(key, make)
