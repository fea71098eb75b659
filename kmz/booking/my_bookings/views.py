"""Meine Anmeldungen (U28–U33): the list, a booking with its papers."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from flask import Response, request

from kmz import clock
from kmz.accounts.current import get_customer
from kmz.booking import rules
from kmz.booking.blueprints import blueprint
from kmz.booking.course_facts import changes
from kmz.booking.holder import Holder, customer_holder
from kmz.booking.line import line_of
from kmz.booking.models import SEAT_HOLDING, Booking, BookingStatus
from kmz.booking.my_bookings import queries
from kmz.booking.my_bookings.queries import PAGE_SIZE, Wanted
from kmz.booking.queries import course_facts
from kmz.booking.transfers import transfer_of
from kmz.dates import format_day, parse_day
from kmz.errors import NotFoundError
from kmz.web.access import customer_only
from kmz.web.pages import page
from kmz.web.paging import page_count, wanted_page

STATUS_FILTERS = {
    "": "Alle Anmeldungen",
    "bevorstehend": "bevorstehende Kurse",
    "laufend": "laufende Kurse",
    "abgeschlossen": "abgeschlossene Kurse",
    "abgesagt": "abgesagte Kurse",
    "storniert": "stornierte Anmeldungen",
    "widerrufen": "widerrufene Anmeldungen",
    "umgebucht": "umgebuchte Anmeldungen",
    "abgelehnt": "abgelehnte Anmeldungen",
    "verfallen": "verfallene Anmeldungen",
}


def _wanted_since() -> tuple[date | None, str | None]:
    """The day of the filter "ab Datum" and what is wrong with it."""
    typed = request.args.get("ab", "").strip()
    if not typed:
        return None, None
    try:
        return parse_day(typed), None
    except ValueError:
        return None, "Bitte geben Sie das Datum als TT.MM.JJJJ ein."


@blueprint.get("/konto/anmeldungen")
@customer_only
def list_my_bookings() -> Response:
    customer = get_customer()
    since, error = _wanted_since()
    status = request.args.get("status", "")
    wanted = Wanted(status if status in STATUS_FILTERS else "", since, wanted_page())
    totals = queries.totals(customer.id, wanted)
    first = format_day(totals.first_on) if totals.first_on else ""
    # What was never firmly booked may be older, and is wanted by the same filter.
    earliest = format_day(totals.earliest_on) if first and totals.earliest_on else ""
    return page(
        "booking/list_my_bookings.html",
        status=422 if error else 200,
        fragments=("bookings",),
        open_requests=_open_requests(customer.id),
        bookings=queries.list_bookings(customer.id, wanted),
        totals=totals,
        page_number=wanted.page,
        page_count=page_count(totals.wanted, PAGE_SIZE),
        sentence=rules.summary_sentence(totals.confirmed, first) if first else None,
        filters=STATUS_FILTERS,
        chosen=wanted.status,
        names=rules.STATUS_NAMES,
        since=request.args.get("ab", "") or earliest,
        since_error=error,
    )


def _open_requests(customer_id: int) -> list[dict[str, object]]:
    """What is not decided yet by Buchungsvorgang, with the timeline that its bookings share."""
    found = []
    for vorgang, group in groupby(queries.open_bookings(customer_id), lambda row: row.request):
        bookings = list(group)[::-1]  # within a request as they were booked
        found.append({"of": vorgang, "bookings": bookings, "line": line_of(bookings[0], ())})
    return found


@blueprint.get("/konto/anmeldungen/<int:booking_id>")
@customer_only
def show_booking(booking_id: int) -> Response:
    holder = customer_holder()
    booking = queries.get_booking(holder.owner, booking_id)
    return page(
        "booking/show_booking.html",
        holder=holder,
        booking=booking,
        line=line_of(booking, booking.events),
        agreed_otherwise=rules.was_agreed_otherwise(booking),
        is_alive=booking.status in SEAT_HOLDING,
        withdrawal=queries.open_withdrawal(booking.id),
        has_papers=has_papers(booking),
        changed=changed_since([booking]).get(booking.id, []),
        transfer=transfer_of(booking.request, [booking]),
        names=rules.STATUS_NAMES,
    )


@blueprint.get("/konto/anmeldungen/<int:booking_id>/bestaetigung")
@customer_only
def show_confirmation(booking_id: int) -> Response:
    return paper_page(customer_holder(), booking_id, is_receipt=False)


@blueprint.get("/konto/anmeldungen/<int:booking_id>/beleg")
@customer_only
def show_receipt(booking_id: int) -> Response:
    return paper_page(customer_holder(), booking_id, is_receipt=True)


def changed_since(bookings: Sequence[Booking]) -> dict[int, list[str]]:
    """By booking: what is other in its course than when it was booked, while it is alive."""
    alive = [one for one in bookings if one.status in SEAT_HOLDING and "facts" in one.agreed]
    now = course_facts({one.course_id for one in alive}) if alive else {}
    return {
        one.id: changes(one.agreed["facts"], now[one.course_id], today=clock.today())
        for one in alive
    }


def has_papers(booking: Booking) -> bool:
    """Whether a contract came about that can be put on paper."""
    return booking.confirmed_at is not None


def paper_page(holder: Holder, booking_id: int, *, is_receipt: bool) -> Response:
    """What the contract rests on, or (`is_receipt`) the fee, to print; NotFoundError where there
    never was a contract.
    """
    booking = queries.get_booking(holder.owner, booking_id)
    if not has_papers(booking):
        raise NotFoundError
    return holder.answer(
        page(
            "booking/show_paper.html",
            booking=booking,
            mandate=queries.find_mandate(booking),
            transfer=transfer_of(booking.request, [booking]),
            is_receipt=is_receipt,
            is_alive=booking.status == BookingStatus.CONFIRMED,
            names=rules.STATUS_NAMES,
            back=holder.booking_address(booking_id),
        )
    )
