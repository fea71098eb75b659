"""Meine Anmeldungen (U28–U33)."""

from datetime import date

from flask import Response, request

from kmz import clock
from kmz.accounts.current import get_customer
from kmz.booking import queries, rules
from kmz.booking.models import Booking, BookingStatus
from kmz.booking.views import blueprint
from kmz.dates import format_day, parse_day
from kmz.web.access import customer_only
from kmz.web.pages import page

# Derived from the course's days, not stored (domain.md 1.6).
STATUS_FILTERS = {
    "": "Alle Anmeldungen",
    "bevorstehend": "bevorstehende Kurse",
    "laufend": "laufende Kurse",
    "abgeschlossen": "abgeschlossene Kurse",
    "abgesagt": "abgesagte Kurse",
}


def _phase(booking: Booking, today: date) -> str:
    if booking.status == BookingStatus.CANCELLED_BY_PROVIDER:
        return "abgesagt"
    course = booking.course
    if course.ends_on and course.ends_on < today:
        return "abgeschlossen"
    return "laufend" if course.starts_on and course.starts_on <= today else "bevorstehend"


def _booked_on(booking: Booking) -> date:
    return clock.in_berlin(booking.requested_at).date()


def _wanted_since(first: date | None) -> tuple[date | None, str | None]:
    """The day of the filter "ab Datum" and what is wrong with it."""
    typed = request.args.get("ab", "").strip()
    if not typed:
        return first, None
    try:
        return parse_day(typed), None
    except ValueError:
        return first, "Bitte geben Sie das Datum als TT.MM.JJJJ ein."


@blueprint.get("/konto/anmeldungen")
@customer_only
def list_my_bookings() -> Response:
    customer, today = get_customer(), clock.today()
    firm = queries.firm_bookings(customer.id)
    first = min(map(_booked_on, firm), default=None)
    since, error = _wanted_since(first)
    phase = request.args.get("status", "")
    chosen = phase if phase in STATUS_FILTERS else ""
    shown = [
        booking
        for booking in firm
        if chosen in {"", _phase(booking, today)}
        and (since is None or _booked_on(booking) >= since)
    ]
    confirmed = sum(booking.status == BookingStatus.CONFIRMED for booking in firm)
    return page(
        "booking/list_my_bookings.html",
        status=422 if error else 200,
        fragments=("bookings",),
        open_bookings=queries.open_bookings(customer.id),
        bookings=shown,
        has_any=bool(firm),
        sentence=rules.summary_sentence(confirmed, format_day(first)) if first else None,
        filters=STATUS_FILTERS,
        chosen=chosen,
        since=request.args.get("ab", "") or (format_day(first) if first else ""),
        since_error=error,
    )


@blueprint.get("/konto/anmeldungen/<int:booking_id>")
@customer_only
def show_booking(booking_id: int) -> Response:
    booking = queries.get_booking(get_customer().id, booking_id)
    return page("booking/show_booking.html", booking=booking, names=rules.STATUS_NAMES)
