"""The office's pages for courses, mounted under /verwaltung."""

from flask import Blueprint, Response, flash, request

from kmz.accounts.current import get_staff
from kmz.catalog import problems, queries
from kmz.catalog.actions import courses as actions
from kmz.catalog.after_saving import next_address
from kmz.catalog.forms import CourseForm, values_of
from kmz.catalog.models import Course
from kmz.catalog.policy_queries import policies_to_choose
from kmz.catalog.protection import names_of
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.numbers import whole_number
from kmz.web.pages import page, redirect_to, see_other
from kmz.web.paging import wanted_list

blueprint = Blueprint("staff_courses", __name__)

_CONFLICT = 409
_DEFAULT_FILTER = "aktuell"


@blueprint.get("/kurse")
@staff_only("office")
def list_courses() -> Response:
    wanted = wanted_list(queries.STAFF_FILTERS, _DEFAULT_FILTER)
    found = queries.list_courses_for_staff(wanted)
    return page(
        "catalog/admin/list_courses.html",
        fragments=("courses",),
        found=found,
        filters=queries.STAFF_FILTERS,
        wanted=wanted,
    )


def _form_page(form: CourseForm, course: Course | None, *, status: int = 200) -> Response:
    form.add_empty_rows()
    return page(
        "catalog/admin/edit_course.html",
        status=422 if form.has_errors and status == 200 else status,
        form=form,
        course=course,
        protected=names_of(course.protected_fields) if course else {},
        is_conflict=status == _CONFLICT,
    )


def _offer(form: CourseForm) -> CourseForm:
    form.offer(
        areas=queries.all_areas(),
        rooms=queries.all_rooms(),
        semesters=queries.semesters_to_choose(),
        policies=policies_to_choose(),
    )
    return form


@blueprint.get("/kurse/neu")
@staff_only("office")
def new_course() -> Response:
    return _form_page(_offer(CourseForm(None, version="1")), None)


@blueprint.get("/kurse/<int:course_id>")
@staff_only("office")
def edit_course(course_id: int) -> Response:
    course = queries.get_course(course_id)
    form = CourseForm(None, data=values_of(course, queries.all_rooms()))
    return _form_page(_offer(form), course)


@blueprint.post("/kurse/neu")
@staff_only("office")
def create_course() -> Response:
    return _save(None)


@blueprint.post("/kurse/<int:course_id>")
@staff_only("office")
def save_course(course_id: int) -> Response:
    return _save(queries.get_course(course_id))


def _save(course: Course | None) -> Response:
    form = _offer(CourseForm())
    if "series" in request.form:
        form.add_series()
        return _form_page(form, course)
    form.known_number = course.number if course else ""
    if not form.validate():
        return _form_page(form, course)
    try:
        saved = actions.save_course(
            form.course_data(),
            course_id=course.id if course else None,
            version=whole_number(form.version.data),
            by=get_staff(),
        )
    except RefusedError as refusal:
        return _refused(form, course, refusal)
    flash("Der Kurs ist gespeichert.", "success")
    if address := next_address(saved.id):
        return redirect_to(address)
    return see_other("staff_courses.edit_course", course_id=saved.id)


def _refused(form: CourseForm, course: Course | None, refusal: RefusedError) -> Response:
    form.add_problems(refusal.problems)
    codes = {problem.code for problem in refusal.problems}
    form.asks_overbooking = problems.BELOW_TAKEN in codes
    is_conflict = problems.CHANGED_MEANWHILE.code in codes
    return _form_page(form, course, status=_CONFLICT if is_conflict else 422)


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
