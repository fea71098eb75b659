"""Login, sign-up and passwords as pages."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    render_template,
    request,
    session,
)

from kmz.accounts import current, queries
from kmz.accounts.actions import passwords, signup
from kmz.accounts.actions.login import LoginRefusal
from kmz.accounts.actions.sessions import LoginTokens, end_logins
from kmz.accounts.forms import (
    EmailForm,
    LoginForm,
    NewPasswordForm,
    SchoolLoginForm,
    SignupForm,
    password_help,
)
from kmz.accounts.login_names import MailName
from kmz.accounts.unsent import LONGEST
from kmz.web.access import customer_or_school, public
from kmz.web.forms import BaseForm
from kmz.web.limits import limiter, login_limit, mail_limit
from kmz.web.pages import come_back_in, form_page, page, redirect_to, secret_page, see_other
from kmz.web.returns import own_path, wanted_return

blueprint = Blueprint("accounts", __name__)
_AGAIN = "signup_again"  # in the form session: what lets this browser ask for its mail once more


def login_page(*, unsent: str = "", was_sent: bool = False, **sent: BaseForm) -> Response:
    """The three forms of the page; only the one that was `sent` has read the request.

    `unsent` is a form that came after its login had ended (`was_sent`: just now), sealed.
    """
    target = own_path(request.values.get("weiter")) or ""
    forms: dict[str, Any] = {
        "login_form": LoginForm(None, prefix="login", weiter=target),
        "school_form": SchoolLoginForm(None, prefix="school", weiter=target),
        "signup_form": SignupForm(None, prefix="signup", weiter=target),
    } | sent
    return page(
        "accounts/show_login.html",
        status=422 if any(form.has_errors for form in forms.values()) else 200,
        **forms,
        unsent=unsent or request.form.get("unsent", "")[:LONGEST],
        was_sent=was_sent,
        is_over="abgelaufen" in request.args,
        **password_help(),
    )


@blueprint.get("/login")
@public
def show_login() -> Response:
    if current.current_customer():
        return redirect_to(wanted_return("/konto"))
    return login_page()


@blueprint.get("/registrieren")
@public
def show_signup() -> Response:
    return redirect_to("/login#registrierung")


@blueprint.post("/login")
@public
@limiter.limit(login_limit)
def log_in() -> Response:
    form = LoginForm(prefix="login")
    if not form.validate():
        return login_page(login_form=form)
    opened = current.new_login(MailName(form.email.data or ""), form.password.data or "")
    if isinstance(opened, LoginRefusal):
        form.form_errors.append(current.refusal_message(opened))
        return come_back_in(opened.seconds, login_page(login_form=form))
    return after_login(opened, own_path(form.weiter.data))


def after_login(opened: LoginTokens, target: str | None) -> Response:
    """Go where the person wanted to go, or offer to send what they sent after the last login."""
    unsent = current.unsent_of(opened)
    if unsent is None:
        return current.start_login(redirect_to(target or "/konto"), opened)
    # The form's token has to belong to the new session, which begins here.
    response = current.start_login(make_response(), opened)
    response.set_data(render_template("accounts/show_unsent.html", unsent=unsent))
    return response


@blueprint.post("/registrieren")
@public
@limiter.limit(mail_limit)
def sign_up() -> Response:
    form = SignupForm(prefix="signup")
    if not form.validate():
        return login_page(signup_form=form)
    applicant = signup.Applicant(
        email=form.email.data or "",
        first_name=form.first_name.data or "",
        last_name=form.last_name.data or "",
        password_hash=current_app.extensions["kmz_passwords"].hash(form.password.data),
        asked_from=current.address_fingerprint(),
    )
    session[_AGAIN] = signup.request_signup(applicant)
    return see_other("accounts.show_signup_sent")


@blueprint.post("/registrieren/gesendet")
@public
@limiter.limit(mail_limit)
def resend_link() -> Response:
    """Answers the same whether there was anything to send (REG-01)."""
    signup.resend_link(session.get(_AGAIN, ""), asked_from=current.address_fingerprint())
    flash("Wir schicken den Link erneut, höchstens fünfmal am Tag.", "success")
    return see_other("accounts.show_signup_sent")


@blueprint.get("/registrieren/gesendet")
@public
def show_signup_sent() -> Response:
    return page("accounts/show_signup_sent.html")


@blueprint.get("/registrieren/bestaetigung/<token>")
@public
def show_confirmation(token: str) -> Response:
    """A page with one button: mail scanners open links, so opening one changes nothing (U10)."""
    if queries.find_open_signup(token) is None:
        return page("accounts/show_link_dead.html", status=410, again="/login#registrierung")
    return secret_page(page("accounts/show_confirmation.html", token=token))


@blueprint.post("/registrieren/bestaetigung/<token>")
@public
@limiter.limit(login_limit)
def confirm(token: str) -> Response:
    if signup.confirm_signup(token, confirmed_from=current.address_fingerprint()) is None:
        return page("accounts/show_link_dead.html", status=410, again="/login#registrierung")
    return see_other("accounts.show_confirmed")


@blueprint.get("/registrieren/fertig")
@public
def show_confirmed() -> Response:
    return page("accounts/show_confirmed.html")


@blueprint.get("/passwort-vergessen")
@public
def show_forgotten() -> Response:
    return form_page("accounts/show_forgotten.html", EmailForm())


@blueprint.post("/passwort-vergessen")
@public
@limiter.limit(mail_limit)
def request_reset() -> Response:
    form = EmailForm()
    if not form.validate():
        return form_page("accounts/show_forgotten.html", form)
    # A mail takes some milliseconds; a hash hides whether there was one (RES-01).
    current_app.extensions["kmz_passwords"].verify(None, form.email.data or "")
    passwords.request_reset(email=form.email.data or "")
    return see_other("accounts.show_reset_sent")


@blueprint.get("/passwort-vergessen/gesendet")
@public
def show_reset_sent() -> Response:
    return page("accounts/show_reset_sent.html")


def _reset_page(form: NewPasswordForm, token: str) -> Response:
    return secret_page(form_page("accounts/show_reset.html", form, token=token, **password_help()))


@blueprint.get("/passwort-neu/<token>")
@public
def show_reset(token: str) -> Response:
    if queries.find_open_reset(token) is None:
        return page("accounts/show_link_dead.html", status=410, again="/passwort-vergessen")
    return _reset_page(NewPasswordForm(), token)


@blueprint.post("/passwort-neu/<token>")
@public
@limiter.limit(login_limit)
def reset(token: str) -> Response:
    wish = queries.find_open_reset(token)
    if wish is None:
        return page("accounts/show_link_dead.html", status=410, again="/passwort-vergessen")
    form = NewPasswordForm()
    form.customer = queries.get_customer_with_profile(wish.customer_id)[0]
    if not form.validate():
        return _reset_page(form, token)
    new_hash = current_app.extensions["kmz_passwords"].hash(form.password.data)
    if not passwords.reset_password(token, password_hash=new_hash):
        return page("accounts/show_link_dead.html", status=410, again="/passwort-vergessen")
    return current.clear_login(see_other("accounts.show_reset_done"))


@blueprint.get("/passwort-neu/fertig")
@public
def show_reset_done() -> Response:
    return page("accounts/show_reset_done.html")


@blueprint.post("/logout")
@customer_or_school
def log_out() -> Response:
    customer = current.get_customer()
    end_logins(customer, by=customer, only=current.get_login().id)
    return current.clear_login(see_other("accounts.show_logged_out"))


@blueprint.get("/logout")
@public
def show_logged_out() -> Response:
    """The page after the logout; it shows nothing private and changes nothing."""
    return page("accounts/show_logged_out.html")
