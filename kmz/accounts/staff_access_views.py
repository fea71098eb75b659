"""What members of staff do with their own access, mounted under /verwaltung."""

from flask import Blueprint, Response, request

from kmz.accounts import current
from kmz.accounts.actions.sessions import note_authenticated
from kmz.accounts.forms import PasswordCheckForm
from kmz.accounts.forms.passwords import WRONG_PASSWORD
from kmz.web.access import STAFF_PREFIX, staff_only
from kmz.web.limits import limiter, login_limit
from kmz.web.pages import form_page, redirect_to
from kmz.web.returns import own_path

blueprint = Blueprint("staff_access", __name__)


@blueprint.get("/bestaetigung")
@staff_only()
def show_password_check() -> Response:
    target = own_path(request.args.get("weiter")) or STAFF_PREFIX
    form = PasswordCheckForm(None, weiter=target)
    return form_page("accounts/admin/show_password_check.html", form)


@blueprint.post("/bestaetigung")
@staff_only()
@limiter.limit(login_limit)
def check_password() -> Response:
    form = PasswordCheckForm()
    if not form.validate():
        return form_page("accounts/admin/show_password_check.html", form)
    if not current.proves_password(form.password.data or ""):
        form.password.errors = (WRONG_PASSWORD,)
        return form_page("accounts/admin/show_password_check.html", form)
    tokens = note_authenticated(current.get_login())
    target = own_path(form.weiter.data) or STAFF_PREFIX
    return current.start_login(redirect_to(target), tokens, is_staff=True)
