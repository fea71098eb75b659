"""Umbuchen: the parallel courses of a booking, and the click."""

from flask import Response, current_app, flash, request

from kmz import clock
from kmz.accounts.current import get_customer
from kmz.booking.blueprints import blueprint
from kmz.booking.models import SEAT_HOLDING, Booking
from kmz.booking.my_bookings.queries import get_booking
from kmz.booking.rebooking import queries
from kmz.booking.rebooking.actions import Click, rebook
from kmz.booking.rebooking.problems import NOTHING_CHOSEN
from kmz.catalog.parallel import parallel_courses
from kmz.errors import Problem, RefusedError
from kmz.web.access import customer_only
from kmz.web.numbers import whole_number
from kmz.web.pages import page, see_other


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
    return _page(get_booking(get_customer().id, booking_id), None, [])


def _page(booking: Booking, chosen: int | None, problems: list[Problem]) -> Response:
    against = queries.problems_of(booking, clock.today())
    targets = [] if against else queries.targets_of(booking, before_proof=before_proof())
    return page(
        "booking/show_rebooking.html",
        status=422 if problems else 200,
        booking=booking,
        targets=targets,
        can_send=any(not target.problems for target in targets),
        chosen=chosen,
        against=against,
        problems=problems,
    )


@blueprint.post("/konto/anmeldungen/<int:booking_id>/umbuchung")
@customer_only
def change_course(booking_id: int) -> Response:
    customer = get_customer()
    booking = get_booking(customer.id, booking_id)
    chosen = whole_number(request.form.get("course"))
    if chosen is None:
        return _page(booking, None, [NOTHING_CHOSEN])
    try:
        new = rebook(customer.id, click_of(booking_id, chosen), by=customer)
    except RefusedError as refusal:
        return _page(get_booking(customer.id, booking_id), chosen, refusal.problems)
    flash("Ihre Anmeldung ist umgebucht. Die Bestätigung ist unterwegs.", "success")
    return see_other("booking.show_booking", booking_id=new)
