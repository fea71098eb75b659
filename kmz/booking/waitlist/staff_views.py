"""The office's page of a course's Warteliste, mounted under /verwaltung."""

from flask import Response, flash

from kmz import clock
from kmz.accounts.current import get_staff
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.forms import ReasonForm
from kmz.booking.models import WaitlistEntry
from kmz.booking.waitlist import queries
from kmz.booking.waitlist.actions import joining as waitlist
from kmz.booking.waitlist.forms import OutOfTurnForm, PhonedForm
from kmz.booking.waitlist.links import participant_key_of
from kmz.booking.waitlist.problems import Waiting
from kmz.booking.waitlist.rules import STATUS_NAMES
from kmz.catalog.queries import get_course
from kmz.errors import NotFoundError, RefusedError
from kmz.web.access import staff_only
from kmz.web.pages import form_page, see_other


def _list(course_id: int, form: PhonedForm) -> Response:
    return form_page(
        "booking/admin/list_waitlist.html",
        form,
        course=get_course(course_id),
        places=queries.list_of(course_id),
        ended=queries.ended_of(course_id),
        names=STATUS_NAMES,
        now=clock.now(),
    )


@staff_blueprint.get("/kurse/<int:course_id>/warteliste")
@staff_only("office")
def list_waitlist(course_id: int) -> Response:
    return _list(course_id, PhonedForm(None))


@staff_blueprint.post("/kurse/<int:course_id>/warteliste")
@staff_only("office")
def add_to_waitlist(course_id: int) -> Response:
    """Somebody who phoned."""
    form = PhonedForm()
    if not form.validate():
        return _list(course_id, form)
    email = form.email.data or ""
    person = Waiting(form.name, participant_key_of(form.name, email))
    try:
        waitlist.add_by_staff(course_id, person, email, by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _list(course_id, form)
    flash("Die Person steht auf der Warteliste.", "success")
    return see_other("staff_bookings.list_waitlist", course_id=course_id)


def _entry(course_id: int, entry_id: int) -> WaitlistEntry:
    """An entry on this course's list; who is off it is not found."""
    for place in queries.list_of(course_id):
        if place.entry.id == entry_id:
            return place.entry
    raise NotFoundError


def _offer_page(course_id: int, entry_id: int, form: OutOfTurnForm) -> Response:
    return form_page(
        "booking/admin/offer_out_of_turn.html",
        form,
        course=get_course(course_id),
        entry=_entry(course_id, entry_id),
    )


def _offer_form(course_id: int) -> OutOfTurnForm:
    form = OutOfTurnForm()
    form.offer(queries.list_of(course_id))
    return form


@staff_blueprint.get("/kurse/<int:course_id>/warteliste/<int:entry_id>/angebot")
@staff_only("office")
def show_offer(course_id: int, entry_id: int) -> Response:
    return _offer_page(course_id, entry_id, _offer_form(course_id))


@staff_blueprint.post("/kurse/<int:course_id>/warteliste/<int:entry_id>/angebot")
@staff_only("office")
def offer_out_of_turn(course_id: int, entry_id: int) -> Response:
    form = _offer_form(course_id)
    if not form.validate():
        return _offer_page(course_id, entry_id, form)
    try:
        waitlist.offer_out_of_turn(
            course_id,
            entry_id,
            reason=form.reason.data or "",
            instead_of=form.taken_from,
            by=get_staff(),
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _offer_page(course_id, entry_id, form)
    flash("Der Platz ist angeboten.", "success")
    return see_other("staff_bookings.list_waitlist", course_id=course_id)


def _removal_page(course_id: int, entry_id: int, form: ReasonForm) -> Response:
    return form_page(
        "booking/admin/remove_from_waitlist.html",
        form,
        course=get_course(course_id),
        entry=_entry(course_id, entry_id),
    )


@staff_blueprint.get("/kurse/<int:course_id>/warteliste/<int:entry_id>/streichung")
@staff_only("office")
def show_removal(course_id: int, entry_id: int) -> Response:
    return _removal_page(course_id, entry_id, ReasonForm(None))


@staff_blueprint.post("/kurse/<int:course_id>/warteliste/<int:entry_id>/streichung")
@staff_only("office")
def remove_from_waitlist(course_id: int, entry_id: int) -> Response:
    form = ReasonForm()
    if not form.validate():
        return _removal_page(course_id, entry_id, form)
    if waitlist.remove(course_id, entry_id, reason=form.reason.data or "", by=get_staff()):
        flash("Die Person steht nicht mehr auf der Warteliste.", "success")
    else:
        flash("Die Person stand nicht mehr auf der Liste, oder sie bucht gerade.", "error")
    return see_other("staff_bookings.list_waitlist", course_id=course_id)
