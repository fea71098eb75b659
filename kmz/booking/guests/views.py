"""What a guest booked, behind the link in the mail; and how to get another link (L23)."""

from flask import Response, current_app
from wtforms import StringField

from kmz.accounts.forms.fields import email_field
from kmz.booking import rules
from kmz.booking.blueprints import blueprint
from kmz.booking.guest_key import guest_key
from kmz.booking.guests import queries
from kmz.booking.guests.actions import send_link
from kmz.booking.holder import guest_holder
from kmz.booking.line import line_of
from kmz.booking.models import SEAT_HOLDING
from kmz.booking.my_bookings.views import changed_since, has_papers, paper_page
from kmz.booking.transfers import transfer_of
from kmz.web.access import public
from kmz.web.forms import BaseForm, line
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import form_page, page, see_other


class GuestLinkForm(BaseForm):
    """What a guest knows of the booking."""

    reference: StringField = line("Vorgangsnummer", limit=20, required=True)
    email = email_field("E-Mail-Adresse")


@blueprint.get("/buchung")
@public
def show_guest_form() -> Response:
    return form_page("booking/show_guest_form.html", GuestLinkForm(None))


@blueprint.post("/buchung")
@public
@limiter.limit(mail_limit)
def send_guest_link() -> Response:
    """The same answer whether we know the booking or not."""
    form = GuestLinkForm()
    if not form.validate():
        return form_page("booking/show_guest_form.html", form)
    key = guest_key(current_app.extensions["kmz_vault"], form.email.data or "")
    send_link((form.reference.data or "").upper(), key)
    return see_other(".show_guest_link_sent")


@blueprint.get("/buchung/gesendet")
@public
def show_guest_link_sent() -> Response:
    return page("booking/show_guest_link_sent.html")


@blueprint.get("/buchung/<token>")
@public
def show_guest_request(token: str) -> Response:
    holder = guest_holder(token)
    found = queries.get_guest_request(token)
    ended_last = sorted(found.bookings, key=lambda booking: booking.status not in SEAT_HOLDING)
    lines = [(booking, line_of(booking, booking.events)) for booking in ended_last]
    return holder.answer(
        page(
            "booking/show_guest_request.html",
            holder=holder,
            vorgang=found,
            lines=lines,
            changed=changed_since(found.bookings),
            transfer=transfer_of(found, found.bookings),
            with_papers={booking.id for booking in found.bookings if has_papers(booking)},
            names=rules.STATUS_NAMES,
        )
    )


@blueprint.get("/buchung/<token>/<int:booking_id>/bestaetigung")
@public
def show_guest_confirmation(token: str, booking_id: int) -> Response:
    return paper_page(guest_holder(token), booking_id, is_receipt=False)


@blueprint.get("/buchung/<token>/<int:booking_id>/beleg")
@public
def show_guest_receipt(token: str, booking_id: int) -> Response:
    return paper_page(guest_holder(token), booking_id, is_receipt=True)
