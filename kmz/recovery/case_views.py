"""Kein Zugriff mehr?: the form, the status page, the help; for people who are not logged in."""

from datetime import date

from flask import Response, current_app, flash, url_for

from kmz import clock
from kmz.recovery import queries, rules
from kmz.recovery.actions import cases
from kmz.recovery.forms import CaseForm
from kmz.recovery.link_views import blueprint
from kmz.recovery.workdays import public_holidays
from kmz.web.access import public
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import form_page, page, secret_page, see_other

# The same for everybody, whether there was a link to send or not.
ASKED_AGAIN = (
    "Danke, wir haben es notiert. Wenn ein Link für Sie bereitliegt, ist er in wenigen Minuten in "
    "dem Postfach, das bei uns hinterlegt ist."
)


def documented_sentence() -> str:
    """What C04 proposes to write."""
    return f"Benötige neue Zugangsdaten für {current_app.config['KMZ'].site_name}"


def next_due_on() -> date:
    """Until when the office has to answer what comes in today."""
    holidays = public_holidays(current_app.config["KMZ"].land)
    return rules.due_on(clock.today(), holidays)


def _case_page(form: CaseForm) -> Response:
    return form_page("recovery/show_form.html", form, sentence=documented_sentence())


@blueprint.get("/kein-zugriff")
@public
def show_form() -> Response:
    return _case_page(CaseForm(None, message=documented_sentence()))


@blueprint.post("/kein-zugriff")
@public
@limiter.limit(mail_limit)
def open_case() -> Response:
    form = CaseForm()
    if not form.validate():
        return _case_page(form)
    token = cases.open_case(
        name=form.name.data or "",
        message=form.message.data or "",
        contact_email=form.email.data or "",
        due_on=next_due_on(),
    )
    return see_other("recovery.show_status", token=token)


@blueprint.get("/kein-zugriff/<token>")
@public
def show_status(token: str) -> Response:
    """Number, state and due date of a case; nothing about a person, and nothing changes."""
    case = queries.find_case(token)
    if case is None:
        return page("recovery/show_unknown.html", status=404)
    address = f"{current_app.config['KMZ'].public_url}{url_for('.show_status', token=token)}"
    return secret_page(page("recovery/show_status.html", case=case, token=token, address=address))


@blueprint.post("/kein-zugriff/<token>/nachfrage")
@public
@limiter.limit(mail_limit)
def ask_again(token: str) -> Response:
    """Link erneut senden."""
    if not cases.ask_again(token):
        return page("recovery/show_unknown.html", status=404)
    flash(ASKED_AGAIN, "success")
    return see_other(".show_status", token=token)


@blueprint.get("/hilfe/zugang")
@public
def show_help() -> Response:
    return page("recovery/show_help.html")
