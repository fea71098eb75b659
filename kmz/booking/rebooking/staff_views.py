"""The office moves a booking, as for somebody at the telephone."""

from flask import Response, flash, request

from kmz import clock
from kmz.accounts.current import get_staff
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.forms import ReasonForm
from kmz.booking.office.queries import get_any_booking
from kmz.booking.rebooking import queries
from kmz.booking.rebooking.actions import rebook_by_office
from kmz.booking.rebooking.problems import NOTHING_CHOSEN
from kmz.booking.rebooking.views import before_proof, click_of
from kmz.errors import RefusedError
from kmz.web.access import staff_only
from kmz.web.numbers import whole_number
from kmz.web.pages import form_page, see_other


@staff_blueprint.get("/anmeldungen/<int:booking_id>/umbuchung")
@staff_only("office")
def show_rebooking(booking_id: int) -> Response:
    return _page(booking_id, ReasonForm(None))


def _page(booking_id: int, form: ReasonForm, chosen: int | None = None) -> Response:
    booking = get_any_booking(booking_id)
    against = queries.problems_of(booking, clock.today(), by_office=True)
    targets = queries.targets_of(booking, before_proof=before_proof(), by_office=True)
    return form_page(
        "booking/admin/show_rebooking.html",
        form,
        booking=booking,
        targets=[] if against else targets,
        chosen=chosen,
        against=against,
    )


@staff_blueprint.post("/anmeldungen/<int:booking_id>/umbuchung")
@staff_only("office")
def change_course(booking_id: int) -> Response:
    form, chosen = ReasonForm(), whole_number(request.form.get("course"))
    if not form.validate():
        return _page(booking_id, form, chosen)
    if chosen is None:
        form.add_problems([NOTHING_CHOSEN])
        return _page(booking_id, form)
    try:
        new = rebook_by_office(click_of(booking_id, chosen, form.reason.data or ""), by=get_staff())
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _page(booking_id, form, chosen)
    flash("Die Anmeldung ist umgebucht; die Bestätigung ist unterwegs.", "success")
    return see_other("staff_bookings.show_booking", booking_id=new)
