"""The login of the current request: cookie, Flask-Login, and the answers for the access marks.

Customers and staff are different kinds of accounts with different logins and cookies; which one
counts depends on whether the address lies below /verwaltung.
"""

import math
from datetime import datetime, timedelta

from flask import (
    Request,
    Response,
    abort,
    current_app,
    g,
    request,
    session,
)
from flask_login import current_user

from kmz import clock
from kmz.accounts import queries, rules
from kmz.accounts.actions import login as logins
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.login_names import LoginName
from kmz.accounts.models import CustomerAccount, CustomerProfile, LoginSession, StaffUser
from kmz.accounts.unsent import Unsent, unseal
from kmz.crypto import Vault
from kmz.web.access import is_staff_address
from kmz.web.error_pages import error_answer
from kmz.web.pages import come_back_in

_MAX_TOKEN = 100
FAILED = "Falsche Zugangsdaten. Bitte prüfen Sie E-Mail-Adresse und Passwort."


def _cookie_name(*, is_staff: bool) -> str:
    prefix = "__Host-" if current_app.config["KMZ"].is_https else ""
    return f"{prefix}kmz_{'staff' if is_staff else 'login'}"


def _device_cookie() -> str:
    """It survives the logout: it opens nothing, it only says that this browser is no stranger."""
    prefix = "__Host-" if current_app.config["KMZ"].is_https else ""
    return f"{prefix}kmz_device"


def login_token() -> str:
    """What the browser sent as its login, "" if it sent none; it may be over or made up."""
    name = _cookie_name(is_staff=is_staff_address(request.path))
    return request.cookies.get(name, "")


def load_login(_request: Request) -> LoginSession | None:
    """For Flask-Login: the living login of the request."""
    is_staff, token = is_staff_address(request.path), login_token()
    if not token or len(token) > _MAX_TOKEN:
        return None
    login = queries.find_login(token, is_staff=is_staff)
    if login is not None:
        g.kmz_person = login.staff if is_staff else login.customer
    return login


def current_login() -> LoginSession | None:
    """The login of this request, or None."""
    found: object = current_user._get_current_object()
    return found if isinstance(found, LoginSession) else None


def current_customer() -> CustomerAccount | None:
    """The customer of this request, or None (visitor or staff page)."""
    person = g.get("kmz_person") if current_login() else None
    return person if isinstance(person, CustomerAccount) else None


def get_customer() -> CustomerAccount:
    """The customer of a request whose view is marked `customer_only`."""
    customer = current_customer()
    if customer is None:
        abort(403)
    return customer


def get_profile() -> CustomerProfile:
    """The profile of this request's customer, read once: the session forgets rows that nobody
    holds.
    """
    if "kmz_profile" not in g:
        g.kmz_profile = queries.profile_of(get_customer().id)
    profile: CustomerProfile = g.kmz_profile
    return profile


def get_staff() -> StaffUser:
    """The member of staff of a request whose view is marked `staff_only`."""
    person = g.get("kmz_person") if current_login() else None
    if not isinstance(person, StaffUser):
        abort(403)
    return person


def get_login() -> LoginSession:
    """The login of a request whose view stands behind a login."""
    login = current_login()
    if login is None:
        abort(403)
    return login


def login_end() -> datetime | None:
    """When the login of this request ends by itself; None without a login, or while staff still
    owe the second factor.
    """
    login = current_login()
    if login is None or (login.staff_id is not None and login.second_factor_at is None):
        return None
    return queries.end_of(login)


def seconds_left() -> int:
    """Until the login of this request has ended for certain."""
    end = queries.end_of(get_login())
    return math.ceil((end - clock.now()).total_seconds()) + 1


def visit() -> Visit:
    """Where this request comes from; a made-up device token is as good as none."""
    device = request.cookies.get(_device_cookie(), "")
    return Visit(
        address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        device=device if len(device) <= _MAX_TOKEN else "",
    )


def address_fingerprint() -> str:
    """What we keep of the client's address as evidence: it can be compared, not read."""
    vault: Vault = current_app.extensions["kmz_vault"]
    return vault.fingerprint(request.remote_addr or "")


def new_login(name: LoginName, password: str) -> LoginTokens | logins.LoginRefusal:
    """The tokens of a new login on this device, or why there is none."""
    extensions = current_app.extensions
    return logins.log_in(
        name,
        password,
        visit=visit(),
        passwords=extensions["kmz_passwords"],
        vault=extensions["kmz_vault"],
    )


def refusal_message(refusal: logins.LoginRefusal, *, failed: str = FAILED) -> str:
    """What the login page says; nothing of it tells whether the account exists."""
    return _throttled(refusal.seconds) if refusal.seconds else failed


def _throttled(seconds: int) -> str:
    unit = "Sekunde" if seconds == 1 else "Sekunden"
    return f"Zu viele Versuche. Bitte versuchen Sie es in {seconds} {unit} erneut."


def proves_password(password: str) -> bool:
    """Whether the person of this request knows the password. Guessing too fast ends the request
    with 429: these forms hold nothing but passwords.
    """
    extensions = current_app.extensions
    verdict = logins.check_own_password(
        get_staff() if is_staff_address(request.path) else get_customer(),
        password,
        visit=visit(),
        passwords=extensions["kmz_passwords"],
        vault=extensions["kmz_vault"],
    )
    if verdict.wait:
        abort(come_back_in(verdict.wait, error_answer(429, _throttled(verdict.wait))))
    return verdict.fits


def unsent_of(opened: LoginTokens) -> Unsent | None:
    """What the customer of a new login sent after the last one had ended, if the page kept it."""
    login = queries.find_login(opened.login, is_staff=False)
    if login is None or login.customer_id is None:
        return None
    return unseal(
        request.form.get("unsent", ""),
        customer_id=login.customer_id,
        now=clock.now(),
        vault=current_app.extensions["kmz_vault"],
    )


def start_login(response: Response, tokens: LoginTokens, *, is_staff: bool = False) -> Response:
    """Give the browser a new login; the visitor's form session ends so that nothing is carried
    over.
    """
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps the old session's for this request
    _set_cookie(response, _cookie_name(is_staff=is_staff), tokens.login)
    if tokens.device:
        _set_cookie(response, _device_cookie(), tokens.device, max_age=rules.DEVICE_KNOWN_FOR)
    return response


def _set_cookie(
    response: Response, name: str, token: str, *, max_age: timedelta | None = None
) -> None:
    response.set_cookie(
        name,
        token,
        max_age=max_age,
        secure=current_app.config["KMZ"].is_https,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def clear_login(response: Response, *, is_staff: bool = False) -> Response:
    """Take the login from the browser, with everything it may have cached (ASVS 14.3.1)."""
    session.clear()
    secure = current_app.config["KMZ"].is_https
    response.delete_cookie(
        _cookie_name(is_staff=is_staff), path="/", secure=secure, httponly=True, samesite="Lax"
    )
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
