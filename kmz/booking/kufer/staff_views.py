"""What the office has to end in Kufer by hand, mounted under /verwaltung."""

from flask import Response, flash

from kmz.accounts.current import get_staff
from kmz.booking import rules
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.kufer import queries
from kmz.booking.kufer.actions import note_correction
from kmz.web.access import staff_only
from kmz.web.pages import page, see_other
from kmz.web.paging import page_count, wanted_list

STATES = {"open": "offen", "done": "erledigt"}


@staff_blueprint.get("/kufer-nachtraege")
@staff_only("office", "finance")
def list_kufer_corrections() -> Response:
    wanted = wanted_list(STATES)
    found, total = queries.list_corrections(done=wanted.state == "done", page=wanted.page)
    return page(
        "booking/admin/list_kufer_corrections.html",
        fragments=("corrections",),
        bookings=found,
        total=total,
        wanted=wanted,
        states=STATES,
        names=rules.STATUS_NAMES,
        page_count=page_count(total, queries.PAGE_SIZE),
    )


@staff_blueprint.post("/kufer-nachtraege/<int:booking_id>/erledigung")
@staff_only("office")
def finish_kufer_correction(booking_id: int) -> Response:
    if note_correction(booking_id, by=get_staff()):
        flash("Der Nachtrag ist als erledigt vermerkt.", "success")
    else:
        flash("Dieser Nachtrag war schon erledigt.", "info")
    return see_other(".list_kufer_corrections")
