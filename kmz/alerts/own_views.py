"""The customer's own alerts: list and end."""

from flask import Response, flash

from kmz.accounts.current import get_customer
from kmz.alerts import queries
from kmz.alerts.actions.ordering import end_own
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.views import blueprint
from kmz.web.access import customer_only
from kmz.web.pages import page, see_other


@blueprint.get("/konto/benachrichtigungen")
@customer_only
def list_alerts() -> Response:
    customer = get_customer()
    owner = queries.owner_of(customer)
    return page(
        "alerts/list_alerts.html",
        customer=customer,
        searches=queries.searches_of(owner),
        seat_alerts=queries.seat_alerts_of(owner),
    )


@blueprint.post("/konto/benachrichtigungen/suchabos/<int:search_id>/ende")
@customer_only
def end_search(search_id: int) -> Response:
    end_own(get_customer(), SavedSearch, search_id)
    flash("Das Suchabo ist beendet.", "success")
    return see_other("alerts.list_alerts")


@blueprint.post("/konto/benachrichtigungen/plaetze/<int:alert_id>/ende")
@customer_only
def end_seat_alert(alert_id: int) -> Response:
    end_own(get_customer(), SeatAlert, alert_id)
    flash("Die Benachrichtigung ist beendet.", "success")
    return see_other("alerts.list_alerts")
