"""Kursänderungen: who is told, mounted under /verwaltung."""

from flask import Response, flash, url_for

from kmz.accounts.current import get_staff
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.notices import actions, mails, queries
from kmz.booking.notices.forms import SilenceForm, TellForm
from kmz.catalog.after_saving import lead_on
from kmz.catalog.queries import get_course
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.formats import counted
from kmz.web.numbers import whole_number
from kmz.web.pages import page, see_other
from kmz.web.paging import page_count, wanted_page

_CONFLICT = 409
_ALREADY = "Über diese Kursänderung ist schon entschieden."


@staff_blueprint.get("/kursaenderungen")
@staff_only("office", "finance")
def list_course_changes() -> Response:
    number = wanted_page()
    entries, total = queries.list_changes(number)
    return page(
        "booking/admin/list_course_changes.html",
        entries=entries,
        total=total,
        page_number=number,
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@staff_blueprint.get("/kurse/<int:course_id>/aenderung")
@staff_only("office")
def show_course_change(course_id: int) -> Response:
    return _page(course_id, TellForm(None), SilenceForm(None))


@staff_blueprint.post("/kurse/<int:course_id>/aenderung/mitteilung")
@staff_only("office")
def tell_of_change(course_id: int) -> Response:
    get_course(course_id)
    form = TellForm()
    if not form.validate():
        return _page(course_id, form, SilenceForm(None))
    try:
        told = actions.tell(
            course_id,
            version=whole_number(form.version.data),
            note=form.note.data or "",
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(course_id, form, SilenceForm(None), status=_CONFLICT)
    if told is None:
        return _decided_already()
    people = counted(told, "Anmeldung", "Anmeldungen")
    flash(f"Die Kursänderung ist mitgeteilt: {people}.", "success")
    return see_other(".list_course_changes")


@staff_blueprint.post("/kurse/<int:course_id>/aenderung/keine-mitteilung")
@staff_only("office")
def tell_nobody_of_change(course_id: int) -> Response:
    get_course(course_id)
    form = SilenceForm()
    if not form.validate():
        return _page(course_id, TellForm(None), form)
    try:
        is_done = actions.tell_nobody(
            course_id,
            version=whole_number(form.version.data),
            reason=form.reason.data or "",
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(course_id, TellForm(None), form, status=_CONFLICT)
    if not is_done:
        return _decided_already()
    flash("Niemand wird benachrichtigt; die Begründung ist vermerkt.", "success")
    return see_other(".list_course_changes")


def _decided_already() -> Response:
    flash(_ALREADY, "info")
    return see_other(".list_course_changes")


def _page(course_id: int, form: TellForm, silence: SilenceForm, *, status: int = 200) -> Response:
    course = get_course(course_id)
    compared = queries.compare(course_id)
    form.version.data = silence.version.data = str(compared.version)
    refused = form.has_errors or silence.has_errors
    return page(
        "booking/admin/show_course_change.html",
        status=422 if refused and status == 200 else status,
        form=form,
        silence=silence,
        course=course,
        compared=compared,
        bookings=[one.booking for one in compared.concerned],
        text=mails.preview(course, compared.lines, form.note.data or ""),
    )


def _after_saving(course_id: int) -> str | None:
    """Where a member of staff goes on who saved a change that people should know of."""
    if not actions.notice_change(course_id):
        return None
    flash("Angemeldete kennen den Kurs noch anders. Bitte entscheiden Sie, wer es erfährt.", "info")
    return url_for("staff_bookings.show_course_change", course_id=course_id)


lead_on("course changes", _after_saving)
