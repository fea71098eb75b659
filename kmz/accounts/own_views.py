"""The pages of a customer's own account: profile, password, devices."""

from flask import Response, current_app, flash, request

from kmz.accounts import current, queries
from kmz.accounts.actions import passwords, sessions
from kmz.accounts.actions.profile import PROFILE_FIELDS, change_profile
from kmz.accounts.forms import PasswordChangeForm, PasswordCheckForm, ProfileForm, password_help
from kmz.accounts.forms.passwords import WRONG_PASSWORD
from kmz.accounts.unsent import LONGEST
from kmz.accounts.views import after_login, blueprint
from kmz.dates import format_day
from kmz.web.access import customer_only, customer_or_school
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, redirect_to, see_other
from kmz.web.returns import own_path


@blueprint.get("/konto/profil")
@customer_only
def show_profile() -> Response:
    customer = current.get_customer()
    profile = queries.profile_of(customer.id)
    values = {name: getattr(profile, name) for name in PROFILE_FIELDS} | {
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "birth_date": format_day(profile.birth_date) if profile.birth_date else "",
        "weiter": own_path(request.args.get("weiter")) or "",
    }
    form = ProfileForm(None, data=values)
    return form_page("accounts/show_profile.html", form, email=customer.email)


@blueprint.post("/konto/profil")
@customer_only
def save_profile() -> Response:
    form, customer = ProfileForm(), current.get_customer()
    if not form.validate():
        return form_page("accounts/show_profile.html", form, email=customer.email)
    change_profile(customer.id, form.profile_data)
    flash("Ihr Benutzerprofil ist gespeichert.", "success")
    return redirect_to(own_path(form.weiter.data) or "/konto/profil")


def _password_page(form: PasswordChangeForm) -> Response:
    return form_page("accounts/show_password.html", form, **password_help())


@blueprint.get("/konto/passwort")
@customer_only
def show_password() -> Response:
    return _password_page(PasswordChangeForm())


@blueprint.post("/konto/passwort")
@customer_only
@limiter.limit(login_limit)
def save_password() -> Response:
    form = PasswordChangeForm()
    form.customer = current.get_customer()
    if not form.validate():
        return _password_page(form)
    if not current.proves_password(form.current.data or ""):
        form.current.errors = (WRONG_PASSWORD,)
        return _password_page(form)
    login = current.get_login()
    new_hash = current_app.extensions["kmz_passwords"].hash(form.password.data)
    passwords.change_password(
        current.get_customer().id, password_hash=new_hash, keep_login=login.id
    )
    response = see_other("accounts.show_password")
    current.start_login(response, sessions.note_authenticated(login))
    flash("Ihr Passwort ist geändert. Andere Geräte sind ausgeloggt.", "success")
    return response


@blueprint.get("/konto/bestaetigung")
@customer_or_school
def show_password_check() -> Response:
    target = own_path(request.args.get("weiter")) or "/konto"
    return password_check_page(PasswordCheckForm(None, weiter=target))


@blueprint.post("/konto/bestaetigung")
@customer_or_school
@limiter.limit(login_limit)
def check_password() -> Response:
    form = PasswordCheckForm()
    if not form.validate():
        return password_check_page(form)
    if not current.proves_password(form.password.data or ""):
        form.password.errors = (WRONG_PASSWORD,)
        return password_check_page(form)
    tokens = sessions.note_authenticated(current.get_login())
    return after_login(tokens, own_path(form.weiter.data))


def password_check_page(form: PasswordCheckForm, *, unsent: str = "") -> Response:
    """`unsent` is a form that waits for the password, sealed."""
    waiting = unsent or request.form.get("unsent", "")[:LONGEST]
    return form_page("accounts/show_password_check.html", form, unsent=waiting)
