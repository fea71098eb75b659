"""When a login ends by itself, how to stay, and what becomes of a form that came too late."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.models import CustomerAccount, CustomerProfile, LoginSession
from kmz.accounts.rules import CUSTOMER_IDLE
from kmz.clock import in_berlin, moved_by
from kmz.db import db
from tests.factories import PASSWORD, make_customer, make_staff
from tests.page import Browser, Page
from tests.steps import log_in, log_in_staff, token_of

ANDREA = "andrea@example.org"
STAY = "Eingeloggt bleiben"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=ANDREA)


@pytest.fixture
def andrea(browser_: Browser, customer: CustomerAccount) -> Browser:
    assert customer
    log_in(browser_, ANDREA)
    return browser_


def end_on(page: Page) -> str:
    found = re.search(r"um (\d\d:\d\d) Uhr automatisch ausgeloggt", page.text)
    assert found, page.text
    return found[1]


def seconds_left(browser: Browser, address: str = "/konto/sitzung/rest") -> int:
    answer = browser.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return int(answer.text)


@pytest.mark.parametrize("address", ["/konto", "/konto/profil", "/kurse", "/warenkorb"])
def test_every_page_says_when_the_login_ends(andrea: Browser, address: str) -> None:
    page = andrea.open(address)
    login = db.session.scalars(select(LoginSession)).one()
    assert end_on(page) == f"{in_berlin(login.last_seen_at + CUSTOMER_IDLE):%H:%M}"
    form = page.form(action="/konto/sitzung")
    assert form.method == "post"


def test_visitors_read_nothing_of_it(browser_: Browser) -> None:
    assert "automatisch ausgeloggt" not in browser_.open("/kurse").text


def test_one_stays_without_leaving_the_page(andrea: Browser) -> None:
    """Without JavaScript the form opens a window of its own, so nothing typed is lost."""
    andrea.open("/konto/profil")
    assert re.search(r'action="/konto/sitzung"\s+target="_blank"', andrea.page.html)
    with moved_by(minutes=29):
        page = andrea.submit(STAY)
        assert page.headings == ["Sie bleiben eingeloggt."]
    with moved_by(minutes=58):
        assert andrea.open("/konto").path == "/konto"


def test_asking_for_the_rest_prolongs_nothing(andrea: Browser) -> None:
    for minutes in (10, 20, 29):
        with moved_by(minutes=minutes):
            assert 0 < seconds_left(andrea) <= (30 - minutes) * 60 + 2
    with moved_by(minutes=31):
        assert andrea.client.get("/konto/sitzung/rest").status_code == 303


def test_the_catalogue_is_use_too(andrea: Browser) -> None:
    for minutes in (20, 40, 60):
        with moved_by(minutes=minutes):
            andrea.open("/kurse")
    with moved_by(minutes=80):
        assert andrea.open("/konto").path == "/konto"


def test_nothing_prolongs_a_login_beyond_twelve_hours(andrea: Browser) -> None:
    for minutes in range(20, 12 * 60, 20):
        with moved_by(minutes=minutes):
            andrea.open("/kurse")
    with moved_by(hours=11, minutes=50):
        assert seconds_left(andrea) <= 10 * 60 + 2


def test_staff_have_fifteen_minutes(browser_: Browser) -> None:
    make_staff(email="buero@example.org")
    page = log_in_staff(browser_, "buero@example.org")
    assert end_on(page)
    assert 14 * 60 < seconds_left(browser_, "/verwaltung/sitzung/rest") <= 15 * 60 + 2
    with moved_by(minutes=14):
        assert browser_.submit(STAY).headings == ["Sie bleiben eingeloggt."]
    with moved_by(minutes=27):
        assert browser_.open("/verwaltung").path == "/verwaltung"
    with moved_by(minutes=43):
        page = browser_.open("/verwaltung")
        assert page.path == "/verwaltung/login"
        assert "automatisch ausgeloggt" in page.text


def test_who_is_out_reads_why_and_the_browser_forgets(andrea: Browser) -> None:
    with moved_by(minutes=31):
        answer = andrea.client.get("/konto/profil")
        assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
        assert andrea.client.get_cookie("kmz_login") is None
        page = andrea.open(answer.headers["Location"])
        assert "Sie wurden aus Sicherheitsgründen automatisch ausgeloggt." in page.text
        page = andrea.submit("Anmelden", login_email=ANDREA, login_password=PASSWORD)
        assert page.path == "/konto/profil"


def test_htmx_is_sent_to_the_login_and_swaps_nothing(andrea: Browser) -> None:
    with moved_by(minutes=31):
        answer = andrea.client.get("/konto", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"].startswith("/login")
    assert answer.get_data() == b""


def test_what_was_typed_before_the_end_is_sent_after_the_next_login(andrea: Browser) -> None:
    andrea.open("/konto/profil")
    with moved_by(minutes=31):
        page = andrea.submit("Speichern", street="Neue Gasse", house_number="12 a")
        assert page.status == 401
        assert "Ihre Eingaben gehen nicht verloren" in page.text
        assert "Neue Gasse" not in page.html
        page = andrea.submit("Anmelden", login_email=ANDREA, login_password="falsch1#")
        assert page.status == 422
        page = andrea.submit("Anmelden", login_email=ANDREA, login_password=PASSWORD)
        assert page.headings == ["Ihre Eingaben sind noch da"]
        assert db.session.scalars(select(CustomerProfile.street)).one() == "Hafenweg"
        page = andrea.submit("Eingaben jetzt senden")
        assert page.path == "/konto/profil", page.text
        assert "gespeichert" in page.text, page.text
        assert db.session.scalars(select(CustomerProfile.street)).one() == "Neue Gasse"


def test_somebody_else_never_gets_what_was_typed(andrea: Browser) -> None:
    make_customer(email="boris@example.org")
    andrea.open("/konto/profil")
    with moved_by(minutes=31):
        andrea.submit("Speichern", street="Geheimweg")
        page = andrea.submit("Anmelden", login_email="boris@example.org", login_password=PASSWORD)
    assert page.path == "/konto"
    assert "Geheimweg" not in page.html


def test_what_was_typed_is_kept_for_an_hour(andrea: Browser) -> None:
    andrea.open("/konto/profil")
    with moved_by(minutes=31):
        andrea.submit("Speichern", street="Neue Gasse")
    with moved_by(minutes=95):
        page = andrea.submit("Anmelden", login_email=ANDREA, login_password=PASSWORD)
        assert page.path == "/konto"


def test_passwords_are_never_kept(app: Flask, andrea: Browser) -> None:
    andrea.open("/konto/passwort")
    data = {
        "csrf_token": token_of(andrea.page),
        "current": PASSWORD,
        "password": "neu2#xyz-lang",
        "repeated": "neu2#xyz-lang",
    }
    with moved_by(minutes=31):
        answer = andrea.client.post("/konto/passwort", data=data)
    assert answer.status_code == 303
    assert db.session.scalar(select(func.count(LoginSession.id))) == 1


def test_a_made_up_or_endless_form_is_ignored(andrea: Browser) -> None:
    for sealed in ("x", "gAAAAA" + "x" * 60_000):
        andrea.submit("LOGOUT")
        andrea.open("/login")
        data = {
            "csrf_token": token_of(andrea.page),
            "login-email": ANDREA,
            "login-password": PASSWORD,
            "unsent": sealed,
        }
        answer = andrea.client.post("/login", data=data)
        assert answer.headers["Location"] == "/konto"
        andrea.open("/konto")


def test_a_foreign_login_is_none_of_mine(app: Flask, andrea: Browser) -> None:
    """LOG-14: a copied cookie is as dead as the original."""
    cookie = andrea.client.get_cookie("kmz_login")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("kmz_login", cookie.value)
    andrea.submit("LOGOUT")
    assert thief.get("/konto/sitzung/rest").status_code == 303
    assert thief.get("/konto").status_code == 303
