"""A Merkliste passed on: a link names the courses, nothing is stored for it (U40)."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from kmz import clock
from kmz.catalog import notes
from kmz.catalog.models import WatchlistItem
from kmz.catalog.watchlist_queries import notes_of
from kmz.db import db
from tests.catalog.test_watchlist import EMAIL, hearts
from tests.factories import make_course, make_customer
from tests.page import Browser
from tests.steps import badge, log_in, send


def shared(browser: Browser) -> str:
    """The path of the link in the field of the own page."""
    page = browser.open("/merkliste")
    address = page.html.partition('type="url"')[2].partition('value="')[2].partition('"')[0]
    found = urlsplit(address)
    assert f"{found.scheme}://{found.netloc}" == "http://localhost"
    return f"{found.path}?{found.query}"


def test_whoever_has_the_link_sees_the_courses_and_takes_them_over(
    app: Flask, browser_: Browser
) -> None:
    for number in (1, 2):
        make_course(number=f"271-{number}", title=f"Kurs {number}")
        browser_.open(f"/kurs/271-{number}")
        browser_.submit("Auf die Merkliste")
    other = Browser(app.test_client())
    page = other.open(shared(browser_))
    assert page.headings == ["Geteilte Merkliste"]
    assert page.link("Kurs 1") == "/kurs/271-1"
    assert hearts(page) == ""  # looking notes nothing
    page = other.submit("Alle auf meine Merkliste")
    assert page.path == "/merkliste"
    assert "Neu auf der Merkliste: 2 Kurse." in page.text
    assert hearts(page) == "2"


def test_a_customer_takes_over_what_is_new(app: Flask, browser_: Browser) -> None:
    assert app
    customer = make_customer(email=EMAIL)
    one, two = make_course(title="Eins"), make_course(title="Zwei")
    log_in(browser_, EMAIL)
    browser_.open(f"/merkliste/geteilt?kurse={one.id}-{two.id}")
    browser_.submit("Auf die Merkliste: Zwei")
    assert browser_.page.path == "/merkliste/geteilt"
    page = browser_.submit("Alle auf meine Merkliste")
    assert page.path == "/konto/merkliste"
    assert "Neu auf der Merkliste: 1 Kurs." in page.text
    assert [note.course_id for note in notes_of(customer.id)] == [one.id, two.id]


def test_one_course_of_it_goes_straight_into_the_cart(browser_: Browser) -> None:
    course = make_course(title="Eins")
    browser_.open(f"/merkliste/geteilt?kurse={course.id}")
    page = browser_.submit("In den Warenkorb: Eins")
    assert badge(page) == "1"
    assert hearts(page) == ""


def test_courses_out_of_the_programme_are_not_passed_on(browser_: Browser) -> None:
    draft = make_course(title="Entwurf", published_at=None)
    gone = make_course(title="Zurückgezogen", withdrawn_at=clock.now())
    page = browser_.open(f"/merkliste/geteilt?kurse={draft.id}-{gone.id}")
    for title in ("Entwurf", "Zurückgezogen"):
        assert title not in page.text
    assert "Hier steht kein Kurs mehr" in page.text
    send(browser_, f"/merkliste/geteilt?kurse={draft.id}")
    assert hearts(browser_.open("/")) == ""


@pytest.mark.parametrize("kurse", ["", "abc", "-", "1.2", "%00", "9" * 40, "0-" * 2000])
def test_a_broken_link_is_an_empty_page(browser_: Browser, kurse: str) -> None:
    page = browser_.open(f"/merkliste/geteilt?kurse={kurse}")
    assert page.status == 200
    assert "Hier steht kein Kurs mehr" in page.text


def test_what_finds_no_room_is_said(browser_: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_VISITOR", 1)
    ids = "-".join(str(make_course().id) for _ in range(3))
    browser_.open(f"/merkliste/geteilt?kurse={ids}")
    page = browser_.submit("Alle auf meine Merkliste")
    assert "Neu auf der Merkliste: 1 Kurs." in page.text
    assert "2 Kurse hatten keinen Platz mehr: Es passen 1 auf die Liste." in page.text
    assert db.session.query(WatchlistItem).count() == 0
