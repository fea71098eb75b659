"""The Merkliste."""

from flask import Response, flash, request

from kmz import clock
from kmz.accounts.current import get_customer
from kmz.catalog import queries
from kmz.catalog.actions.watchlist import unwatch_course, watch_course
from kmz.catalog.models import Course
from kmz.catalog.states import state_now
from kmz.catalog.views import blueprint
from kmz.catalog.watchlist_badge import forget_watched
from kmz.errors import RefusedError
from kmz.web.access import customer_or_school
from kmz.web.pages import page, redirect_to
from kmz.web.returns import own_path


@blueprint.get("/konto/merkliste")
@customer_or_school
def list_watchlist() -> Response:
    courses = queries.watched_courses(get_customer().id)
    now = clock.now()
    states = {course.id: state_now(course, now=now) for course in courses}
    return page("catalog/list_watchlist.html", courses=courses, states=states)


@blueprint.post("/konto/merkliste/<slug>")
@customer_or_school
def watch(slug: str) -> Response:
    course = queries.get_published_course(slug)
    try:
        watch_course(get_customer().id, course.id)
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return redirect_to("/konto/merkliste")
    return _answer(course, f"„{course.title}“ steht auf der Merkliste.", is_watched=True)


@blueprint.post("/konto/merkliste/<slug>/loeschung")
@customer_or_school
def unwatch(slug: str) -> Response:
    course = queries.get_published_course(slug)
    unwatch_course(get_customer().id, course.id)
    return _answer(course, f"„{course.title}“ ist von der Merkliste genommen.", is_watched=False)


def _answer(course: Course, message: str, *, is_watched: bool) -> Response:
    forget_watched()
    if request.headers.get("HX-Request") == "true":
        return page(
            "catalog/_heart_changed.html",
            slug=course.slug,
            title=course.title,
            is_watched=is_watched,
            message=message,
        )
    flash(message, "success")
    return redirect_to(own_path(request.form.get("weiter")) or "/konto/merkliste")
