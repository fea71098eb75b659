"""How feeds are answered: kept for minutes by whoever reads them, readable from everywhere."""

from flask import Response, make_response

# Five minutes, then asked again; an answer that has not changed is a 304.
FEED_CACHING = "public, max-age=300"


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
