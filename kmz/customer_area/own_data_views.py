"""Meine Daten: taking everything along (L26)."""

from flask import Response, make_response

from kmz import clock
from kmz.accounts.current import get_customer
from kmz.customer_area.actions.own_data import note_download
from kmz.customer_area.archive import archive_of
from kmz.customer_area.views import blueprint
from kmz.web.access import customer_only_fresh
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import page


@blueprint.get("/meine-daten")
@customer_only_fresh
def show_own_data() -> Response:
    return page("customer_area/show_own_data.html")


@blueprint.post("/meine-daten/archiv")
@customer_only_fresh
@limiter.limit(mail_limit)
def download_own_data() -> Response:
    customer_id = get_customer().id
    archive = archive_of(customer_id)
    note_download(customer_id)
    response = make_response(archive)
    response.mimetype = "application/zip"
    name = f"meine-daten-{clock.today().isoformat()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
