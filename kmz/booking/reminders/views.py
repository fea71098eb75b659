"""The button on the page of a booking that asks for reminders, or for none."""

from datetime import timedelta

from flask import Response, current_app, flash, request

from kmz import clock
from kmz.booking.blueprints import blueprint
from kmz.booking.holder import Holder, customer_holder, guest_holder
from kmz.booking.models import SEAT_HOLDING, Booking
from kmz.booking.reminders.actions import set_reminders
from kmz.web.access import customer_only, public
from kmz.web.pages import redirect_to


@blueprint.app_template_global()
def reminder_days(booking: Booking) -> int:
    """How many days before it this booking will be reminded of if its people ask; 0 where that
    day is over, or where it is not offered.
    """
    days: int = current_app.config["KMZ"].reminder_days
    first_day = booking.course.starts_on
    is_ahead = first_day is not None and first_day - timedelta(days=days) > clock.today()
    can_be = booking.status in SEAT_HOLDING and bool(booking.request.email)
    return days if can_be and is_ahead and not booking.reminded_at else 0


@blueprint.post("/konto/anmeldungen/<int:booking_id>/erinnerung")
@customer_only
def remind(booking_id: int) -> Response:
    return _remind(customer_holder(), booking_id)


@blueprint.post("/buchung/<token>/<int:booking_id>/erinnerung")
@public
def remind_as_guest(token: str, booking_id: int) -> Response:
    return _remind(guest_holder(token), booking_id)


def _remind(holder: Holder, booking_id: int) -> Response:
    wanted = request.form.get("erinnern") == "ja"
    set_reminders(holder.owner, booking_id, wanted=wanted, by=holder.by)
    said = "Wir erinnern Sie per E-Mail." if wanted else "Wir erinnern Sie nicht mehr."
    flash(said, "success")
    return holder.answer(redirect_to(holder.changed_address(booking_id)))
