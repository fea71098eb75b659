"""Einstellungen → Konto anpassen (C25–C27)."""

from flask import Response, current_app, flash

from kmz.accounts import current, queries
from kmz.accounts.actions import sessions
from kmz.accounts.actions.personal_data import change_personal_data
from kmz.accounts.address_views import LINK_SENT
from kmz.accounts.forms import SettingsForm, password_help
from kmz.accounts.views import blueprint
from kmz.errors import RefusedError
from kmz.web.access import customer_only, customer_only_fresh
from kmz.web.limits import limiter, mail_limit
from kmz.web.pages import form_page, page, see_other


@blueprint.get("/konto/einstellungen")
@customer_only
def show_settings() -> Response:
    return page("accounts/show_settings.html", customer=current.get_customer())


def _data_page(form: SettingsForm) -> Response:
    return form_page("accounts/show_personal_data.html", form, **password_help())


@blueprint.get("/konto/daten")
@customer_only_fresh
def show_personal_data() -> Response:
    return _data_page(
        SettingsForm.showing(*queries.get_customer_with_profile(current.get_customer().id))
    )


@blueprint.post("/konto/daten")
@customer_only_fresh
@limiter.limit(mail_limit)
def save_personal_data() -> Response:
    customer, login = current.get_customer(), current.get_login()
    form = SettingsForm.sent_for(customer)
    if not form.validate():
        return _data_page(form)
    password = form.password.data
    passwords = current_app.extensions["kmz_passwords"]
    try:
        is_asked = change_personal_data(
            customer.id,
            form.personal_data,
            new_email=form.email.data or "",
            password_hash=passwords.hash(password) if password else None,
            keep_login=login.id,
        )
    except RefusedError as refusal:
        form.add_problems(refusal.problems)
        return _data_page(form)
    response = see_other("accounts.show_settings")
    if password:
        current.start_login(response, sessions.note_authenticated(login))
    flash("Ihre Daten sind gespeichert.", "success")
    if is_asked:
        flash(LINK_SENT, "success")
    return response
