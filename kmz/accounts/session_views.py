"""Staying logged in, for customers and for staff: when a login ends, and how to go on."""

from flask import Response, make_response

from kmz.accounts import current, rules
from kmz.accounts.staff_access_views import blueprint as staff_blueprint
from kmz.accounts.views import blueprint
from kmz.web.access import customer_or_school, staff_only, unattended
from kmz.web.pages import page, see_other


def _rest() -> Response:
    """The seconds left, for the page that warns; asking does not prolong them."""
    response = make_response(str(current.seconds_left()))
    response.mimetype = "text/plain"
    return response


@blueprint.get("/konto/sitzung/rest")
@unattended
@customer_or_school
def show_rest() -> Response:
    return _rest()


@blueprint.post("/konto/sitzung")
@customer_or_school
def extend_session() -> Response:
    """Being here is enough: every page that somebody asks for prolongs the login."""
    return see_other("accounts.show_session")


@blueprint.get("/konto/sitzung")
@customer_or_school
def show_session() -> Response:
    latest = current.get_login().created_at + rules.CUSTOMER_ABSOLUTE
    return page("accounts/show_session.html", ends_at=current.login_end(), latest=latest)


@staff_blueprint.get("/sitzung/rest", endpoint="show_rest")
@unattended
@staff_only()
def show_staff_rest() -> Response:
    return _rest()


@staff_blueprint.post("/sitzung", endpoint="extend_session")
@staff_only()
def extend_staff_session() -> Response:
    return see_other("staff_access.show_session")


@staff_blueprint.get("/sitzung", endpoint="show_session")
@staff_only()
def show_staff_session() -> Response:
    latest = current.get_login().created_at + rules.STAFF_ABSOLUTE
    return page("accounts/admin/show_session.html", ends_at=current.login_end(), latest=latest)
