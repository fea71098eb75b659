"""The office's pages of a Kursänderung, and what the booking's own page says of it."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.booking.models import Booking
from kmz.booking.notices import queries
from kmz.booking.notices.actions import notice_change, notice_changes
from kmz.db import db
from tests.booking.changing import booked, later, moved, tell_all
from tests.booking.conftest import Buyer, change, count_mails
from tests.booking.test_guests import GUEST, booked_as_guest
from tests.catalog.imports.sample import dated, session
from tests.catalog.imports.steps import course as course_of
from tests.catalog.imports.steps import imported, record
from tests.factories import (
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.page import Browser
from tests.statements import counted_statements
from tests.steps import log_in_staff, send

LIST = "/verwaltung/kursaenderungen"


def test_the_office_goes_from_saving_to_the_decision(browser_: Browser) -> None:
    course = make_course(sessions=1)
    booked(course)
    log_in_staff(browser_, make_staff().email)
    assert "Kursänderungen" not in browser_.open("/verwaltung").text
    browser_.open(f"/verwaltung/kurse/{course.id}")
    page = browser_.submit("Speichern", sessions_0_starts="19:00")
    assert page.path == f"/verwaltung/kurse/{course.id}/aenderung"
    assert "18:30–20:00 Uhr → 19:00–20:00 Uhr" in page.text
    assert "Guten Tag (Vorname Name)" in page.text
    assert "1 Kurs ist anders" in browser_.open("/verwaltung").text
    assert "1 Anmeldung" in browser_.open(LIST).text
    browser_.open(page.path)
    browser_.submit("Angemeldete benachrichtigen", note="x" * 1001)
    assert browser_.page.status == 422
    assert "x" * 1001 in browser_.page.html
    assert "ist mitgeteilt" in browser_.submit("Angemeldete benachrichtigen", note="Kurz").text
    assert "Hier ist gerade nichts zu tun" in browser_.open(LIST).text
    assert "so, wie er ist" in browser_.open(page.path).text
    again = send(browser_, f"{page.path}/mitteilung", version="1")
    assert "schon entschieden" in again.text
    assert count_mails("M14") == 1


def test_telling_nobody_needs_a_reason(browser_: Browser) -> None:
    course = make_course(sessions=1)
    booked(course)
    later(course)
    log_in_staff(browser_, make_staff().email)
    address = f"/verwaltung/kurse/{course.id}/aenderung"
    browser_.open(address)
    assert browser_.submit("Niemanden benachrichtigen").status == 422
    page = browser_.submit("Niemanden benachrichtigen", reason="Angerufen")
    assert "die Begründung ist vermerkt" in page.text
    assert "schon entschieden" in send(browser_, f"{address}/keine-mitteilung", reason="x").text
    assert count_mails("M14") == 0


def test_an_outdated_page_is_shown_anew_with_what_was_typed(browser_: Browser) -> None:
    course = make_course(sessions=1)
    booked(course)
    later(course)
    log_in_staff(browser_, make_staff().email)
    browser_.open(f"/verwaltung/kurse/{course.id}/aenderung")
    later(course)
    page = browser_.submit("Angemeldete benachrichtigen", note="Bitte lesen")
    assert page.status == 409
    assert "noch einmal geändert" in page.text
    assert "Bitte lesen" in page.html
    browser_.submit("Angemeldete benachrichtigen")
    assert count_mails("M14") == 1


def test_the_page_shows_rooms_and_guests_see_the_change_too(browser_: Browser) -> None:
    course = make_course(sessions=1)
    booked_as_guest(make_customer(), GUEST, course)
    moved(course)
    assert "Seit der Buchung geändert" in browser_.open("/buchung/erster-link").text
    log_in_staff(browser_, make_staff().email)
    page = browser_.open(f"/verwaltung/kurse/{course.id}/aenderung")
    assert "offen → Haus am Hafen, Saal, Musterstadt" in page.text


def test_finance_sees_the_list_and_decides_nothing(browser_: Browser) -> None:
    course = make_course()
    booked(course)
    later(course)
    notice_change(course.id)
    log_in_staff(browser_, make_staff(role="finance").email)
    assert course.number in browser_.open(LIST).text
    assert send(browser_, f"/verwaltung/kurse/{course.id}/aenderung/mitteilung").status == 403


def test_the_list_costs_three_queries_however_long(app: Flask) -> None:
    assert app
    courses = [make_course() for _ in range(4)]
    booked(*courses)
    for course in courses:
        later(course)
    assert notice_changes() == 4
    with counted_statements() as seen:
        entries, total = queries.list_changes(1)
    assert (len(entries), total, [entry.people for entry in entries]) == (4, 4, [1] * 4)
    assert len(seen) == 3


def test_my_booking_shows_what_is_other_since_it_was_booked(buyer: Buyer) -> None:
    course = make_course(sessions=1)
    make_request(buyer.customer, course)
    number = db.session.scalars(select(Booking.id)).one()
    address = f"/konto/anmeldungen/{number}"
    assert "Seit der Buchung geändert" not in buyer.browser.open(address).text
    later(course)
    moved(course)
    tell_all(course)
    page = buyer.browser.open(address)
    assert "Seit der Buchung geändert" in page.text
    assert "18:30–20:00 Uhr → 19:00–20:30 Uhr" in page.text
    assert "Kursänderung mitgeteilt" in page.text


def test_an_import_that_moves_a_booked_course_is_noticed_and_mails_nobody(app: Flask) -> None:
    assert app
    day = (clock.today() + timedelta(days=30)).isoformat()
    days = {"beginn_datum": day, "ende_datum": day, "anzahl_termine": "1"}
    imported(record("1", **days, ortetermine=dated(session(day))))
    change(course_of("1"), booking_channel="online", fee_cents=0)
    make_request(make_customer(), course_of("1"))
    imported(record("1", **days, ortetermine=dated(session(day), raum="Raum 2.01")))
    assert notice_changes() == 1
    (line,) = queries.compare(course_of("1").id).lines
    assert "Raum 1.12" in line.split(" → ")[0]
    assert "Raum 2.01" in line.split(" → ")[1]
    assert count_mails("M14") == 0
