"""Access marks: every view says who may call it; a view without a mark is closed to everybody.

The marks are checked in one place, before the view runs (deny by default, ASVS 8.2.1). How a login
is found and what it means is told by the accounts floor through `AccessRules`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue

from kmz import log

View = Callable[..., ResponseReturnValue]
_MARK, _UNATTENDED = "kmz_access", "kmz_unattended"

# All staff pages live below this address; there the staff's login counts, elsewhere the customer's.
STAFF_PREFIX = "/verwaltung"


def is_staff_address(path: str) -> bool:
    return path == STAFF_PREFIX or path.startswith(f"{STAFF_PREFIX}/")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a view: "public", "guest", "customer" or "staff" (with one of `roles`).

    `fresh` asks for the password again when the last proof is too old (customers: ten minutes,
    staff: fifteen). `factor` is what staff must have shown besides the password: "proven" the
    second factor; "enrolling" the same, or none is set up yet; "asked" nothing more. `schools`
    lets in customers whose login a whole school shares.
    """

    kind: str
    roles: frozenset[str] = frozenset()
    fresh: bool = False
    factor: str = "proven"
    schools: bool = False


class AccessRules(Protocol):
    """What the accounts floor answers: None to let the request in, or the response that keeps it
    out.
    """

    def check_customer(self, access: Access) -> ResponseReturnValue | None: ...

    def check_guest(self, access: Access) -> ResponseReturnValue | None: ...

    def note_visitor(self) -> None:
        """Somebody asks for a public page; using it is use of a login too."""

    def check_staff(self, access: Access) -> ResponseReturnValue | None: ...


def _mark(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _MARK, access)
        return view

    return decorate


def public(view: View) -> View:
    """Anybody may call this view."""
    return _mark(Access("public"))(view)


def guest_or_customer(view: View) -> View:
    """Anybody, for what is their own: a visitor by a cookie, a customer by the login (L23)."""
    return _mark(Access("guest"))(view)


def customer_only(view: View) -> View:
    """Only a logged-in customer who is a person, not a login that a school shares."""
    return _mark(Access("customer"))(view)


def customer_only_fresh(view: View) -> View:
    """Only a customer who proved the password within the last ten minutes (ASVS 7.5.1)."""
    return _mark(Access("customer", fresh=True))(view)


def customer_or_school(view: View) -> View:
    """A logged-in customer, or anybody in the login that a school shares (domain.md 3.4)."""
    return _mark(Access("customer", schools=True))(view)


def customer_or_school_fresh(view: View) -> View:
    """Like `customer_or_school`, and the password was proven within ten minutes."""
    return _mark(Access("customer", fresh=True, schools=True))(view)


def staff_only(*roles: str) -> Callable[[View], View]:
    """Only staff with one of the roles; "admin" may always, no roles means any member of staff."""
    return _mark(Access("staff", frozenset(roles)))


def staff_only_fresh(*roles: str) -> Callable[[View], View]:
    """Like `staff_only`, and the password was proven within fifteen minutes (ASVS 7.5.3)."""
    return _mark(Access("staff", frozenset(roles), fresh=True))


def staff_before_factor(view: View) -> View:
    """Staff whose password was proven, the second factor not yet: only what asks for it, and the
    way out.
    """
    return _mark(Access("staff", factor="asked"))(view)


def staff_enrolling(view: View) -> View:
    """Staff who set up a second factor: with another one proven, or without any (ASVS 6.3.3)."""
    return _mark(Access("staff", fresh=True, factor="enrolling"))(view)


def unattended(view: View) -> View:
    """A browser asks this by itself, so it is no sign that somebody is there: it keeps no login
    alive.
    """
    setattr(view, _UNATTENDED, True)
    return view


def is_attended() -> bool:
    """Whether a person has caused the current request."""
    return not hasattr(current_app.view_functions.get(request.endpoint or ""), _UNATTENDED)


def access_of(view: Any) -> Access | None:
    """The mark of a view function, or None."""
    return getattr(view, _MARK, None)


def is_private() -> bool:
    """Whether the current request's view stands behind a login."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view)
    return access is not None and access.kind != "public"


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # 404 and 405 answer for themselves
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        log.error("access.unmarked", endpoint=request.endpoint)
        abort(403)
    rules: AccessRules = current_app.extensions["kmz_access_rules"]
    if access.kind == "public":
        rules.note_visitor()
        return None
    # A foreign page may link here, but not load private resources from here (ASVS 3.5.8).
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and not navigates:
        abort(403)
    if access.kind == "staff":
        return rules.check_staff(access)
    if access.kind == "guest":
        return rules.check_guest(access)
    return rules.check_customer(access)


def init_access(app: Flask) -> None:
    """Check the mark of every request before its view."""
    app.before_request(_check)
