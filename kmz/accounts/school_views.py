"""The login by Schulnummer, and what only the customers of schools meet."""

from flask import Response

from kmz.accounts import current
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.forms import SchoolLoginForm
from kmz.accounts.views import after_login, blueprint, login_page
from kmz.web.access import public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import come_back_in, redirect_to
from kmz.web.returns import own_path

FAILED = "Falsche Zugangsdaten. Bitte prüfen Sie Schulnummer, Benutzername und Passwort."


@blueprint.get("/login/schule")
@public
def show_school_login() -> Response:
    return redirect_to("/login#schulnummer")


@blueprint.post("/login/schule")
@public
@limiter.limit(login_limit)
def log_in_by_school() -> Response:
    form = SchoolLoginForm(prefix="school")
    if not form.validate():
        return login_page(school_form=form)
    opened = current.new_login(form.name, form.password.data or "")
    if isinstance(opened, LoginRefusal):
        form.form_errors.append(current.refusal_message(opened, failed=FAILED))
        return come_back_in(opened.seconds, login_page(school_form=form))
    return after_login(opened, own_path(form.weiter.data))
