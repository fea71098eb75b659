"""Kursänderungen: who is told, mounted under /verwaltung."""

from collections.abc import Callable

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
    return _page(course_id)


@staff_blueprint.post("/kurse/<int:course_id>/aenderung/mitteilung")
@staff_only("office")
def tell_of_change(course_id: int) -> Response:
    form = TellForm()

    def tell(version: int | None) -> str | None:
        told = actions.tell(course_id, version=version, note=form.note.data or "", by=get_staff())
        if told is None:
            return None
        return f"Die Kursänderung ist mitgeteilt: {counted(told, 'Anmeldung', 'Anmeldungen')}."

    return _decide(course_id, form, tell)


@staff_blueprint.post("/kurse/<int:course_id>/aenderung/keine-mitteilung")
@staff_only("office")
def tell_nobody_of_change(course_id: int) -> Response:
    form = SilenceForm()

    def tell_nobody(version: int | None) -> str | None:
        reason = form.reason.data or ""
        is_done = actions.tell_nobody(course_id, version=version, reason=reason, by=get_staff())
        return "Niemand wird benachrichtigt; die Begründung ist vermerkt." if is_done else None

    return _decide(course_id, form, tell_nobody)


def _decide(
    course_id: int, sent: TellForm | SilenceForm, act: Callable[[int | None], str | None]
) -> Response:
    """Let `act` decide about the version that was shown; it says what it did, None where somebody
    else had decided before.
    """
    get_course(course_id)
    if not sent.validate():
        return _page(course_id, sent)
    try:
        done = act(whole_number(sent.version.data))
    except RefusedError as refusal:
        sent.add_problems(refusal.problems)
        return _page(course_id, sent, status=_CONFLICT)
    flash(*((done, "success") if done else (_ALREADY, "info")))
    return see_other(".list_course_changes")


def _page(
    course_id: int, sent: TellForm | SilenceForm | None = None, *, status: int = 422
) -> Response:
    """The change with both ways to decide; `status` where one was sent and refused."""
    form = sent if isinstance(sent, TellForm) else TellForm(None)
    silence = sent if isinstance(sent, SilenceForm) else SilenceForm(None)
    course = get_course(course_id)
    compared = queries.compare(course_id)
    form.version.data = silence.version.data = str(compared.version)
    return page(
        "booking/admin/show_course_change.html",
        status=200 if sent is None else status,
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
