"""The Merkliste: hearts on every list, the counter, the page (U40)."""

import re

import pytest
from flask import Flask

from kmz.catalog.actions import watchlist
from kmz.catalog.models import Course, WatchlistItem
from kmz.catalog.queries import watched_course_ids
from kmz.db import db, transaction
from kmz.errors import RefusedError
from tests.catalog.steps import FRAGMENT, refresh_search
from tests.factories import make_course, make_customer
from tests.page import Browser, Page
from tests.steps import badge, log_in, send, token_of

EMAIL = "andrea@example.org"


def hearts(page: Page) -> str:
    """The counter at the heart, "" for none."""
    found = re.search(r'id="watchlist-badge">(?:<span class="badge"[^>]*>(\d+))?', page.html)
    assert found is not None
    return found[1] or ""


@pytest.fixture
def customer(browser_: Browser) -> Browser:
    make_customer(email=EMAIL)
    make_course(number="271-1", title="Korbflechten")
    make_course(number="271-2", title="Italienisch")
    refresh_search()
    log_in(browser_, EMAIL)
    return browser_


@pytest.mark.parametrize("address", ["/", "/kurse", "/kurs/271-1"])
def test_a_heart_notes_the_course_and_leads_back(customer: Browser, address: str) -> None:
    customer.open(address)
    page = customer.submit("Auf die Merkliste: Korbflechten")
    assert page.path == address
    assert "„Korbflechten“ steht auf der Merkliste." in page.text
    assert hearts(page) == "1"
    page = customer.submit("Von der Merkliste nehmen: Korbflechten")
    assert page.path == address
    assert hearts(page) == ""


def test_the_page_shows_what_was_noted_and_sells_it(customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    page = customer.open("/konto/merkliste")
    assert page.headings == ["Merkliste"]
    assert "Plätze frei" in page.text
    assert page.link("Direktbuchung: Korbflechten") == "/buchen?kurs=271-1"
    page = customer.submit("In den Warenkorb: Korbflechten")
    assert badge(page) == "1"
    customer.open("/konto/merkliste")
    page = customer.submit("Entfernen: Korbflechten")
    assert "Ihre Merkliste ist leer" in page.text
    assert page.link("Zum Programm") == "/kurse"


def test_a_full_course_stays_noted_but_is_not_sold(customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    with transaction() as session:
        session.query(Course).filter_by(slug="271-1").update({"seats_taken": 10})
    page = customer.open("/konto/merkliste")
    assert "Ausgebucht" in page.text
    assert "In den Warenkorb" not in page.text


def test_a_course_taken_back_vanishes_from_page_and_counter(customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    with transaction() as session:
        session.query(Course).filter_by(slug="271-1").update({"published_at": None})
    page = customer.open("/konto/merkliste")
    assert "Korbflechten" not in page.text
    assert hearts(page) == ""
    assert send(customer, "/konto/merkliste/271-1").status == 404


def test_htmx_swaps_the_heart_and_the_counter(customer: Browser) -> None:
    customer.open("/kurse")
    page = send(customer, "/konto/merkliste/271-1", FRAGMENT)
    assert page.headings == []
    assert 'aria-pressed="true"' in page.html
    assert 'formaction="/konto/merkliste/271-1/loeschung"' in page.html
    assert hearts(page) == "1"
    page = send(customer, "/konto/merkliste/271-1/loeschung", FRAGMENT)
    assert 'aria-pressed="false"' in page.html
    assert hearts(page) == ""


def test_noting_twice_and_removing_twice_changes_nothing(customer: Browser) -> None:
    customer.open("/kurse")
    for _ in range(2):
        assert hearts(send(customer, "/konto/merkliste/271-1")) == "1"
    for _ in range(2):
        assert hearts(send(customer, "/konto/merkliste/271-1/loeschung")) == ""


def test_a_visitor_logs_in_first_and_comes_back(app: Flask, customer: Browser) -> None:
    visitor = Browser(app.test_client())
    visitor.open("/kurse")
    page = visitor.submit("Auf die Merkliste: Korbflechten")
    assert page.path == "/login"
    page = visitor.submit("Anmelden", login_email=EMAIL, login_password="ab1#x-lang-genug")
    assert page.path == "/kurse"
    assert db.session.query(WatchlistItem).count() == 0
    assert customer


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org"])
def test_a_heart_never_leads_to_another_site(customer: Browser, target: str) -> None:
    customer.open("/kurse")
    assert send(customer, "/konto/merkliste/271-1", weiter=target).path == "/konto/merkliste"


def test_one_persons_merkliste_is_not_anothers(app: Flask, customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    make_customer(email="boris@example.org")
    other = Browser(app.test_client())
    log_in(other, "boris@example.org")
    assert hearts(other.open("/kurse")) == ""
    send(other, "/konto/merkliste/271-1/loeschung")
    assert hearts(customer.open("/kurse")) == "1"


def test_what_is_not_there_is_not_found(customer: Browser) -> None:
    make_course(number="271-9", published_at=None)
    for slug in ("gibt-es-nicht", "271-9", "%00"):
        for address in (f"/konto/merkliste/{slug}", f"/konto/merkliste/{slug}/loeschung"):
            customer.open("/kurse")
            answer = customer.client.post(address, data={"csrf_token": token_of(customer.page)})
            assert answer.status_code == 404


def test_a_merkliste_has_an_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app
    monkeypatch.setattr(watchlist, "MAX_ITEMS", 2)
    customer = make_customer()
    courses = [make_course() for _ in range(3)]
    for course in courses[:2]:
        watchlist.watch_course(customer.id, course.id)
    with pytest.raises(RefusedError, match=r"watchlist\.full"):
        watchlist.watch_course(customer.id, courses[2].id)
    watchlist.watch_course(customer.id, courses[0].id)
    assert watched_course_ids(customer.id) == {course.id for course in courses[:2]}
