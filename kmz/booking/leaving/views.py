"""Stornieren: the cost before the click, one or several bookings of a Vorgang."""

from flask import Response, flash, request

from kmz.booking import rules
from kmz.booking.blueprints import blueprint
from kmz.booking.holder import Holder, customer_holder, guest_holder
from kmz.booking.leaving import queries
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.choices import LeavingChoice, choices_for
from kmz.booking.leaving.problems import NOTHING_CHOSEN
from kmz.booking.models import Booking
from kmz.booking.my_bookings.queries import get_booking
from kmz.errors import Problem, RefusedError
from kmz.web.access import customer_only, public
from kmz.web.formats import counted
from kmz.web.numbers import whole_number, whole_numbers
from kmz.web.pages import page, redirect_to


@blueprint.app_template_global()
def leaving_of(booking: Booking) -> LeavingChoice:
    """The ways out of one booking, for the page that shows it."""
    return choices_for([booking])[0]


@blueprint.get("/konto/anmeldungen/<int:booking_id>/stornierung")
@customer_only
def show_cancellation(booking_id: int) -> Response:
    return _page(customer_holder(), booking_id, {booking_id}, [])


@blueprint.get("/buchung/<token>/<int:booking_id>/stornierung")
@public
def show_guest_cancellation(token: str, booking_id: int) -> Response:
    return _page(guest_holder(token), booking_id, {booking_id}, [])


def _page(holder: Holder, booking_id: int, ticked: set[int], problems: list[Problem]) -> Response:
    booking = get_booking(holder.owner, booking_id)
    living = queries.living_of_request(booking.request_id)
    living.sort(key=lambda other: other.id != booking.id)
    return holder.answer(
        page(
            "booking/show_cancellation.html",
            status=422 if problems else 200,
            holder=holder,
            booking=booking,
            choices=[choice for choice in choices_for(living) if choice.may_cancel],
            own=leaving_of(booking),
            ticked=ticked,
            problems=problems,
            names=rules.STATUS_NAMES,
        )
    )


@blueprint.post("/konto/anmeldungen/<int:booking_id>/stornierung")
@customer_only
def cancel(booking_id: int) -> Response:
    return _cancel(customer_holder(), booking_id)


@blueprint.post("/buchung/<token>/<int:booking_id>/stornierung")
@public
def cancel_as_guest(token: str, booking_id: int) -> Response:
    return _cancel(guest_holder(token), booking_id)


def _cancel(holder: Holder, booking_id: int) -> Response:
    get_booking(holder.owner, booking_id)  # a foreign one is not found
    shown = {number: _cents(f"shown-{number}") for number in numbers_of("bookings")}
    if not shown:
        return _page(holder, booking_id, set(), [NOTHING_CHOSEN])
    try:
        ended = cancel_bookings(holder.owner, shown, by=holder.by)
    except RefusedError as refusal:
        return _page(holder, booking_id, set(shown), refusal.problems)
    if ended:
        what = counted(len(ended), "Anmeldung ist", "Anmeldungen sind")
        flash(f"{what} storniert. Die Bestätigung ist unterwegs.", "success")
    else:
        flash("Das war schon beendet; es hat sich nichts geändert.", "info")
    return holder.answer(redirect_to(holder.changed_address(booking_id)))


def numbers_of(name: str) -> list[int]:
    """The ids that were ticked."""
    return whole_numbers(request.form.getlist(name)[: rules.MAX_ITEMS * rules.MAX_PEOPLE])


def _cents(name: str) -> int:
    """The cost that the page showed; nonsense fits none."""
    cents = whole_number(request.form.get(name))
    return -1 if cents is None else cents
