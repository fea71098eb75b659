"""What lies behind a login stays there, whatever the request claims (V8, ACC-01, ACC-05…09)."""

from itertools import product

import pytest

from tests.page import Browser, Page
from tests.steps import send
from tests.web.conftest import FINANCE, World, everything, living_logins

CLAIMS: tuple[dict[str, str], ...] = (
    {},
    {"HX-Request": "true", "HX-Target": "bookings"},
    {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
    {"X-Original-URL": "/", "X-Rewrite-URL": "/", "X-Forwarded-Host": "localhost"},
    {"X-HTTP-Method-Override": "GET", "Authorization": "Basic YWRtaW46YWRtaW4=", "X-User": "admin"},
)
SECRETS = ("Andrea", "andrea@", "Hafenweg", "DE89")


def leaks(html: str) -> list[str]:
    return [secret for secret in SECRETS if secret in html]


def open_doors(world: World, browser: Browser, prefix: str, claims: dict[str, str]) -> list[str]:
    """Addresses that answered with more than a way to the login or a refusal."""
    found = []
    for address in world.addresses("GET", prefix):
        if address.endswith("/login"):
            continue
        answer = browser.client.get(address, headers=claims)
        redirected = "/login" in (
            answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
        )
        if not redirected and answer.status_code != 403:
            found.append(f"{address} {answer.status_code}")
    return found


def test_a_visitor_sees_no_private_page_nor_fragment(world: World) -> None:
    visitor = world.visitor()
    for prefix, claims in product(("/konto", "/verwaltung"), CLAIMS):
        assert open_doors(world, visitor, prefix, claims) == []


def test_a_customer_gets_into_no_staff_page(world: World) -> None:
    customer = world.as_customer()
    for claims in CLAIMS:
        assert open_doors(world, customer, "/verwaltung", claims) == []


def test_a_member_of_staff_is_no_customer(world: World) -> None:
    staff = world.as_staff()
    assert open_doors(world, staff, "/konto", {}) == []


def test_a_form_that_somebody_opened_is_nobody_elses(world: World) -> None:
    """Guests may book (L23), so these addresses are open; each shows only what is one's own."""
    for browser, claims in product((world.visitor(), world.as_staff()), CLAIMS):
        for address in set(world.addresses("GET", "/buchen")) - {"/buchen"}:
            answer = browser.client.get(address, headers=claims)
            assert answer.status_code == 404, address
            assert leaks(answer.get_data(as_text=True)) == [], address


def test_a_guests_booking_is_behind_its_link_only(world: World) -> None:
    """A made-up link is a dead one, whoever follows it, and nothing can be done by it."""
    browsers = (world.visitor(), world.as_staff())
    before = everything()
    open_to_all = {"/buchung", "/buchung/gesendet"}
    for browser, claims in product(browsers, CLAIMS):
        browser.open("/kurse")
        answers = [
            Page(browser.client.get(address, headers=claims))
            for address in set(world.addresses("GET", "/buchung")) - open_to_all
        ]
        answers += [
            send(browser, address, claims, bookings="1", course="1")
            for address in set(world.addresses("POST", "/buchung/"))
        ]
        assert {answer.status for answer in answers} == {410}
        assert [leaks(answer.html) for answer in answers if leaks(answer.html)] == []
    after = everything()
    assert {name for name, rows in after.items() if rows != before[name]} <= {"login_session"}


def test_nobody_writes_without_the_right_login(world: World) -> None:
    """With a good token, but without a login, as a customer, or as staff in the wrong place."""
    doors = (
        (world.visitor(), ("/konto", "/verwaltung")),
        (world.as_customer(), ("/verwaltung",)),
        (world.as_staff(), ("/konto",)),
    )
    before = everything()
    for browser, prefixes in doors:
        for address in [a for prefix in prefixes for a in world.addresses("POST", prefix)]:
            if address.startswith("/verwaltung/login"):
                continue
            browser.open("/kurse")
            page = send(browser, address, reason="x", booking="1")
            assert page.path.endswith("/login") or page.status == 403, address
    after = everything()
    assert {name for name, rows in after.items() if rows != before[name]} <= {
        "login_session",
        "audit_entry",
    }


def test_finance_reads_bookings_and_touches_nothing(world: World) -> None:
    finance = world.as_staff(FINANCE)
    before = everything()
    closed = ("/verwaltung/kurse", "/verwaltung/texte", "/verwaltung/wiederherstellung")
    for prefix, claims in product(closed, CLAIMS):
        for address in world.addresses("GET", prefix):
            assert finance.client.get(address, headers=claims).status_code == 403, address
    for prefix, claims in product((*closed, "/verwaltung/anmeldungen"), CLAIMS):
        for address in world.addresses("POST", prefix):
            finance.open("/verwaltung")
            assert send(finance, address, claims, reason="x", booking="1").status == 403, address
    assert finance.open("/verwaltung/anmeldungen").status == 200
    assert everything() == before


def test_the_way_back_after_a_login_is_an_own_page(world: World) -> None:
    visitor = world.visitor()
    asked = visitor.open("/konto/anmeldungen")
    assert asked.path == "/login"
    foreign = ("//boese.example", "https://boese.example", "/\\boese.example", "http:boese")
    for target in (*foreign, "\\\\boese.example", "javascript:alert(1)"):
        html = world.visitor().open(f"/login?weiter={target}").html
        assert "boese" not in html, target
        assert "alert(1)" not in html, target


def test_a_dead_login_opens_nothing(world: World) -> None:
    customer = world.as_customer()
    cookie = customer.client.get_cookie("kmz_login")
    assert cookie is not None
    customer.open("/konto")
    customer.submit("LOGOUT")
    assert living_logins() == 0
    customer.client.set_cookie("kmz_login", cookie.value)
    assert open_doors(world, customer, "/konto", {}) == []


@pytest.mark.parametrize("cookie", ["", "x", "1", "ä" * 30, "A" * 3000, "' OR 1=1 --", "null"])
def test_a_made_up_cookie_is_a_visitor(world: World, cookie: str) -> None:
    visitor = world.visitor()
    for name in ("kmz_login", "kmz_staff", "kmz", "kmz_cart"):
        visitor.client.set_cookie(name, cookie)
    page = visitor.open("/konto")
    assert (page.status, page.path, leaks(page.html)) == (200, "/login", [])


def test_an_expired_login_gives_htmx_no_login_page_in_a_corner(world: World) -> None:
    answer = world.visitor().client.get("/konto/anmeldungen", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/login")
    assert answer.get_data() == b""
