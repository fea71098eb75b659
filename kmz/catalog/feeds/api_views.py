"""The public interface for programs: read only, JSON, described by `/api/v1/openapi.json`."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, request, url_for
from werkzeug.exceptions import HTTPException

from kmz import clock
from kmz.catalog import queries as courses_of
from kmz.catalog.feeds import queries
from kmz.catalog.feeds.answers import feed_answer
from kmz.catalog.feeds.api_data import area_data, course_details, course_summary
from kmz.catalog.feeds.api_query import next_address, read_query
from kmz.catalog.feeds.openapi import description
from kmz.catalog.freshness import catalog_stamp, changed_by_today, live_version
from kmz.catalog.programme.queries import counts_by_area
from kmz.catalog.states import state_now
from kmz.catalog.views import blueprint
from kmz.errors import NotFoundError, RefusedError
from kmz.mail.rendering import public_link
from kmz.web.access import public
from kmz.web.conditional import conditional
from kmz.web.limits import feed_limit, limiter

# Programs ask as often as they like: what has not changed is a 304 from one row.
_CACHING = "public, max-age=60"
_LIVE_CACHING = "public, no-cache"
_PROBLEMS = {
    400: "Die Anfrage ist so nicht erlaubt.",
    404: "Das gibt es nicht.",
    410: "Diesen Kurs gibt es nicht mehr.",
    429: "Zu viele Anfragen.",
}
Parameters = ParamSpec("Parameters")


def _json(values: Any, *, status: int = 200, media_type: str = "application/json") -> Response:
    body = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    response = feed_answer(body, media_type)
    response.status_code = status
    return response


def _problem(status: int, detail: str = "", field: str | None = None) -> Response:
    """RFC 9457, in the words of our own pages."""
    values = {"title": _PROBLEMS.get(status, "Das ging nicht."), "status": status}
    values |= {"detail": detail} if detail else {}
    values |= {"parameter": field} if field else {}
    response = _json(values, status=status, media_type="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _for_programs(view: Callable[Parameters, Response]) -> Callable[Parameters, Response]:
    """Refusals as JSON; and every page of the web may read the answer, since it is nobody's own."""

    @wraps(view)
    def answer(*arguments: Parameters.args, **named: Parameters.kwargs) -> Response:
        response = _answer(lambda: view(*arguments, **named))
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return answer


def _answer(ask: Callable[[], Response]) -> Response:
    try:
        return ask()
    except RefusedError as refusal:
        problem = refusal.problems[0]
        return _problem(400, problem.message, problem.field)
    except NotFoundError:
        return _problem(404)
    except HTTPException as error:  # the limit per address
        return _problem(error.code or 500)


@blueprint.get("/api/v1/kurse")
@public
@_for_programs
@limiter.limit(feed_limit)
def list_api_courses() -> Response:
    query, stamp, today = read_query(request.args), catalog_stamp(), clock.today()

    def make() -> Response:
        courses, has_more = queries.api_page(query, today)
        last_id = courses[-1].id if courses else 0
        follows = public_link(next_address(request.path, query, last_id)) if has_more else None
        return _json(
            {
                "catalog_version": stamp.number,
                "courses": [course_summary(course) for course in courses],
                "next": follows,
            }
        )

    changed_at = changed_by_today(stamp)
    return conditional((stamp.number, today), make, changed_at=changed_at, caching=_CACHING)


@blueprint.get("/api/v1/kurse/<slug>")
@public
@_for_programs
@limiter.limit(feed_limit)
def show_api_course(slug: str) -> Response:
    stamp, found = catalog_stamp(), queries.find_live(slug)
    if found is None:
        courses_of.get_withdrawn_course(slug)
        return _problem(410)

    def make() -> Response:
        course = courses_of.get_published_course(slug)
        return _json(course_details(course, state_now(course)))

    live = live_version(dict([found]))
    return conditional((stamp.number, live), make, caching=_LIVE_CACHING)


@blueprint.get("/api/v1/bereiche")
@public
@_for_programs
@limiter.limit(feed_limit)
def list_api_areas() -> Response:
    stamp, today = catalog_stamp(), clock.today()

    def make() -> Response:
        counts, areas = counts_by_area(today), courses_of.all_areas()
        by_id = {area.id: area for area in areas}
        below = {
            area.id: sum(counts.get(other.id, 0) for other in areas if other.parent_id == area.id)
            for area in areas
        }
        return _json(
            {
                "areas": [
                    area_data(
                        area,
                        by_id.get(area.parent_id or 0),
                        counts.get(area.id, 0) + below[area.id],
                    )
                    for area in areas
                ]
            }
        )

    changed_at = changed_by_today(stamp)
    return conditional((stamp.number, today), make, changed_at=changed_at, caching=_CACHING)


@blueprint.get("/api/v1/openapi.json")
@public
@_for_programs
@limiter.limit(feed_limit)
def show_openapi() -> Response:
    """The description of this interface."""
    server = public_link(url_for("catalog.show_start")).rstrip("/")
    return conditional((), lambda: _json(description(server)), caching=_CACHING)
