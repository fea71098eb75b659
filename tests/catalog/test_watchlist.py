"""The Merkliste: hearts on every list, the counter, the page (U40)."""

import re

import pytest
from flask import Flask

from kmz import clock
from kmz.catalog import notes
from kmz.catalog.actions import watchlist
from kmz.catalog.models import Course, CourseSession
from kmz.catalog.watchlist_queries import notes_of
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
    assert page.form(button="Direktbuchung: Korbflechten")
    page = customer.submit("In den Warenkorb: Korbflechten")
    assert (badge(page), hearts(page)) == ("1", "")
    assert "„Korbflechten“ liegt jetzt im Warenkorb." in page.text


def test_what_is_removed_is_gone(customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    customer.open("/konto/merkliste")
    page = customer.submit("Entfernen: Korbflechten")
    assert page.path == "/konto/merkliste"
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


@pytest.mark.parametrize("values", [{"published_at": None}, {"withdrawn_at": clock.now()}])
def test_a_course_that_left_the_programme_stays_as_a_line_to_remove(
    customer: Browser, values: dict[str, object]
) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    change(**values)
    page = customer.open("/konto/merkliste")
    assert "Korbflechten 271-1 · nicht mehr im Programm" in page.text
    assert "Plätze frei" not in page.text
    assert hearts(page) == "1"
    page = customer.submit("Entfernen: Korbflechten")
    assert "Ihre Merkliste ist leer" in page.text


def test_htmx_swaps_the_heart_and_the_counter(customer: Browser) -> None:
    customer.open("/kurse")
    page = send(customer, "/merkliste/kurse/271-1", FRAGMENT)
    assert page.headings == []
    assert 'aria-pressed="true"' in page.html
    assert 'formaction="/merkliste/kurse/271-1/loeschung"' in page.html
    assert hearts(page) == "1"
    page = send(customer, "/merkliste/kurse/271-1/loeschung", FRAGMENT)
    assert 'aria-pressed="false"' in page.html
    assert hearts(page) == ""


def test_noting_twice_and_removing_twice_changes_nothing(customer: Browser) -> None:
    customer.open("/kurse")
    for _ in range(2):
        assert hearts(send(customer, "/merkliste/kurse/271-1")) == "1"
    for _ in range(2):
        assert hearts(send(customer, "/merkliste/kurse/271-1/loeschung")) == ""


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org"])
def test_a_heart_never_leads_to_another_site(customer: Browser, target: str) -> None:
    customer.open("/kurse")
    assert send(customer, "/merkliste/kurse/271-1", weiter=target).path == "/konto/merkliste"


def test_one_persons_merkliste_is_not_anothers(app: Flask, customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    make_customer(email="boris@example.org")
    other = Browser(app.test_client())
    log_in(other, "boris@example.org")
    assert hearts(other.open("/kurse")) == ""
    send(other, "/merkliste/kurse/271-1/loeschung")
    assert hearts(customer.open("/kurse")) == "1"


def test_what_is_not_there_is_not_found(customer: Browser) -> None:
    make_course(number="271-9", published_at=None)
    for slug in ("gibt-es-nicht", "271-9", "%00"):
        for address in (f"/merkliste/kurse/{slug}", f"/merkliste/kurse/{slug}/loeschung"):
            customer.open("/kurse")
            answer = customer.client.post(address, data={"csrf_token": token_of(customer.page)})
            assert answer.status_code == 404


def test_a_merkliste_has_an_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app
    monkeypatch.setattr(notes, "MAX_CUSTOMER", 2)
    customer = make_customer()
    courses = [make_course() for _ in range(3)]
    for course in courses[:2]:
        watchlist.watch_course(customer.id, course.id)
    with pytest.raises(RefusedError, match=r"watchlist\.full"):
        watchlist.watch_course(customer.id, courses[2].id)
    watchlist.watch_course(customer.id, courses[0].id)
    assert [note.course_id for note in notes_of(customer.id)] == [courses[1].id, courses[0].id]


def test_the_page_says_what_changed_until_it_was_seen(customer: Browser) -> None:
    customer.open("/kurse")
    customer.submit("Auf die Merkliste: Korbflechten")
    assert "Änderungen gesehen" not in customer.open("/konto/merkliste").text
    change(seats_taken=9)
    for _ in range(2):  # looking at it is not "seen"
        page = customer.open("/konto/merkliste")
        assert "Inzwischen nur noch wenige Plätze" in page.text
    page = customer.submit("Änderungen gesehen")
    assert page.path == "/konto/merkliste"
    assert "Inzwischen" not in page.text
    change(seats_taken=0)
    assert "Inzwischen" not in customer.open("/konto/merkliste").text


def test_a_cancelled_and_a_moved_course_are_marked(customer: Browser) -> None:
    customer.open("/kurse")
    for title in ("Korbflechten", "Italienisch"):
        customer.submit(f"Auf die Merkliste: {title}")
    change(cancelled_at=clock.now())
    with transaction() as session:
        moved = session.query(Course).filter_by(slug="271-2").one()
        for row in session.query(CourseSession).filter_by(course_id=moved.id):
            row.ends_at = None
    text = customer.open("/konto/merkliste").text
    assert "Inzwischen abgesagt" in text
    assert "Verlegt: neue Uhrzeiten" in text


def test_one_saw_the_changes_of_the_own_list_only(customer: Browser) -> None:
    other = make_customer(email="boris@example.org")
    course = db.session.query(Course).filter_by(slug="271-1").one()
    watchlist.watch_course(other.id, course.id)
    change(seats_taken=10)
    customer.open("/konto/merkliste")
    send(customer, "/merkliste/gesehen")
    assert [note.state for note in notes_of(other.id)] == ["free"]


def change(**values: object) -> None:
    """Change the course 271-1 behind everybody's back."""
    with transaction() as session:
        session.query(Course).filter_by(slug="271-1").update(values)  # type: ignore[arg-type]
