"""The login that a whole school shares: what it may use, and what it may not (domain.md 3.4)."""

import pytest
from flask import Flask
from werkzeug.routing.converters import NumberConverter

from kmz.accounts.models import CustomerAccount
from kmz.web.access import access_of
from tests.factories import make_course, make_customer, make_school, make_school_customer
from tests.page import Browser
from tests.steps import log_in, log_in_by_school, send

NOTICE = (
    "Sie sind mit der Schulnummer 04711 eingeloggt. "
    "Mit einer persönlichen E-Mail-Adresse können Sie Buchungen verwalten."
)
OPEN_TO_SCHOOLS = {
    "accounts.check_password",
    "accounts.extend_session",
    "accounts.log_out",
    "accounts.request_address",
    "accounts.save_first_password",
    "accounts.show_address",
    "accounts.show_first_password",
    "accounts.show_password_check",
    "accounts.show_rest",
    "accounts.show_school",
    "accounts.show_session",
    "catalog.list_watchlist",
    "customer_area.show_welcome",
}


@pytest.fixture
def shared(app: Flask) -> CustomerAccount:
    return make_school_customer(make_school(number="04711"), username="", shared=True)


@pytest.fixture
def school(browser_: Browser, shared: CustomerAccount) -> Browser:
    """A browser in the login of the school."""
    assert shared.shared
    log_in_by_school(browser_, "04711")
    return browser_


def test_the_hub_of_a_shared_login_offers_only_what_it_may_use(school: Browser) -> None:
    page = school.page
    assert page.headings == ["Herzlich willkommen, Schule am Hafen"]
    tiles = page.html.partition('class="tiles"')[2]
    places = [tiles.index(label) for label in ("Merkliste", "Daten der Schule", "LOGOUT")]
    assert places == sorted(places)
    for label in ("Meine Anmeldungen", "Bankverbindungen", "Benutzerprofil", "Passwort ändern"):
        assert label not in tiles


@pytest.mark.parametrize("address", ["/konto", "/kurse", "/konto/merkliste", "/konto/schule"])
def test_every_page_of_a_shared_login_says_whose_it_is(school: Browser, address: str) -> None:
    page = school.open(address)
    assert page.status == 200
    assert NOTICE in page.text
    assert page.link("Persönliche E-Mail-Adresse eintragen") == "/konto/e-mail"


def test_nobody_else_reads_that_notice(browser_: Browser, shared: CustomerAccount) -> None:
    make_customer(email="andrea@example.org", school_id=shared.school_id)
    assert "Schulnummer" not in log_in(browser_, "andrea@example.org").text


def test_all_other_pages_of_customers_refuse_a_shared_login(app: Flask, school: Browser) -> None:
    """Walks the route table, so a page that is added later is closed until somebody opens it."""
    allowed, wrong = set(), []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if access is None or access.kind != "customer":
            continue
        values: dict[str, object] = {
            name: 1 if isinstance(rule._converters[name], NumberConverter) else "x"
            for name in rule.arguments
        }
        if rule.endpoint in OPEN_TO_SCHOOLS:
            allowed.add(rule.endpoint)
            continue
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        school.open("/konto")
        page = send(school, address) if "POST" in (rule.methods or ()) else school.open(address)
        if page.status != 403 or "persönlichen Kundenkonto" not in page.text:
            wrong.append(f"{rule.rule} {page.status}")
    assert wrong == []
    assert allowed == OPEN_TO_SCHOOLS


def test_the_bank_accounts_of_a_shared_login_are_closed(school: Browser) -> None:
    page = school.open("/konto/bankverbindungen")
    assert page.status == 403
    assert "Kein Zugang" in page.headings


def test_a_shared_login_cannot_change_the_password_of_the_school(school: Browser) -> None:
    school.open("/konto")
    answer = send(school, "/konto/passwort", current="x", password="neu#1-lang", repeated="x")
    assert answer.status == 403


def test_the_cart_politely_refuses_a_shared_login(school: Browser) -> None:
    course = make_course()
    school.open(f"/kurs/{course.slug}")
    page = send(school, f"/warenkorb/{course.slug}")
    assert "Warenkorb ist leer" in page.text
    assert page.text.count(NOTICE) == 2  # once above every page, once as the answer


def test_the_watchlist_is_open_to_a_shared_login(school: Browser) -> None:
    course = make_course(title="Aquarell")
    school.open("/konto")
    assert "Aquarell" in send(school, f"/merkliste/kurse/{course.slug}").text


def test_the_data_of_the_school_are_shown(school: Browser) -> None:
    page = school.open("/konto/schule")
    for part in ("04711", "Schule am Hafen", "Musterstadt"):
        assert part in page.text


def test_a_person_without_a_school_has_no_school_page(browser_: Browser) -> None:
    make_customer(email="andrea@example.org")
    log_in(browser_, "andrea@example.org")
    assert browser_.open("/konto/schule").status == 404


def test_a_person_of_a_school_needs_an_address_to_book(browser_: Browser) -> None:
    make_school_customer(make_school(number="04711"))
    page = log_in_by_school(browser_, "04711", "andrea")
    assert "eine E-Mail-Adresse" in page.text
    course = make_course(fee_cents=0)
    browser_.open(f"/buchen?kurs={course.slug}")
    page = browser_.submit("Anmeldeformular öffnen")
    assert page.headings == ["Es fehlt noch etwas"]
    assert page.link("E-Mail-Adresse eintragen").startswith("/konto/e-mail")
