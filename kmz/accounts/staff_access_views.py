"""What members of staff do with their own access, mounted under /verwaltung."""

from flask import Blueprint, Response, current_app, flash, request

from kmz.accounts import current, factor_queries, queries, rules
from kmz.accounts.actions import sessions, staff
from kmz.accounts.forms import PasswordCheckForm
from kmz.accounts.forms.passwords import WRONG_PASSWORD, StaffPasswordForm
from kmz.web.access import STAFF_PREFIX, staff_before_factor, staff_only, staff_only_fresh
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, page, redirect_to, see_other
from kmz.web.returns import own_path

blueprint = Blueprint("staff_access", __name__)


@blueprint.get("/bestaetigung")
@staff_before_factor
def show_password_check() -> Response:
    target = own_path(request.args.get("weiter")) or STAFF_PREFIX
    form = PasswordCheckForm(None, weiter=target)
    return form_page("accounts/admin/show_password_check.html", form)


@blueprint.post("/bestaetigung")
@staff_before_factor
@limiter.limit(login_limit)
def check_password() -> Response:
    form = PasswordCheckForm()
    if not form.validate():
        return form_page("accounts/admin/show_password_check.html", form)
    if not current.proves_password(form.password.data or ""):
        form.password.errors = (WRONG_PASSWORD,)
        return form_page("accounts/admin/show_password_check.html", form)
    tokens = sessions.note_authenticated(current.get_login())
    target = own_path(form.weiter.data) or STAFF_PREFIX
    return current.start_login(redirect_to(target), tokens, is_staff=True)


@blueprint.get("/zugang")
@staff_only()
def show_access() -> Response:
    person, login = current.get_staff(), current.get_login()
    return page(
        "accounts/admin/show_access.html",
        staff=person,
        has_app=factor_queries.has_app(person.id),
        passkeys=factor_queries.passkeys_of(person),
        codes_left=factor_queries.unused_recovery_code_count(person.id),
        devices=queries.logins_of(person),
        this_device=login.id,
    )


def _password_page(form: StaffPasswordForm) -> Response:
    return form_page(
        "accounts/admin/show_staff_password.html",
        form,
        rules=rules.password_rules("staff"),
        minimum=rules.minimum_length("staff"),
        specials=rules.SPECIAL_CHARACTERS,
    )


@blueprint.get("/zugang/passwort")
@staff_only()
def show_staff_password() -> Response:
    return _password_page(StaffPasswordForm())


@blueprint.post("/zugang/passwort")
@staff_only()
@limiter.limit(login_limit)
def save_staff_password() -> Response:
    form = StaffPasswordForm()
    if not form.validate():
        return _password_page(form)
    if not current.proves_password(form.current.data or ""):
        form.current.errors = (WRONG_PASSWORD,)
        return _password_page(form)
    login, person = current.get_login(), current.get_staff()
    new_hash = current_app.extensions["kmz_passwords"].hash(form.password.data)
    staff.change_staff_password(person, password_hash=new_hash, by=person, keep_login=login.id)
    tokens = sessions.note_authenticated(login)
    response = current.start_login(see_other("staff_access.show_access"), tokens, is_staff=True)
    flash("Ihr Passwort ist geändert. Andere Geräte sind ausgeloggt.", "success")
    return response


@blueprint.post("/zugang/geraete/<int:login_id>/ende")
@staff_only()
def end_staff_device(login_id: int) -> Response:
    person = current.get_staff()
    sessions.end_logins(person, by=person, only=login_id)
    flash("Das Gerät ist ausgeloggt.", "success")
    return see_other("staff_access.show_access")


@blueprint.post("/zugang/ausloggen")
@staff_only_fresh()
def end_other_staff_devices() -> Response:
    person = current.get_staff()
    sessions.end_logins(person, by=person, keep=current.get_login().id)
    flash("Alle anderen Geräte sind ausgeloggt.", "success")
    return see_other("staff_access.show_access")
