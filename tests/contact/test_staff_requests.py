"""What the office does with questions, and what two of them at once are told (U39)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.audit.models import AuditEntry
from kmz.contact.actions import requests
from kmz.contact.models import ContactRequest
from kmz.db import db, transaction
from kmz.errors import RefusedError
from tests.catalog.steps import FRAGMENT
from tests.contact.steps import ask_something
from tests.factories import make_course, make_customer, make_staff
from tests.page import Browser, Page
from tests.steps import log_in, log_in_staff

OFFICE = "buero@example.org"


@pytest.fixture
def office(app: Flask) -> Browser:
    make_staff(email=OFFICE)
    browser = Browser(app.test_client())
    log_in_staff(browser, OFFICE)
    return browser


def again(asked: ContactRequest) -> ContactRequest:
    return db.session.get_one(ContactRequest, asked.id, populate_existing=True)


def told(page: Page) -> bool:
    return "Inzwischen hat jemand anderes diese Anfrage bearbeitet." in page.text


def test_the_open_ones_come_first_and_the_oldest_of_them(office: Browser) -> None:
    with clock.moved_by(days=-1):
        old = ask_something(name="Alt", phone="01234 5", callback_window="abends")
    new, done = ask_something(name="Neu"), ask_something(name="Fertig")
    requests.finish(done.id, version=1, by=make_staff())
    office.open("/verwaltung")
    assert "2 Anfragen sind offen, 1 Person wartet auf einen Rückruf." in office.page.text
    page = office.click("Anfragen")
    assert page.path == "/verwaltung/anfragen"
    assert page.html.index(old.reference) < page.html.index(new.reference)
    assert done.reference not in page.html
    assert "Rückruf gewünscht abends, 16–18 Uhr" in page.text
    page = office.open("/verwaltung/anfragen?stand=callback")
    assert (old.reference in page.html, new.reference in page.html) == (True, False)
    page = office.open("/verwaltung/anfragen?stand=done")
    assert (old.reference in page.html, done.reference in page.html) == (False, True)
    page = office.open("/verwaltung/anfragen?stand=nonsense&suche=neu&seite=x")
    assert (old.reference in page.html, new.reference in page.html) == (False, True)


def test_the_list_comes_in_pages_and_as_a_fragment(office: Browser) -> None:
    for day in range(3):
        for number in range(17):
            ask_something(email=f"zoe{day}-{number}@example.org")
    page = office.open("/verwaltung/anfragen")
    assert "51 Anfragen" in page.text
    assert "/verwaltung/anfragen/51" not in page.html
    assert "/verwaltung/anfragen/51" in office.open("/verwaltung/anfragen?seite=2").html
    headers = {**FRAGMENT, "HX-Target": "div#requests"}
    part = Page(office.client.get("/verwaltung/anfragen", headers=headers))
    assert part.headings == []
    assert "51 Anfragen" in part.text


def test_a_call_is_noted_and_the_customer_sees_it(app: Flask, office: Browser) -> None:
    customer = make_customer(email="andrea@example.org")
    course = make_course(number="271-4", title="Italienisch")
    asked = ask_something(
        customer, phone="01234 5", callback_window="abends", course=course, message="Ruf mich an"
    )
    page = office.open(f"/verwaltung/anfragen/{asked.id}")
    for part in ("Ruf mich an", "01234 5", "abends, 16–18 Uhr", "271-4 - Italienisch"):
        assert part in page.text
    assert page.link("ansehen") == f"/verwaltung/kunden/{customer.id}"
    page = office.submit("Angerufen")
    assert "Der Anruf ist vermerkt." in page.text
    assert "Büro Beispiel" in page.text
    assert again(asked).called_at is not None
    office.submit("Erledigt")
    browser = Browser(app.test_client())
    log_in(browser, "andrea@example.org")
    page = browser.open("/konto/anfragen")
    assert f"angerufen am {clock.in_berlin(clock.now()):%d.%m.%Y}" in page.text
    assert "erledigt am" in page.text


def test_without_a_number_nobody_calls(office: Browser) -> None:
    asked = ask_something()
    office.open(f"/verwaltung/anfragen/{asked.id}")
    with pytest.raises(LookupError):
        office.submit("Angerufen")


def test_done_can_be_taken_back(office: Browser) -> None:
    asked = ask_something()
    office.open(f"/verwaltung/anfragen/{asked.id}")
    office.submit("Erledigt")
    assert again(asked).done_at is not None
    office.submit("Wieder öffnen")
    assert again(asked).done_at is None


def test_the_second_of_two_is_told_and_loses_nothing(office: Browser) -> None:
    asked = ask_something()
    office.open(f"/verwaltung/anfragen/{asked.id}")
    requests.keep_note(asked.id, "Von der anderen", version=1, by=make_staff())
    page = office.submit("Notiz speichern", note="Von mir")
    assert page.status == 422
    assert told(page)
    assert "Von mir" in page.html
    assert again(asked).note == "Von der anderen"
    office.submit("Notiz speichern")  # having read it, on the new state
    assert again(asked).note == "Von mir"


@pytest.mark.parametrize("button", ["Angerufen", "Erledigt"])
def test_a_call_and_an_end_are_noted_once(office: Browser, button: str) -> None:
    asked = ask_something(phone="01234 5")
    office.open(f"/verwaltung/anfragen/{asked.id}")
    requests.keep_note(asked.id, "Von der anderen", version=1, by=make_staff())
    assert told(office.submit(button))
    assert (again(asked).called_at, again(asked).done_at) == (None, None)


def test_who_did_what_is_kept(app: Flask) -> None:
    assert app
    staff, asked = make_staff(), ask_something()
    requests.note_call(asked.id, version=1, by=staff)
    requests.keep_note(asked.id, "x", version=2, by=staff)
    requests.finish(asked.id, version=3, by=staff)
    requests.reopen(asked.id, version=4, by=staff)
    with pytest.raises(RefusedError, match=r"contact\.changed_meanwhile"):
        requests.finish(asked.id, version=4, by=staff)
    query = select(AuditEntry.action, AuditEntry.actor).where(
        AuditEntry.object_kind == "contact_request"
    )
    assert [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))] == [
        ("contact.asked", "visitor"),
        ("contact.called", staff.actor_name),
        ("contact.noted", staff.actor_name),
        ("contact.done", staff.actor_name),
        ("contact.reopened", staff.actor_name),
    ]


def test_questions_are_forgotten_a_year_after_they_were_done(app: Flask) -> None:
    assert app
    old, young, open_ = ask_something(), ask_something(), ask_something()
    with transaction() as session:
        for asked, days in ((old, 366), (young, 364)):
            row = session.get_one(ContactRequest, asked.id)
            row.done_at = clock.now() - timedelta(days=days)
    kept = {young.id, open_.id}
    for _ in range(2):
        requests.delete_old_requests()
        assert set(db.session.scalars(select(ContactRequest.id))) == kept


def test_finance_has_no_business_here(app: Flask) -> None:
    make_staff(email="kasse@example.org", role="finance")
    asked = ask_something(message="Geheimes Anliegen")
    browser = Browser(app.test_client())
    log_in_staff(browser, "kasse@example.org")
    assert browser.open(f"/verwaltung/anfragen/{asked.id}").status == 403
    assert "Anfrage" not in browser.open("/verwaltung").text


def test_a_leaving_customer_takes_the_questions_along(app: Flask) -> None:
    assert app
    customer: CustomerAccount = make_customer()
    ask_something(customer)
    other = ask_something()
    with transaction() as session:
        requests.forget_person(session, customer.id)
    assert list(db.session.scalars(select(ContactRequest.id))) == [other.id]
