"""The old address objects to a change that staff made (L34)."""

from flask import Response, current_app

from kmz.crypto import new_token
from kmz.recovery import queries
from kmz.recovery.actions import addresses
from kmz.recovery.case_views import next_due_on
from kmz.recovery.link_views import blueprint
from kmz.recovery.rules import objection_ends_at
from kmz.web.access import public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import page, secret_page, see_other


def _dead() -> Response:
    return page("recovery/show_objection_dead.html", status=410)


@blueprint.get("/e-mail-widerspruch/<token>")
@public
def show_objection(token: str) -> Response:
    """A page with one button: mail scanners open links, so opening one changes nothing."""
    change = queries.find_objectionable(token)
    if change is None:
        return _dead()
    until = objection_ends_at(change)
    return secret_page(
        page("recovery/show_objection.html", token=token, change=change, until=until)
    )


@blueprint.post("/e-mail-widerspruch/<token>")
@public
@limiter.limit(login_limit)
def object_to_change(token: str) -> Response:
    if queries.find_objectionable(token) is None:
        return _dead()
    # A hash is slow on purpose, so it is made before the transaction.
    unknown = current_app.extensions["kmz_passwords"].hash(new_token())
    if not addresses.object_to_change(token, password_hash=unknown, due_on=next_due_on()):
        return _dead()
    return see_other(".show_objected")


@blueprint.get("/e-mail-widerspruch/eingegangen")
@public
def show_objected() -> Response:
    return page("recovery/show_objected.html")
