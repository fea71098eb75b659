"""A visitor's Merkliste: kept in the browser's session, brought along at login (U40, L36)."""

import pytest
from flask import Flask

from kmz.catalog import notes
from kmz.catalog.actions.watchlist import watch_course
from kmz.catalog.models import Course
from kmz.catalog.watchlist_queries import notes_of
from kmz.crypto import Vault
from kmz.db import transaction
from tests.catalog.steps import FRAGMENT, refresh_search
from tests.catalog.test_watchlist import EMAIL, hearts
from tests.factories import make_course, make_customer, make_school, make_school_customer
from tests.page import Browser
from tests.statements import counted_statements
from tests.steps import badge, log_in, log_in_by_school, send

COOKIE = "kmz_notes"


@pytest.fixture
def courses(app: Flask) -> list[Course]:
    assert app
    found = [make_course(number=f"271-{n}", title=f"Kurs {n}") for n in (1, 2, 3)]
    refresh_search()
    return found


def note(browser: Browser, *numbers: int) -> None:
    for number in numbers:
        browser.open(f"/kurs/271-{number}")
        browser.submit("Auf die Merkliste")


@pytest.mark.usefixtures("courses")
def test_a_visitor_gets_a_cookie_only_with_the_first_heart(browser_: Browser) -> None:
    for address in ("/", "/merkliste", "/kurs/271-1", "/merkliste/geteilt?kurse=1"):
        browser_.open(address)
    assert browser_.client.get_cookie(COOKIE) is None
    note(browser_, 1)
    cookie = browser_.client.get_cookie(COOKIE)
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.expires) == (True, "Lax", None)
    assert "free" not in cookie.value
    browser_.open("/merkliste")
    browser_.submit("Entfernen: Kurs 1")
    assert browser_.client.get_cookie(COOKIE) is None


@pytest.mark.usefixtures("courses")
@pytest.mark.parametrize("address", ["/", "/kurse", "/kurs/271-1"])
def test_a_heart_works_without_a_login_and_leads_back(browser_: Browser, address: str) -> None:
    browser_.open(address)
    page = browser_.submit("Auf die Merkliste: Kurs 1")
    assert page.path == address
    assert "„Kurs 1“ steht auf der Merkliste." in page.text
    assert hearts(page) == "1"
    page = browser_.submit("Von der Merkliste nehmen: Kurs 1")
    assert hearts(page) == ""


@pytest.mark.usefixtures("courses")
def test_htmx_swaps_heart_and_counter_for_visitors_too(browser_: Browser) -> None:
    browser_.open("/kurse")
    page = send(browser_, "/merkliste/kurse/271-1", FRAGMENT)
    assert 'aria-pressed="true"' in page.html
    assert hearts(page) == "1"
    assert hearts(send(browser_, "/merkliste/kurse/271-2", FRAGMENT)) == "2"


@pytest.mark.usefixtures("courses")
def test_the_page_says_that_it_stays_in_this_browser(browser_: Browser) -> None:
    note(browser_, 1, 2)
    page = browser_.open("/merkliste")
    assert "nur in diesem Browser" in page.text
    assert ("Kunden-Login", "/login?weiter=/konto/merkliste") in page.links
    assert page.link("Registrierung").endswith("#registrierung")
    assert page.text.index("Kurs 2") < page.text.index("Kurs 1")
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("courses")
def test_no_stranger_is_shown_the_hearts_of_a_visitor(app: Flask, browser_: Browser) -> None:
    note(browser_, 1)
    stranger = Browser(app.test_client())
    for address in ("/", "/kurse", "/kurs/271-1"):
        assert hearts(browser_.open(address)) == "1"
        page = stranger.open(address)
        assert hearts(page) == ""
        assert "Von der Merkliste nehmen" not in page.text
        assert 'data-watchlist-copy=""' in page.html
        page = browser_.open(address)
        assert hearts(page) == "1"
        assert "Von der Merkliste nehmen: Kurs 1" in page.text


def test_it_comes_along_at_login_without_doubles(courses: list[Course], browser_: Browser) -> None:
    customer = make_customer(email=EMAIL)
    watch_course(customer.id, courses[1].id)
    note(browser_, 1, 2, 3)
    page = log_in(browser_, EMAIL)
    assert "3 gemerkte Kurse aus diesem Browser stehen jetzt auf Ihrer Merkliste." in page.text
    assert hearts(page) == "3"
    assert browser_.client.get_cookie(COOKIE) is None
    order = [courses[2].id, courses[0].id, courses[1].id]
    assert [found.course_id for found in notes_of(customer.id)] == order
    assert "gemerkte Kurse aus diesem Browser" not in browser_.open("/konto").text
    assert hearts(browser_.submit("LOGOUT")) == ""
    assert "Ihre Merkliste ist leer" in browser_.open("/merkliste").text


