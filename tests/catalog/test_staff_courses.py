"""The office's list of courses, publishing, conflicts, and who may come in."""

from datetime import timedelta

import pytest
from flask import Flask

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.catalog.steps import fragment
from tests.factories import area, make_course, make_customer, make_staff
from tests.page import Browser, Page
from tests.steps import log_in, log_in_staff, send

LIST = "/verwaltung/kurse"


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def titles(page: Page) -> set[str]:
    return {text for text, address in page.links if address.startswith(f"{LIST}/")} - {"Neuer Kurs"}


def some_of_each() -> None:
    today = clock.today()
    make_course(number="271-1", title="Korbflechten", seats_taken=9, max_participants=14)
    make_course(number="271-2", title="Entwurf", published_at=None)
    make_course(number="271-3", title="Abgesagt", cancelled_at=clock.now())
    make_course(number="262-4", title="Vorbei", starts_on=today - timedelta(days=90))
    make_course(number="271-5", title="Ohne Termin", sessions=0)
    with transaction() as session:
        session.query(Course).filter_by(number="271-5").update({"starts_on": None, "ends_on": None})


def test_the_list_shows_seats_and_state(office: Browser) -> None:
    some_of_each()
    page = office.open(LIST)
    assert page.headings == ["Kurse"]
    assert "3 Kurse" in page.text
    assert "9 / 14" in page.text
    assert titles(page) == {"Korbflechten", "Abgesagt", "Ohne Termin"}


def test_the_list_can_be_narrowed(office: Browser) -> None:
    some_of_each()
    expected = {
        "stand=": {"Korbflechten", "Entwurf", "Abgesagt", "Vorbei", "Ohne Termin"},
        "stand=entwurf": {"Entwurf"},
        "stand=abgesagt": {"Abgesagt"},
        "stand=vorbei": {"Vorbei"},
        "stand=&suche=KORB": {"Korbflechten"},
        "stand=&suche=271-3": {"Abgesagt"},
        "suche=%25": set(),
        "suche=_": set(),
        "stand=gibt-es-nicht": {"Korbflechten", "Abgesagt", "Ohne Termin"},
    }
    for arguments, found in expected.items():
        assert titles(office.open(f"{LIST}?{arguments}")) == found, arguments
    assert "Hier gibt es keine Kurse" in office.open(f"{LIST}?suche=xyz").text
    block = fragment(office.client, f"{LIST}?stand=entwurf", "courses")
    assert block.headings == []
    assert titles(block) == {"Entwurf"}


def test_the_list_has_pages(office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "STAFF_PAGE_SIZE", 2)
    for number in range(5):
        make_course(title=f"Kurs {number}")
    seen = set()
    page = office.open(LIST)
    for _ in range(3):
        assert len(titles(page)) <= 2
        seen |= titles(page)
        page = office.open(page.link("weiter")) if "weiter" in page.text else page
    assert len(seen) == 5
    for odd in ("0", "-1", "99", "1e9", "9" * 30, "²", "%00"):
        assert titles(office.open(f"{LIST}?seite={odd}")), odd


def test_a_course_is_published_and_taken_back(app: Flask, office: Browser) -> None:
    course = make_course(number="271-1", published_at=None, description_html="<p>Text</p>")
    visitor = Browser(app.test_client())
    assert visitor.open("/kurs/271-1").status == 404
    office.open(f"{LIST}/{course.id}")
    page = office.submit("Veröffentlichen")
    assert "Der Kurs ist veröffentlicht." in page.text
    assert page.link("Im Programm ansehen") == "/kurs/271-1"
    assert visitor.open("/kurs/271-1").status == 200
    page = office.submit("Zurücknehmen")
    assert "Der Kurs steht nicht mehr im Programm." in page.text
    assert visitor.open("/kurs/271-1").status == 410


def test_the_edit_page_leads_to_the_cancellation(office: Browser) -> None:
    course = make_course()
    page = office.open(f"{LIST}/{course.id}")
    assert office.open(page.link("Kurs absagen")).status == 200


def test_the_second_editor_keeps_the_input_and_sees_the_new_version(
    app: Flask, office: Browser
) -> None:
    course = make_course(number="271-1", description_html="<p>Text</p>")
    second = Browser(app.test_client())
    log_in_staff(second, "buero@example.org")
    for browser in (office, second):
        browser.open(f"{LIST}/{course.id}")
    office.submit("Speichern", title="Zuerst gespeichert")
    late = second.submit("Speichern", title="Zu spät", description="<p>Mein Text</p>")
    assert late.status == 409
    assert "inzwischen geändert" in late.text
    assert "Zu spät" in late.html
    assert "Mein Text" in late.html
    again = second.submit("Speichern")
    assert again.status == 409
    page = second.open(late.link("Jetzige Fassung"))
    assert page.headings == ["Zuerst gespeichert"]
    db.session.rollback()
    assert db.session.get_one(Course, course.id).title == "Zuerst gespeichert"


@pytest.mark.parametrize("who", ["visitor", "customer", "finance"])
def test_nobody_but_the_office_comes_in(app: Flask, browser_: Browser, who: str) -> None:
    course = make_course(number="271-1", published_at=None)
    area("2")
    if who == "customer":
        make_customer(email="andrea@example.org")
        log_in(browser_, "andrea@example.org")
    elif who == "finance":
        make_staff(email="kasse@example.org", role="finance")
        log_in_staff(browser_, "kasse@example.org")
    else:
        browser_.open("/login")
    token_page = browser_.page
    for address in (LIST, f"{LIST}/neu", f"{LIST}/{course.id}"):
        page = browser_.open(address)
        if who == "finance":
            assert page.status == 403
        else:
            assert page.path == "/verwaltung/login"
    for address in ("neu", f"{course.id}", f"{course.id}/veroeffentlichung"):
        browser_.page = token_page
        page = send(browser_, f"{LIST}/{address}", title="Feindlich")
        assert page.status in {403, 200}
        assert page.path == "/verwaltung/login" or page.status == 403
    db.session.rollback()
    found = db.session.get_one(Course, course.id)
    assert (found.title, found.published_at) == ("Italienisch 271-1", None)
    assert db.session.query(Course).count() == 1
    assert app
