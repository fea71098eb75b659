"""Umbuchen: the parallel courses of a booking, and the click."""

from flask import Response, current_app, flash, request

from kmz import clock
from kmz.booking.blueprints import blueprint
from kmz.booking.holder import Holder, customer_holder, guest_holder
from kmz.booking.models import SEAT_HOLDING, Booking
from kmz.booking.my_bookings.queries import get_booking
from kmz.booking.rebooking import queries
from kmz.booking.rebooking.actions import Click, rebook
from kmz.booking.rebooking.problems import NOTHING_CHOSEN
from kmz.catalog.parallel import parallel_courses
from kmz.errors import Problem, RefusedError
from kmz.web.access import customer_only, public
from kmz.web.numbers import whole_number
from kmz.web.pages import page, redirect_to


@blueprint.app_template_global()
def may_rebook(booking: Booking) -> bool:
    """Whether there is anywhere to go; why not today is said by the page itself."""
    first_day = booking.course.starts_on
    is_ahead = first_day is None or first_day > clock.today()
    return booking.status in SEAT_HOLDING and is_ahead and bool(parallel_courses(booking.course))


def before_proof() -> str:
    """The price until a proof was seen, by the house's rule."""
    return str(current_app.config["KMZ"].concession_before_proof)


def click_of(booking_id: int, chosen: int, reason: str = "") -> Click:
    """The course that was chosen in the form, with the fee that it showed."""
    shown = whole_number(request.form.get(f"shown-{chosen}"))
    return Click(
        booking_id=booking_id,
        course_id=chosen,
        shown_cents=-1 if shown is None else shown,
        before_proof=before_proof(),
        reason=reason,
    )


@blueprint.get("/konto/anmeldungen/<int:booking_id>/umbuchung")
@customer_only
def show_rebooking(booking_id: int) -> Response:
    return _page(customer_holder(), booking_id, None, [])


@blueprint.get("/buchung/<token>/<int:booking_id>/umbuchung")
@public
def show_guest_rebooking(token: str, booking_id: int) -> Response:
    return _page(guest_holder(token), booking_id, None, [])


def _page(holder: Holder, booking_id: int, chosen: int | None, problems: list[Problem]) -> Response:
    booking = get_booking(holder.owner, booking_id)
    against = queries.problems_of(booking, clock.today())
    targets = [] if against else queries.targets_of(booking, before_proof=before_proof())
    return holder.answer(
        page(
            "booking/show_rebooking.html",
            status=422 if problems else 200,
            holder=holder,
            booking=booking,
            targets=targets,
            can_send=any(not target.problems for target in targets),
            chosen=chosen,
            against=against,
            problems=problems,
        )
    )


@blueprint.post("/konto/anmeldungen/<int:booking_id>/umbuchung")
@customer_only
def change_course(booking_id: int) -> Response:
    return _change_course(customer_holder(), booking_id)


@blueprint.post("/buchung/<token>/<int:booking_id>/umbuchung")
@public
def change_course_as_guest(token: str, booking_id: int) -> Response:
    return _change_course(guest_holder(token), booking_id)


def _change_course(holder: Holder, booking_id: int) -> Response:
    chosen = whole_number(request.form.get("course"))
    if chosen is None:
        return _page(holder, booking_id, None, [NOTHING_CHOSEN])
    try:
        new = rebook(holder.owner, click_of(booking_id, chosen), by=holder.by)
    except RefusedError as refusal:
        return _page(holder, booking_id, chosen, refusal.problems)
    flash("Ihre Anmeldung ist umgebucht. Die Bestätigung ist unterwegs.", "success")
    return holder.answer(redirect_to(holder.changed_address(new)))
