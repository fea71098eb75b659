"""The login by Schulnummer, and what only the customers of schools meet."""

from flask import Response, current_app, flash

from kmz.accounts import current, queries
from kmz.accounts.actions.initial_passwords import replace_initial_password
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.actions.sessions import note_authenticated
from kmz.accounts.forms import FirstPasswordForm, SchoolLoginForm, password_help
from kmz.accounts.problems import SAME_AS_INITIAL
from kmz.accounts.views import after_login, blueprint, login_page
from kmz.web.access import customer_or_school, public
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import come_back_in, form_page, page, redirect_to, see_other
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


def _first_password_page(form: FirstPasswordForm) -> Response:
    shared = current.get_customer().shared
    return form_page("accounts/show_first_password.html", form, shared=shared, **password_help())


@blueprint.get("/konto/erstes-passwort")
@customer_or_school
def show_first_password() -> Response:
    if not current.get_customer().password_is_initial:
        return see_other("customer_area.show_welcome")
    return _first_password_page(FirstPasswordForm())


@blueprint.post("/konto/erstes-passwort")
@customer_or_school
@limiter.limit(login_limit)
def save_first_password() -> Response:
    """Once: afterwards a person changes it in the Kundenkonto, a school asks the office."""
    customer, login = current.get_customer(), current.get_login()
    if not customer.password_is_initial:
        return see_other("customer_area.show_welcome")
    form = FirstPasswordForm()
    form.own_words = (customer.first_name, customer.last_name, customer.school_username or "")
    if not form.validate():
        return _first_password_page(form)
    passwords = current_app.extensions["kmz_passwords"]
    if passwords.verify(customer.password_hash, form.password.data or ""):
        form.password.errors = (SAME_AS_INITIAL,)
        return _first_password_page(form)
    new_hash = passwords.hash(form.password.data or "")
    if not replace_initial_password(customer.id, password_hash=new_hash, keep_login=login.id):
        return see_other("customer_area.show_welcome")
    response = see_other("customer_area.show_welcome")
    current.start_login(response, note_authenticated(login))
    flash("Ihr Passwort ist gespeichert. Das bisherige gilt nicht mehr.", "success")
    return response


@blueprint.get("/konto/schule")
@customer_or_school
def show_school() -> Response:
    return page("accounts/show_school.html", school=queries.school_of(current.get_customer()))
