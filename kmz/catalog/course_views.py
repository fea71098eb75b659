"""The page of one course, and what is left of it when it is gone."""

from functools import partial
from typing import Any

from flask import Response

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.course_page import (
    CoursePage,
    course_page_version,
    read_course_page,
    similar_courses,
)
from kmz.catalog.feeds.answers import FEED_CACHING, calendar_answer
from kmz.catalog.feeds.calendar import calendar_of
from kmz.catalog.freshness import catalog_stamp
from kmz.catalog.views import blueprint
from kmz.catalog.watchlist_badge import watched_ids
from kmz.errors import NotFoundError
from kmz.web.access import public
from kmz.web.brief import BriefMemory, brief_memory
from kmz.web.conditional import conditional
from kmz.web.limits import feed_limit, limiter
from kmz.web.pages import page
from kmz.web.returns import current_path
from kmz.web.visitor_pages import visitor_page


@blueprint.get("/kurs/<slug>")
@public
def show_course(slug: str) -> Response:
    try:
        return visitor_page(
            "catalog/show_course.html",
            partial(_course, slug),
            version=partial(course_page_version, slug),
        )
    except NotFoundError:
        return _gone(slug)


def _course(slug: str) -> dict[str, Any]:
    memory: BriefMemory[CoursePage] = brief_memory("course_pages")
    shown = memory.get(slug, lambda: read_course_page(slug))
    return {
        **shown.values,
        "page_version": shown.version,
        "is_watched": shown.course_id in watched_ids(),
        "here": current_path(),
    }


def _gone(slug: str) -> Response:
    """410 for a course that was public once; what was never public does not exist (404)."""
    course = queries.get_withdrawn_course(slug)
    return page(
        "catalog/show_gone_course.html",
        status=410,
        course=course,
        similar=similar_courses(course),
    )


@blueprint.get("/kurs/<slug>.ics")
@public
@limiter.limit(feed_limit)
def show_course_calendar(slug: str) -> Response:
    """The dates of a course, for calendars; also when it is over or cancelled."""
    stamp = catalog_stamp()

    def make() -> Response:
        course = queries.get_published_course(slug)
        return calendar_answer(calendar_of([course], name=course.title), course.slug)

    return conditional(
        ("calendar", stamp.number), make, changed_at=stamp.changed_at, caching=FEED_CACHING
    )


@blueprint.get("/uhr")
@public
def show_clock() -> Response:
    """The server's time for countdowns, in seconds since 1970."""
    response = Response(f"{clock.now().timestamp():.3f}", mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