def test_what_was_noted_as_full_is_news_after_the_login(
    courses: list[Course], browser_: Browser
) -> None:
    make_customer(email=EMAIL)
    fill(courses[0], 10)
    note(browser_, 1)
    fill(courses[0], 0)
    assert "Wieder Plätze frei" in browser_.open("/merkliste").text
    log_in(browser_, EMAIL)
    assert "Wieder Plätze frei" in browser_.open("/konto/merkliste").text


def test_a_visitor_marks_changes_as_seen(courses: list[Course], browser_: Browser) -> None:
    note(browser_, 1)
    fill(courses[0], 10)
    browser_.open("/merkliste")
    assert "Inzwischen ausgebucht" in browser_.page.text
    page = browser_.submit("Änderungen gesehen")
    assert page.path == "/merkliste"
    assert "Inzwischen" not in page.text


def test_what_does_not_fit_at_login_is_said(
    courses: list[Course], browser_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = make_customer(email=EMAIL)
    monkeypatch.setattr(notes, "MAX_CUSTOMER", 2)
    note(browser_, 1, 2, 3)
    page = log_in(browser_, EMAIL)
    assert "2 gemerkte Kurse" in page.text
    assert "1 Kurs hatte auf Ihrer Merkliste keinen Platz mehr." in page.text
    newest = [courses[2].id, courses[1].id]
    assert [found.course_id for found in notes_of(customer.id)] == newest


@pytest.mark.usefixtures("courses")
def test_a_visitors_list_has_an_end(browser_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_VISITOR", 2)
    note(browser_, 1, 2, 3)
    assert browser_.page.path == "/merkliste"
    assert "Auf der Merkliste ist Platz für 2 Kurse." in browser_.page.text
    assert hearts(browser_.page) == "2"


@pytest.mark.usefixtures("courses")
def test_it_joins_the_list_that_a_school_shares(browser_: Browser) -> None:
    make_school_customer(make_school(number="04711"), username="", shared=True)
    note(browser_, 1)
    assert hearts(log_in_by_school(browser_, "04711")) == "1"


@pytest.mark.parametrize("value", ["x", "ä" * 40, "A" * 3900, "gAAAAAB"])
def test_a_made_up_cookie_is_an_empty_list(browser_: Browser, value: str) -> None:
    browser_.client.set_cookie(COOKIE, value)
    assert "Ihre Merkliste ist leer" in browser_.open("/merkliste").text


def test_a_course_that_is_gone_for_good_is_left_out(app: Flask, browser_: Browser) -> None:
    vault: Vault = app.extensions["kmz_vault"]
    browser_.client.set_cookie(COOKIE, vault.encrypt("999999:free:x nonsense 5:"))
    assert "Ihre Merkliste ist leer" in browser_.open("/merkliste").text
    make_customer(email=EMAIL)
    log_in(browser_, EMAIL)
    assert browser_.client.get_cookie(COOKIE) is None


@pytest.mark.usefixtures("courses")
@pytest.mark.parametrize("address", ["/merkliste", "/merkliste/kopie", "/merkliste/geteilt"])
def test_a_long_list_costs_few_queries(browser_: Browser, address: str) -> None:
    note(browser_, 1, 2, 3)
    browser_.open(address)
    with counted_statements() as seen:
        browser_.open(f"{address}?kurse=1-2-3")
    assert len(seen) <= 3


def test_the_copy_holds_facts_of_courses_and_nobody(
    courses: list[Course], browser_: Browser
) -> None:
    assert courses
    make_customer(email=EMAIL)
    log_in(browser_, EMAIL)
    note(browser_, 1)
    page = browser_.open("/merkliste/kopie")
    assert "Kurs 1" in page.text
    for personal in ("Andrea", "Beispiel", EMAIL, "csrf"):
        assert personal not in page.html
    assert page.headers["Cache-Control"] == "no-store"
    owner = page.headers["X-Copy-Owner"]
    assert len(owner) == 20
    assert f'data-watchlist-copy="{owner}"' in browser_.open("/konto/merkliste").html
    browser_.open("/konto")
    browser_.submit("LOGOUT")
    log_in(browser_, EMAIL)
    assert browser_.open("/merkliste/kopie").headers["X-Copy-Owner"] != owner


def test_all_that_can_be_booked_moves_to_the_cart(courses: list[Course], browser_: Browser) -> None:
    note(browser_, 1, 2, 3)
    fill(courses[1], 10)
    page = browser_.open("/merkliste")
    page = browser_.submit("Alle buchbaren in den Warenkorb (2)")
    assert "2 Kurse liegen jetzt im Warenkorb." in page.text
    assert (badge(page), hearts(page)) == ("2", "1")
    assert "Kurs 2" in page.text


def fill(course: Course, seats: int) -> None:
    with transaction() as session:
        session.query(Course).filter_by(id=course.id).update({"seats_taken": seats})
