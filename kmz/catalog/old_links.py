"""Links of the former course pages: `?knr=191-4632` at any of their addresses finds the course."""

import re
from urllib.parse import unquote_plus

from flask import Response, request, url_for

from kmz.catalog import queries
from kmz.catalog.rules import number_key
from kmz.catalog.views import blueprint
from kmz.web.access import public
from kmz.web.forms import clean
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import moved_to

# Old pages also part their arguments with semicolons.
_NUMBER = re.compile(r"(?:^|[&;])knr=([^&;]{1,120})", re.IGNORECASE)
_MAX_NUMBER = 40
_START, _LIST = "catalog.show_start", "catalog.list_courses"


def _asked_number() -> str:
    """The course number in the address as it was typed; "" without one."""
    query = request.query_string.decode("ascii", "ignore")
    found = _NUMBER.search(query)
    return clean(unquote_plus(found[1])).replace("\x00", "")[:_MAX_NUMBER].strip() if found else ""


@blueprint.before_request
def _lead_to_the_course() -> Response | None:
    """START and PROGRAMM stood where they stand now."""
    if request.endpoint in {_START, _LIST} and b"knr=" in request.query_string.lower():
        return follow_old_link()
    return None


@blueprint.get("/kurs")
@blueprint.get("/index.php")
@public
def show_old_address() -> Response:
    if _asked_number():
        return follow_old_link()
    return moved_to(url_for(_START if request.path == "/index.php" else _LIST))


@limiter.limit(search_limit)
def follow_old_link() -> Response:
    """To the course with this number, for good (301); to a search for several or none."""
    number = _asked_number()
    slugs = queries.slugs_by_number(number) if number_key(number) else []
    if len(slugs) == 1:
        return moved_to(url_for("catalog.show_course", slug=slugs[0]))
    searched = url_for(_LIST, q=number, anzeige="beendet") if number else url_for(_LIST)
    return moved_to(searched, code=301 if slugs else 302)
