"""What the access marks of views mean for whoever asks, and what happens to those kept out."""

from typing import Any

from flask import Flask, Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from kmz import clock, log
from kmz.accounts import problems, queries, rules
from kmz.accounts.actions.sessions import note_seen
from kmz.accounts.current import (
    clear_login,
    current_customer,
    current_login,
    get_customer,
    get_staff,
    load_login,
    login_end,
    login_token,
)
from kmz.accounts.factor_queries import has_second_factor
from kmz.accounts.forms import PasswordCheckForm
from kmz.accounts.models import CustomerAccount, LoginSession
from kmz.accounts.own_views import password_check_page
from kmz.accounts.passkey_rules import relying_party
from kmz.accounts.unsent import Unsent, keepable
from kmz.accounts.views import login_page
from kmz.web.access import STAFF_PREFIX, Access, is_attended, is_staff_address
from kmz.web.error_pages import error_answer
from kmz.web.pages import fills_main, redirect_to
from kmz.web.returns import current_path, own_path

# All that somebody may do with a password from the office: replace it, stay a while, or leave.
_BEFORE_OWN_PASSWORD = frozenset(
    (
        "accounts.show_first_password",
        "accounts.save_first_password",
        "accounts.extend_session",
        "accounts.show_rest",
        "accounts.show_session",
        "accounts.log_out",
    )
)


class _Rules:
    """Lets customers and staff in where the access marks say so."""

    def check_customer(self, access: Access) -> ResponseReturnValue | None:
        login = current_login()
        if login is None:
            return _keep_what_was_sent() or _ask_to_log_in("accounts.show_login")
        _note_use(login)
        customer = get_customer()
        if customer.password_is_initial and request.endpoint not in _BEFORE_OWN_PASSWORD:
            return redirect_to(url_for("accounts.show_first_password"))
        if customer.shared and not access.schools:
            log.warn("access.refused", actor=customer.actor_name, endpoint=request.endpoint)
            return error_answer(403, problems.PERSONAL_ONLY)
        if access.fresh and clock.now() - login.authenticated_at > rules.FRESH_FOR:
            return _ask_for_the_password(customer)
        return None

    def check_guest(self, access: Access) -> ResponseReturnValue | None:
        if current_login() is not None:
            return self.check_customer(access)
        # What somebody began in a login that has ended since is asked for again, nothing is lost.
        ended = bool(request.view_args) and queries.find_former_customer(login_token())
        if ended:
            return _keep_what_was_sent() or _ask_to_log_in("accounts.show_login")
        return None

    def note_visitor(self) -> None:
        login = current_login() if login_token() else None
        if login is not None:
            _note_use(login)

    def check_staff(self, access: Access) -> ResponseReturnValue | None:
        login = current_login()
        if login is None:
            return _ask_to_log_in("admin.show_login")
        staff = get_staff()
        if not _has_shown_enough(login, access.factor):
            return _ask_to_log_in("staff_access.show_second_factor")
        if access.roles and staff.role not in access.roles and staff.role != "admin":
            log.warn("access.refused", actor=staff.actor_name, endpoint=request.endpoint)
            abort(403)
        _note_use(login)
        if access.fresh and clock.now() - login.authenticated_at > rules.STAFF_FRESH_FOR:
            return redirect_to(
                url_for("staff_access.show_password_check", weiter=_come_back(STAFF_PREFIX))
            )
        return None


def _has_shown_enough(login: LoginSession, factor: str) -> bool:
    """Whether a member of staff gets on with what was shown so far (ASVS 6.3.3)."""
    if login.second_factor_at is not None or factor == "asked":
        return True
    return factor == "enrolling" and not has_second_factor(get_staff().id)


def _note_use(login: LoginSession) -> None:
    if is_attended():
        note_seen(login)


def _come_back(default: str) -> str:
    return current_path() if request.method == "GET" else (request.form.get("weiter") or default)


def _ask_for_the_password(customer: CustomerAccount) -> Response:
    """Here and now when a form was sent, so that it is kept; else on the page for it."""
    fields = _sent_fields()
    if not fields:
        return redirect_to(url_for("accounts.show_password_check", weiter=_come_back("/konto")))
    form = PasswordCheckForm(None, weiter=_come_back("/konto"))
    response = password_check_page(form, unsent=_seal(customer.id, fields))
    response.status_code = 401
    return response


def _keep_what_was_sent() -> Response | None:
    """The login page with the form that somebody sent too late; None when there is none to keep."""
    fields = _sent_fields()
    owner = queries.find_former_customer(login_token()) if fields else None
    if owner is None:
        return None
    response = login_page(unsent=_seal(owner, fields), was_sent=True)
    response.status_code = 401
    return response


def _sent_fields() -> list[list[str]]:
    """What the person typed into a form of a page; nothing for what htmx sends, but for a form
    whose answer takes the page's place.
    """
    by_htmx = request.headers.get("HX-Request") == "true" and not fills_main()
    return keepable(request.form) if request.method == "POST" and not by_htmx else []


def _seal(customer_id: int, fields: list[list[str]]) -> str:
    unsent = Unsent(customer_id, current_path(), fields, clock.now().isoformat())
    return unsent.seal(current_app.extensions["kmz_vault"])


def _ask_to_log_in(endpoint: str) -> ResponseReturnValue:
    # Who sends a dead login is told why; whatever the browser kept of its pages goes.
    was_in = bool(login_token()) and current_login() is None
    is_page = request.method == "GET" and request.headers.get("HX-Request") != "true"
    back = current_path() if is_page else own_path(request.form.get("weiter"))
    answer = redirect_to(url_for(endpoint, weiter=back, abgelaufen=1 if was_in else None))
    if was_in:
        clear_login(answer, is_staff=is_staff_address(request.path))
    return answer


def _template_context() -> dict[str, Any]:
    customer = current_customer()
    return {
        "current_customer": customer,
        "login_end": login_end,
        "school_notices": problems.shared_problems(customer) if customer else [],
    }


def init_logins(app: Flask) -> None:
    """Make the login known to Flask-Login, the access marks and the templates."""
    app.config["SESSION_PROTECTION"] = None  # no login state in Flask's own session to protect
    manager = LoginManager(app, add_context_processor=False)
    manager.request_loader(load_login)
    app.extensions["kmz_access_rules"] = _Rules()
    app.context_processor(_template_context)
    config = app.config["KMZ"]
    party = relying_party(config.public_url, config.site_name)
    app.jinja_env.globals["passkeys_possible"] = party is not None
