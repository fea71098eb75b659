"""The office's pages for courses, mounted under /verwaltung."""

from datetime import timedelta

from flask import Blueprint, Response, flash, request

from kmz.accounts.current import get_staff
from kmz.accounts.forms import ConfirmForm
from kmz.catalog import problems, queries
from kmz.catalog.actions import courses as actions
from kmz.catalog.forms import MAX_ROWS, CourseForm, values_of
from kmz.catalog.models import Course
from kmz.dates import format_day, parse_day
from kmz.errors import Problem, RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import page, see_other
from kmz.web.paging import page_count, wanted_page, wanted_words

blueprint = Blueprint("staff_courses", __name__)

_CONFLICT = 409


@blueprint.get("/kurse")
@staff_only("office")
def list_courses() -> Response:
    state = request.args.get("stand", "aktuell")
    chosen = state if state in queries.STAFF_FILTERS else "aktuell"
    words, wanted = wanted_words(), wanted_page()
    found, total = queries.list_courses_for_staff(words=words, state=chosen, page=wanted)
    return page(
        "catalog/admin/list_courses.html",
        fragments=("courses",),
        courses=found,
        total=total,
        filters=queries.STAFF_FILTERS,
        chosen=chosen,
        words=words,
        number=wanted,
        page_count=page_count(total, queries.STAFF_PAGE_SIZE),
    )


def _form_page(form: CourseForm, course: Course | None, *, status: int = 200) -> Response:
    form.offer(queries.all_areas(), queries.all_rooms())
    return page(
        "catalog/admin/edit_course.html",
        status=422 if form.has_errors and status == 200 else status,
        form=form,
        course=course,
        action_form=ConfirmForm(None),
    )


@blueprint.get("/kurse/neu")
@staff_only("office")
def new_course() -> Response:
    return _form_page(CourseForm(None, version="1"), None)


@blueprint.get("/kurse/<int:course_id>")
@staff_only("office")
def edit_course(course_id: int) -> Response:
    course = queries.get_course(course_id)
    return _form_page(CourseForm(None, data=values_of(course)), course)


@blueprint.post("/kurse/neu")
@staff_only("office")
def create_course() -> Response:
    return _save(None)


@blueprint.post("/kurse/<int:course_id>")
@staff_only("office")
def save_course(course_id: int) -> Response:
    return _save(queries.get_course(course_id))


def _save(course: Course | None) -> Response:
    form = CourseForm()
    form.offer(queries.all_areas(), queries.all_rooms())
    if "series" in request.form:
        _add_series(form)
        return _form_page(form, course)
    if not form.validate():
        return _form_page(form, course)
    version = form.version.data or ""
    try:
        saved = actions.save_course(
            form.course_data(),
            course_id=course.id if course else None,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        conflict = problems.CHANGED_MEANWHILE in refusal.problems
        return _form_page(form, course, status=_CONFLICT if conflict else 422)
    flash("Der Kurs ist gespeichert.", "success")
    return see_other("staff_courses.edit_course", course_id=saved.id)


def _add_series(form: CourseForm) -> None:
    """Reihe einfügen: weekly copies of the last Termin that is filled in."""
    rows = [entry for entry in form.sessions if entry.form.day.data]
    count = form.series_count.data or ""
    try:
        first = parse_day(rows[-1].form.day.data or "")
        wanted = min(int(count), MAX_ROWS)
    except (IndexError, ValueError):
        form.add_problems([Problem("series", "Bitte Tag und Anzahl angeben.", "series_count")])
        return
    last = rows[-1].form
    empty = [entry for entry in form.sessions if not entry.form.day.data]
    for week in range(1, wanted):
        if not empty:
            if len(form.sessions) >= MAX_ROWS:
                break
            empty.append(form.sessions.append_entry({}))
        row = empty.pop(0).form
        row.day.data = format_day(first + timedelta(weeks=week))
        row.starts.data, row.ends.data = last.starts.data, last.ends.data
        row.room.data = last.room.data


@blueprint.post("/kurse/<int:course_id>/veroeffentlichung")
@staff_only("office")
def publish(course_id: int) -> Response:
    try:
        actions.publish_course(course_id, by=get_staff())
    except RefusedError as refusal:
        flash(refusal.problems[0].message, "error")
    else:
        flash("Der Kurs ist veröffentlicht.", "success")
    return see_other("staff_courses.edit_course", course_id=course_id)


@blueprint.post("/kurse/<int:course_id>/ruecknahme")
@staff_only("office")
def unpublish(course_id: int) -> Response:
    actions.unpublish_course(course_id, by=get_staff())
    flash("Der Kurs steht nicht mehr im Programm.", "success")
    return see_other("staff_courses.edit_course", course_id=course_id)
