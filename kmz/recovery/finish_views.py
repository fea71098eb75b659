"""Behind the robot check: Konto bearbeiten, the personal data, FERTIG! (C13–C18, C20–C23)."""

from flask import Response, current_app, flash

from kmz.accounts import current
from kmz.accounts.forms import password_help
from kmz.accounts.queries import get_customer_with_profile
from kmz.errors import RefusedError
from kmz.recovery.actions import finish
from kmz.recovery.actions.finish import Outcome
from kmz.recovery.forms import RecoveredDataForm
from kmz.recovery.link_views import blueprint, dead_link
from kmz.recovery.ticket import Ticket, current_ticket, take_ticket
from kmz.web.access import public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, page, secret_page, see_other

NEW_ADDRESS = (
    "Wir haben einen Link an die neue E-Mail-Adresse geschickt. Bis Sie ihn dort bestätigen, "
    "loggen Sie sich mit der bisherigen ein."
)


def _to_robot_check() -> Response:
    """For whoever comes without having passed it: back to it, nothing is shown (REC-01, REC-02)."""
    return secret_page(see_other("recovery.show_robot_check"))


def _data_page(form: RecoveredDataForm) -> Response:
    return secret_page(form_page("recovery/show_data.html", form, **password_help()))


def _solved_ticket() -> Ticket | Response:
    """The ticket of a browser that has passed the check, or the answer for all others."""
    ticket = current_ticket()
    if ticket is None:
        return dead_link()
    return ticket if ticket.is_solved else _to_robot_check()


@blueprint.get("/wiederherstellung/konto")
@public
def show_solved() -> Response:
    ticket = _solved_ticket()
    if isinstance(ticket, Response):
        return ticket
    return secret_page(page("recovery/show_solved.html"))


@blueprint.post("/wiederherstellung/konto")
@public
@limiter.limit(login_limit)
def open_data() -> Response:
    ticket = _solved_ticket()
    if isinstance(ticket, Response):
        return ticket
    finish.note_data_opened(ticket.link.customer_id)
    return secret_page(see_other("recovery.show_data"))


@blueprint.get("/wiederherstellung/daten")
@public
def show_data() -> Response:
    ticket = _solved_ticket()
    if isinstance(ticket, Response):
        return ticket
    form = RecoveredDataForm.showing(*get_customer_with_profile(ticket.link.customer_id))
    # The mailbox that was reached: finishing confirms it where staff have just entered it.
    form.email.data = ticket.link.sent_to or form.email.data
    return _data_page(form)


@blueprint.post("/wiederherstellung/daten")
@public
@limiter.limit(login_limit)
def save_data() -> Response:
    ticket = _solved_ticket()
    if isinstance(ticket, Response):
        return ticket
    form = RecoveredDataForm.sent_for(ticket.link.customer)
    if not form.validate():
        return _data_page(form)
    password_hash = current_app.extensions["kmz_passwords"].hash(form.password.data)
    try:
        outcome = finish.finish_recovery(
            ticket.token,
            customer_id=ticket.link.customer_id,
            browser_hash=ticket.browser_hash,
            password_hash=password_hash,
            data=form.personal_data,
            email=form.email.data or "",
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _data_page(form)
    if outcome is Outcome.DEAD:
        return dead_link()
    response = take_ticket(current.clear_login(secret_page(see_other("recovery.show_done"))))
    if outcome is Outcome.DONE_NEW_ADDRESS:
        flash(NEW_ADDRESS, "success")
    return response


@blueprint.get("/wiederherstellung/fertig")
@public
def show_done() -> Response:
    return page("recovery/show_done.html")
