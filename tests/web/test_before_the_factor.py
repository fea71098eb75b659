"""With a password alone staff reach nothing but the second factor (ASVS 6.3.3)."""

from flask import Flask

from tests.factories import make_staff
from tests.page import Browser
from tests.steps import show_password, token_of

OFFICE = "buero@example.org"
# The login, and what asks for the factor or for the password; the logout is told apart below.
BEFORE = {
    "admin.show_login",
    "admin.log_in",
    "staff_access.show_password_check",
    "staff_access.check_password",
    "staff_access.show_second_factor",
    "staff_access.prove_second_factor",
    "staff_access.show_recovery_code",
    "staff_access.prove_recovery_code",
    "staff_access.begin_passkey_login",
    "staff_access.log_in_by_passkey",
    "staff_access.begin_passkey_factor",
    "staff_access.prove_passkey",
}
ENROLLING = {
    "staff_access.show_app_setup",
    "staff_access.set_up_app",
    "staff_access.show_new_staff_passkey",
    "staff_access.begin_staff_passkey",
    "staff_access.add_staff_passkey",
}


def open_before_the_factor(app: Flask, browser: Browser) -> set[str]:
    """Endpoints that do more than send somebody with nothing but a password to the factor."""
    found = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/verwaltung") or rule.endpoint == "admin.log_out":
            continue
        with app.test_request_context():
            values = dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "x")
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        if "GET" in (rule.methods or ()):
            answer = browser.client.get(address)
        else:
            browser.open("/kurse")
            answer = browser.client.post(address, data={"csrf_token": token_of(browser.page)})
        if "/verwaltung/zweiter-faktor" not in answer.headers.get("Location", ""):
            found.add(rule.endpoint)
    return found


def test_nothing_else_is_open_before_the_second_factor(app: Flask, browser_: Browser) -> None:
    make_staff(email=OFFICE)
    show_password(browser_, OFFICE)
    assert open_before_the_factor(app, browser_) <= BEFORE
    browser_.open("/verwaltung/zweiter-faktor")
    assert browser_.submit("Logout").path == "/verwaltung/login"


def test_without_a_factor_only_setting_one_up_is_open(app: Flask, browser_: Browser) -> None:
    make_staff(email=OFFICE, app=False)
    show_password(browser_, OFFICE)
    assert browser_.page.path == "/verwaltung/zweiter-faktor/app"
    assert open_before_the_factor(app, browser_) <= BEFORE | ENROLLING
