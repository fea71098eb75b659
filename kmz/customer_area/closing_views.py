"""Kundenkonto löschen (L28)."""

from flask import Response, current_app, flash

from kmz.accounts.current import clear_login, get_customer
from kmz.booking.obligations import open_obligations
from kmz.booking.retention import retention_of
from kmz.customer_area.actions.closing import close_account
from kmz.customer_area.forms import ClosingForm
from kmz.customer_area.views import blueprint
from kmz.errors import Problem, RefusedError
from kmz.web.access import customer_only_fresh
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import page, see_other


def _page(form: ClosingForm, problems: list[Problem], *, status: int) -> Response:
    customer_id, config = get_customer().id, current_app.config["KMZ"]
    form.weiter.data = "/konto/loeschung"
    return page(
        "customer_area/show_closing.html",
        status=status,
        form=form,
        problems=problems,
        until=retention_of(customer_id, years=config.keep_bookings_years).until,
    )


@blueprint.get("/loeschung")
@customer_only_fresh
def show_closing() -> Response:
    return _page(ClosingForm(None), open_obligations(get_customer().id), status=200)


@blueprint.post("/loeschung")
@customer_only_fresh
@limiter.limit(mail_limit)
def close() -> Response:
    form, customer, config = ClosingForm(), get_customer(), current_app.config["KMZ"]
    if not form.validate():
        return _page(form, open_obligations(customer.id), status=422)
    try:
        close_account(customer.id, keep_years=config.keep_bookings_years, by=customer)
    except RefusedError as refusal:
        return _page(form, refusal.problems, status=422)
    response = clear_login(see_other("catalog.show_start"))
    flash("Ihr Kundenkonto ist gelöscht. Sie sind ausgeloggt.", "success")
    return response
