"""Security headers stand on every kind of answer (ASVS V3, V4)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kmz.web.access import public
from tests.factories import PASSWORD
from tests.page import Browser
from tests.steps import token_of
from tests.web.conftest import CUSTOMER, World

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTMX = {"HX-Request": "true", "HX-Target": "results"}
PARTIAL = {**HTMX, "HX-Request-Type": "partial"}
INTERNAL = ("Traceback", "geheim", "ZeroDivision", "sqlalchemy", "werkzeug", "Flask", ".py")


def _failure() -> str:
    raise ZeroDivisionError("geheim")


def kinds(world: World) -> dict[str, Callable[[], TestResponse]]:
    """One answer of every kind: page, fragment, redirect, refusals, failure, files."""
    world.app.add_url_rule("/kaputt", view_func=public(_failure))
    visitor, customer = world.visitor(), world.as_customer()
    token = token_of(visitor.open("/login"))
    get, post = visitor.client.get, visitor.client.post
    return {
        "page": lambda: get("/kurse"),
        "fragment": lambda: get("/kurse", headers=HTMX),
        "private page": lambda: customer.client.get("/konto"),
        "redirect": lambda: get("/konto"),
        "csrf": lambda: post("/login"),
        "form error": lambda: post("/login", data={"csrf_token": token}),
        "not found": lambda: get("/gibt/es/nicht"),
        "fragment not found": lambda: get("/kurs/x", headers=PARTIAL),
        "wrong method": lambda: get("/warenkorb/x"),
        "trace": lambda: visitor.client.open("/", method="TRACE"),
        "options": lambda: visitor.client.options("/login"),
        "too large": lambda: post("/login", data={"x": "x" * (3 * 1024 * 1024)}),
        "foreign host": lambda: get("/", headers={"Host": "boese.example"}),
        "failure": lambda: get("/kaputt"),
        "manifest": lambda: get("/manifest.webmanifest"),
        "worker": lambda: get("/service-worker.js"),
        "offline": lambda: get("/offline"),
        "health": lambda: get("/gesundheit"),
        "moved": lambda: get("/index.php"),
        "dead link": lambda: get("/passwort-neu/x"),
    }


@pytest.fixture
def answers(world: World) -> dict[str, TestResponse]:
    return {name: ask() for name, ask in kinds(world).items()}


def test_every_kind_of_answer_carries_the_headers(answers: dict[str, TestResponse]) -> None:
    for name, answer in answers.items():
        assert {header: answer.headers.get(header) for header in FIXED} == FIXED, name
        assert [h for h, _ in answer.headers if h.startswith("Access-Control")] == [], name


def test_the_policy_allows_nothing_inline_and_nothing_foreign(
    answers: dict[str, TestResponse],
) -> None:
    for name, answer in answers.items():
        policy = answer.headers["Content-Security-Policy"]
        for word in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:", "blob:"):
            assert word not in policy, name
        for part in (
            "script-src 'self'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ):
            assert part in policy.split("; "), name


def test_the_answers_have_the_codes_they_should(answers: dict[str, TestResponse]) -> None:
    expected = {
        "page": 200,
        "fragment": 200,
        "private page": 200,
        "redirect": 303,
        "csrf": 400,
        "form error": 422,
        "not found": 404,
        "fragment not found": 404,
        "wrong method": 405,
        "trace": 405,
        "options": 200,
        "too large": 413,
        "foreign host": 400,
        "failure": 500,
        "manifest": 200,
        "worker": 200,
        "offline": 200,
        "health": 200,
        "moved": 301,
        "dead link": 410,
    }
    assert {name: answer.status_code for name, answer in answers.items()} == expected


def test_texts_name_their_charset(answers: dict[str, TestResponse]) -> None:
    for name, answer in answers.items():
        kind = answer.headers.get("Content-Type", "")
        if kind.startswith(("text/", "application/manifest")):
            assert "charset=utf-8" in kind.lower(), name


def test_private_and_refused_answers_are_never_stored(answers: dict[str, TestResponse]) -> None:
    for name in ("private page", "form error", "csrf", "not found", "failure", "health"):
        assert answers[name].headers["Cache-Control"] == "no-store", name
    for name in ("page", "fragment"):
        assert "private" in answers[name].headers["Cache-Control"]
        assert {"HX-Request", "HX-Target"} <= answers[name].vary.as_set(preserve_casing=True)


def test_everything_behind_a_login_is_never_stored(world: World) -> None:
    customer, staff = world.as_customer(), world.as_staff()
    for browser, prefix in ((customer, "/konto"), (customer, "/buchen"), (staff, "/verwaltung")):
        for address in set(world.addresses("GET", prefix)) - {"/verwaltung/login"}:
            answer = browser.client.get(address)
            assert answer.headers["Cache-Control"] == "no-store", address


def test_errors_show_nothing_internal(answers: dict[str, TestResponse]) -> None:
    for name in ("failure", "foreign host", "too large", "not found", "csrf"):
        text = answers[name].get_data(as_text=True)
        for word in INTERNAL:
            assert word not in text, name
        assert "<h1>" in text, name
    assert "Fehlernummer" in answers["failure"].get_data(as_text=True)


def test_a_report_of_the_browser_is_taken_without_a_token(client: FlaskClient) -> None:
    answer = client.post(
        "/csp-bericht",
        data='{"csp-report": {"effective-directive": "script-src"}}',
        content_type="application/csp-report",
    )
    assert answer.status_code == 200
    for odd in (b"", b"[]", b"\x00\xff", b'{"csp-report": 7}', b"{" * 5000):
        assert client.post("/csp-bericht", data=odd).status_code == 200


class TestHttps:
    """Behind https the cookies carry every flag."""

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"KMZ_PUBLIC_URL": "https://portal.example.org"}

    def test_every_cookie_is_locked_to_the_host(self, world: World) -> None:
        browser = world.visitor()
        cookies: list[str] = []
        cookies += browser.client.get("/login").headers.getlist("Set-Cookie")
        token = token_of(browser.open("/login"))
        data = {"csrf_token": token}
        cart = browser.client.post(f"/warenkorb/{world.course.slug}", data=data)
        cookies += cart.headers.getlist("Set-Cookie")
        login = {**data, "login-email": CUSTOMER, "login-password": PASSWORD}
        cookies += browser.client.post("/login", data=login).headers.getlist("Set-Cookie")
        names = {cookie.partition("=")[0] for cookie in cookies}
        assert names == {f"__Host-kmz{end}" for end in ("", "_cart", "_login", "_device")}
        for cookie in cookies:
            flags = {part.strip() for part in cookie.split(";")[1:]}
            assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags, cookie
            assert not any(flag.startswith("Domain") for flag in flags)
            assert len(cookie) < 4096
            assert "andrea" not in cookie

    def test_https_is_remembered(self, world: World) -> None:
        for address in ("/", "/konto", "/gibt-es-nicht"):
            answer = world.visitor().client.get(address)
            policy = answer.headers["Strict-Transport-Security"]
            assert int(policy.partition("max-age=")[2].partition(";")[0]) >= 31_536_000
            assert "includeSubDomains" in policy


def test_without_https_nothing_claims_it(browser_: Browser) -> None:
    answer = browser_.client.get("/login")
    assert "Strict-Transport-Security" not in answer.headers
    assert all("Secure" not in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert all("HttpOnly" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
