"""What stands behind the links in mails: confirming and ending. Opening one changes nothing."""

from flask import Response, request

from kmz.accounts.current import address_fingerprint
from kmz.alerts import queries
from kmz.alerts.actions import ordering
from kmz.alerts.end_links import read_end_token
from kmz.alerts.models import Alert, SavedSearch
from kmz.alerts.views import blueprint
from kmz.audit.actions import VISITOR
from kmz.errors import Problem, RefusedError
from kmz.web.access import public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import answer, page, secret_page, see_other


def _dead() -> Response:
    return page("alerts/show_link_dead.html", status=410)


def _confirmation_page(alert: Alert, token: str, refused: list[Problem] | None = None) -> Response:
    response = page(
        "alerts/show_confirmation.html",
        status=422 if refused else 200,
        alert=alert,
        is_search=isinstance(alert, SavedSearch),
        token=token,
        problems=refused or [],
    )
    return secret_page(response)


@blueprint.get("/benachrichtigung/bestaetigung/<token>")
@public
def show_confirmation(token: str) -> Response:
    """A page with one button: mail scanners open links, so opening one changes nothing."""
    alert = queries.find_unconfirmed(token)
    return _dead() if alert is None else _confirmation_page(alert, token)


@blueprint.post("/benachrichtigung/bestaetigung/<token>")
@public
@limiter.limit(login_limit)
def confirm(token: str) -> Response:
    try:
        confirmed = ordering.confirm(token, confirmed_from=address_fingerprint())
    except RefusedError as refusal:
        alert = queries.find_unconfirmed(token)
        return _dead() if alert is None else _confirmation_page(alert, token, refusal.problems)
    return see_other("alerts.show_confirmed") if confirmed else _dead()


@blueprint.get("/benachrichtigung/aktiv")
@public
def show_confirmed() -> Response:
    return page("alerts/show_confirmed.html")


@blueprint.get("/benachrichtigung/ende/<token>")
@public
def show_end(token: str) -> Response:
    """Says what is mailed about, nothing about whom; a page with one button."""
    end_key = read_end_token(token)
    if end_key is None:
        return _dead()
    alert = queries.find_by_key(end_key)
    if alert is None:
        return secret_page(page("alerts/show_ended.html"))
    is_search = isinstance(alert, SavedSearch)
    return secret_page(page("alerts/show_end.html", alert=alert, is_search=is_search, token=token))


@blueprint.post("/benachrichtigung/ende/<token>")
@public
def end_alert(token: str) -> Response:
    """Ends it for the person at the button, and for a mail program that sends one POST by itself
    (RFC 8058): without cookies, without a token of ours, and without following redirects.

    The address itself is the proof; it was signed here. Needs no limit: a forged one costs nothing.
    """
    end_key = read_end_token(token)
    if end_key is None:
        return _dead()
    ordering.end(end_key, by=VISITOR)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return answer("")
    return see_other("alerts.show_ended")


@blueprint.get("/benachrichtigung/beendet")
@public
def show_ended() -> Response:
    return page("alerts/show_ended.html")
