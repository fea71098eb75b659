"""The office's pages for bookings, mounted under /verwaltung."""

from flask import Response, flash, request

from kmz import clock
from kmz.accounts.current import get_staff
from kmz.booking import queries as booking_queries
from kmz.booking import rules
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.forms import ReasonForm
from kmz.booking.line import line_of
from kmz.booking.models import BookingStatus
from kmz.booking.office import queries
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.catalog.queries import get_course
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.formats import counted
from kmz.web.numbers import whole_numbers
from kmz.web.pages import form_page, page, redirect_to, see_other
from kmz.web.paging import page_count, wanted_page, wanted_words
from kmz.web.returns import own_path

STATUS_FILTERS = {BookingStatus.REQUESTED: "warten auf Einbuchung", "": "alle Anmeldungen"} | {
    status: name for status, name in rules.STATUS_NAMES.items() if status != BookingStatus.REQUESTED
}

AGE_FILTERS = {"": "jedes Alter", "minderjaehrig": "minderjährig"}


def _wanted() -> queries.StaffFilter:
    status = request.args.get("status", BookingStatus.REQUESTED.value)
    return queries.StaffFilter(
        status=status if status in STATUS_FILTERS else BookingStatus.REQUESTED,
        only_minors=request.args.get("alter") == "minderjaehrig",
        words=wanted_words(),
        page=wanted_page(),
    )


@staff_blueprint.get("/anmeldungen")
@staff_only("office", "finance")
def list_bookings() -> Response:
    wanted = _wanted()
    bookings, total = queries.list_bookings(wanted)
    return page(
        "booking/admin/list_bookings.html",
        fragments=("bookings",),
        bookings=bookings,
        total=total,
        wanted=wanted,
        page_count=page_count(total, queries.PAGE_SIZE),
        figures=queries.figures(rules.OVERDUE_AFTER_DAYS),
        filters=STATUS_FILTERS,
        ages=AGE_FILTERS,
        names=rules.STATUS_NAMES,
        now=clock.now(),
    )


@staff_blueprint.post("/anmeldungen/einbuchung")
@staff_only("office")
def confirm() -> Response:
    """Fest einbuchen: one booking by its button, or all that are ticked."""
    single = request.form.get("booking")
    ids = [single] if single else request.form.getlist("bookings")
    numbers = whole_numbers(ids)
    if not numbers:
        flash("Bitte wählen Sie mindestens eine Anmeldung aus.", "error")
        return _back()
    changed = confirm_bookings(numbers[: queries.PAGE_SIZE], by=get_staff())
    if changed:
        flash(f"{counted(len(changed), 'Anmeldung', 'Anmeldungen')} fest eingebucht.", "success")
    if len(changed) < len(numbers):
        flash("Manches war schon entschieden und bleibt, wie es ist.", "info")
    return _back()


def _back() -> Response:
    return redirect_to(own_path(request.form.get("weiter")) or "/verwaltung/anmeldungen")


@staff_blueprint.get("/anmeldungen/<int:booking_id>")
@staff_only("office", "finance")
def show_booking(booking_id: int) -> Response:
    return _booking_page(booking_id, ReasonForm(None))


def _booking_page(booking_id: int, form: ReasonForm) -> Response:
    booking = queries.get_any_booking(booking_id)
    return form_page(
        "booking/admin/show_booking.html",
        form,
        booking=booking,
        line=line_of(booking, booking.events),
        names=rules.STATUS_NAMES,
    )


@staff_blueprint.post("/anmeldungen/<int:booking_id>/ablehnung")
@staff_only("office")
def reject(booking_id: int) -> Response:
    form = ReasonForm()
    if not form.validate():
        return _booking_page(booking_id, form)
    if reject_booking(booking_id, reason=form.reason.data or "", by=get_staff()):
        flash("Die Anmeldung ist abgelehnt, der Platz ist wieder frei.", "success")
    else:
        flash("Über diese Anmeldung war schon entschieden.", "info")
    return see_other("staff_bookings.list_bookings")


@staff_blueprint.get("/kurse/<int:course_id>/absage")
@staff_only("office")
def show_cancellation(course_id: int) -> Response:
    return _cancellation_page(course_id, ReasonForm(None))


def _cancellation_page(course_id: int, form: ReasonForm) -> Response:
    course = get_course(course_id)
    holders = len(booking_queries.seat_holders(course_id))
    return form_page("booking/admin/show_cancellation.html", form, course=course, holders=holders)


@staff_blueprint.post("/kurse/<int:course_id>/absage")
@staff_only("office")
def cancel(course_id: int) -> Response:
    form = ReasonForm()
    if not form.validate():
        return _cancellation_page(course_id, form)
    try:
        ended = cancel_course(course_id, reason=form.reason.data or "", by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _cancellation_page(course_id, form)
    told = counted(ended, "Person wurde", "Personen wurden")
    flash(f"Der Kurs ist abgesagt; {told} benachrichtigt.", "success")
    return see_other("staff_courses.edit_course", course_id=course_id)
