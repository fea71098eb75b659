"""The Merkliste: of customers and visitors, shared by a link, and the copy for the way without a
network.
"""

from datetime import timedelta

from flask import Response, flash, make_response, render_template, request

from kmz import clock
from kmz.accounts.current import current_customer
from kmz.catalog import queries, watchlist_owner
from kmz.catalog.models import Course
from kmz.catalog.notes import MAX_SHARED, Note, shared_ids
from kmz.catalog.views import blueprint
from kmz.catalog.watchlist_badge import copy_owner, watched_ids
from kmz.catalog.watchlist_owner import own_limit, own_notes
from kmz.catalog.watchlist_page import read_watchlist
from kmz.catalog.watchlist_queries import find_watched
from kmz.errors import RefusedError
from kmz.web.access import customer_or_school, public
from kmz.web.formats import counted
from kmz.web.pages import page, redirect_to, see_other
from kmz.web.returns import own_path

# How long a copy in the browser may be shown: states of last month would mislead.
_COPY_FOR = timedelta(days=7)


@blueprint.get("/merkliste")
@public
def show_watchlist() -> Response:
    """The list of a visitor; customers have theirs behind the login."""
    if current_customer():
        return see_other("catalog.list_watchlist")
    response = _watchlist()
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/konto/merkliste")
@customer_or_school
def list_watchlist() -> Response:
    return _watchlist()


def _watchlist() -> Response:
    return page(
        "catalog/list_watchlist.html",
        watchlist=read_watchlist(own_notes()),
        limit=own_limit(),
        max_shared=MAX_SHARED,
    )


@blueprint.get("/merkliste/kopie")
@public
def show_watchlist_copy() -> Response:
    """What the service worker shows of the list without a network: facts of courses, no name, no
    form.
    """
    now = clock.now()
    watchlist = read_watchlist(own_notes())
    body = render_template("catalog/show_watchlist_copy.html", watchlist=watchlist, now=now)
    response = make_response(body)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Copy-Owner"] = copy_owner()
    until = (now + _COPY_FOR).timestamp()
    response.headers["X-Copy-Until"] = str(int(until * 1000))  # as Date.now() counts
    return response


@blueprint.post("/merkliste/kurse/<slug>")
@public
def watch(slug: str) -> Response:
    course = queries.get_published_course(slug)
    try:
        watchlist_owner.watch(course.id)
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
        return redirect_to("/merkliste")
    return _answer(course, f"„{course.title}“ steht auf der Merkliste.", is_watched=True)


@blueprint.post("/merkliste/kurse/<slug>/loeschung")
@public
def unwatch(slug: str) -> Response:
    """Also for a course that has left the programme, as long as it is noted."""
    course = find_watched(watched_ids(), slug) or queries.get_published_course(slug)
    watchlist_owner.unwatch([course.id])
    return _answer(course, f"„{course.title}“ ist von der Merkliste genommen.", is_watched=False)


@blueprint.post("/merkliste/gesehen")
@public
def note_anew() -> Response:
    watchlist_owner.note_anew()
    return see_other("catalog.show_watchlist")


@blueprint.get("/merkliste/geteilt")
@public
def show_shared() -> Response:
    """Courses that somebody passed on; nothing is stored for the link, it names them."""
    shared = read_watchlist(Note(course_id) for course_id in _shared_ids())
    return page("catalog/show_shared.html", watchlist=shared, watched=watched_ids())


@blueprint.post("/merkliste/geteilt")
@public
def watch_shared() -> Response:
    shared = read_watchlist(Note(course_id) for course_id in _shared_ids())
    new = [entry.course.id for entry in shared.entries if entry.course.id not in watched_ids()]
    left = watchlist_owner.watch_all(new)
    if new[left:]:
        flash(f"Neu auf der Merkliste: {counted(len(new) - left, 'Kurs', 'Kurse')}.", "success")
    if left:
        courses = counted(left, "Kurs hatte", "Kurse hatten")
        flash(f"{courses} keinen Platz mehr: Es passen {own_limit()} auf die Liste.", "error")
    return see_other("catalog.show_watchlist")


def _shared_ids() -> list[int]:
    return shared_ids(request.values.get("kurse", ""))


def _answer(course: Course, message: str, *, is_watched: bool) -> Response:
    if request.headers.get("HX-Request") == "true":
        return page(
            "catalog/_heart_changed.html",
            slug=course.slug,
            title=course.title,
            is_watched=is_watched,
            message=message,
        )
    flash(message, "success")
    return redirect_to(own_path(request.form.get("weiter")) or "/merkliste")
