"""Login, logout and login sessions (U03, U11–U16, U34–U36, LOG rows)."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from kmz.accounts.models import CustomerAccount, LoginSession
from kmz.clock import moved_by, now
from kmz.db import db, transaction
from tests.factories import PASSWORD, STAFF_PASSWORD, make_customer, make_staff
from tests.page import Browser, Page

FAILED = "Falsche Zugangsdaten"


def log_in(browser: Browser, email: str = "andrea@example.org", password: str = PASSWORD) -> Page:
    browser.open("/login")
    return browser.submit("Anmelden", login_email=email, login_password=password)


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email="andrea@example.org")


@pytest.mark.usefixtures("customer")
def test_the_hub_greets_by_name_with_six_entries_in_order(browser_: Browser) -> None:
    page = log_in(browser_)
    assert page.headings == ["Herzlich willkommen, Andrea Beispiel"]
    assert "Sie befinden sich hier: Login / Teilnehmer-Login" in page.text
    labels = [
        "Meine Anmeldungen",
        "Merkliste",
        "Benutzerprofil",
        "Bankverbindungen",
        "Passwort ändern",
        "LOGOUT",
    ]
    tiles = page.html.partition('class="tiles"')[2]
    places = [tiles.index(label) for label in labels]
    assert places == sorted(places)


@pytest.mark.usefixtures("customer")
def test_wrong_unknown_and_disabled_get_the_same_answer(browser_: Browser) -> None:
    make_customer(email="gesperrt@example.org", disabled_at=now())
    answers = [
        log_in(browser_, "andrea@example.org", "falsch1#"),
        log_in(browser_, "niemand@example.org", PASSWORD),
        log_in(browser_, "gesperrt@example.org", PASSWORD),
    ]
    assert {page.status for page in answers} == {422}
    assert all(FAILED in page.text for page in answers)
    assert len({page.text for page in answers}) == 1


@pytest.mark.usefixtures("customer")
def test_the_cookie_is_a_random_token_and_the_database_keeps_its_digest(browser_: Browser) -> None:
    log_in(browser_)
    cookie = browser_.client.get_cookie("kmz_login")
    assert cookie is not None
    login = db.session.scalars(select(LoginSession)).one()
    assert len(cookie.value) >= 43
    assert cookie.value not in login.token_hash
    assert cookie.http_only


@pytest.mark.usefixtures("customer")
def test_a_copied_cookie_is_dead_after_the_logout(app: Flask, browser_: Browser) -> None:
    log_in(browser_)
    cookie = browser_.client.get_cookie("kmz_login")
    assert cookie is not None
    page = browser_.submit("LOGOUT")
    assert "ausgeloggt" in page.text
    thief = app.test_client()
    thief.set_cookie("kmz_login", cookie.value)
    assert thief.get("/konto").status_code == 303


@pytest.mark.usefixtures("customer")
def test_the_logout_clears_what_the_browser_kept(browser_: Browser) -> None:
    log_in(browser_)
    form = browser_.page.form(action="/logout")
    token = dict(form.fields)["csrf_token"]
    answer = browser_.client.post("/logout", data={"csrf_token": token})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("customer")
def test_pages_behind_the_login_are_never_stored(browser_: Browser) -> None:
    log_in(browser_)
    assert browser_.page.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("idle", [{"minutes": 31}, {"hours": 13}])
def test_an_idle_login_ends(browser_: Browser, idle: dict[str, float]) -> None:
    log_in(browser_)
    with moved_by(**idle):
        assert "Kunden-Login" in browser_.open("/konto").headings


@pytest.mark.usefixtures("customer")
def test_use_keeps_a_login_alive_but_not_for_ever(browser_: Browser) -> None:
    log_in(browser_)
    for minutes in range(20, 12 * 60, 20):
        with moved_by(minutes=minutes):
            assert browser_.open("/konto").headings[0].startswith("Herzlich")
    with moved_by(hours=12, minutes=5):
        assert "Kunden-Login" in browser_.open("/konto").headings


def test_a_disabled_customer_is_out_on_the_next_request(
    browser_: Browser, customer: CustomerAccount
) -> None:
    log_in(browser_)
    with transaction() as session:
        session.execute(
            update(CustomerAccount)
            .where(CustomerAccount.id == customer.id)
            .values(disabled_at=now())
        )
    assert "Kunden-Login" in browser_.open("/konto").headings


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize(
    "target",
    ["https://boese.example", "//boese.example", "/\\boese.example", "javascript:alert(1)"],
)
def test_the_return_leads_only_to_our_own_pages(browser_: Browser, target: str) -> None:
    browser_.open(f"/login?weiter={target}")
    page = browser_.submit("Anmelden", login_email="andrea@example.org", login_password=PASSWORD)
    assert page.path == "/konto"


@pytest.mark.usefixtures("customer")
def test_one_returns_to_the_page_that_asked_for_the_login(browser_: Browser) -> None:
    browser_.open("/konto/profil")
    assert browser_.page.path == "/login"
    page = browser_.submit("Anmelden", login_email="andrea@example.org", login_password=PASSWORD)
    assert page.path == "/konto/profil"


@pytest.mark.usefixtures("customer")
def test_staff_and_customers_have_different_logins(browser_: Browser) -> None:
    make_staff(email="buero@example.org")
    assert FAILED in log_in(browser_, "buero@example.org", STAFF_PASSWORD).text
    browser_.open("/verwaltung/login")
    page = browser_.submit("Anmelden", email="andrea@example.org", password=PASSWORD)
    assert FAILED in page.text
    log_in(browser_)
    assert browser_.open("/verwaltung").path == "/verwaltung/login"


def test_odd_cookies_are_anonymous(app: Flask) -> None:
    client = app.test_client()
    for value in ("x", "a" * 3000, "';--", "%00"):
        client.set_cookie("kmz_login", value)
        assert client.get("/konto").status_code == 303
