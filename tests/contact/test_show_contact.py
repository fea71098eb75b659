"""KONTAKT: who answers, and the form for everybody (U39)."""

import re

import pytest
from flask import Flask

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.contact.models import ContactPerson, ContactRequest
from kmz.contact.rules import MAX_REQUESTS
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.contact.steps import EMAIL, ask_something, write
from tests.factories import (
    area,
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_school,
    make_school_customer,
)
from tests.page import Browser, Page
from tests.statements import counted_statements
from tests.steps import log_in, log_in_by_school, send

ANDREA = "andrea@example.org"


def only_request() -> ContactRequest:
    return db.session.query(ContactRequest).one()


def receipts() -> list[OutgoingMail]:
    return db.session.query(OutgoingMail).filter_by(kind="M28").all()


def add_person(name: str, area_code: str | None, **fields: str) -> None:
    area_id = area(area_code).id if area_code else None
    with transaction() as session:
        session.add(
            ContactPerson(name=name, program_area_id=area_id, changed_at=clock.now(), **fields)
        )


def block(page: Page) -> str:
    """The text of "Ansprechpartnerin bei Fragen"."""
    found = page.html.partition('id="ansprechpartnerin"')[2].partition("<details")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", found.partition("</section>")[0]).split())


def test_without_anybody_named_the_house_answers(browser_: Browser) -> None:
    page = browser_.open("/kontakt")
    assert page.headings == ["KONTAKT"]
    text = block(page)
    assert "Ansprechpartnerin bei Fragen" in text
    assert "hilft Ihnen gerne unsere Kundenbetreuung" in text
    config = browser_.client.application.config["KMZ"]
    assert config.support_email in text
    assert config.support_phone in text
    assert "Geschäftsstelle" in page.text  # the text that the office may change


def test_the_person_of_the_area_answers_else_the_one_above_else_the_general_one(
    browser_: Browser,
) -> None:
    languages = make_course(number="271-4", area_code="4.09")
    pottery = make_course(number="271-2", area_code="2")
    add_person("Frau Allgemein", None, email="alle@example.org")
    add_person("Frau Sprachen", "4", phone="01234 44", hours="Mo–Do 9–12 Uhr")
    assert "Frau Allgemein" in block(browser_.open("/kontakt"))
    text = block(browser_.open(f"/kontakt?kurs={languages.slug}"))
    assert "Frau Sprachen" in text
    assert "01234 44" in text
    assert "Mo–Do 9–12 Uhr" in text
    assert "Frau Allgemein" in block(browser_.open(f"/kontakt?kurs={pottery.slug}"))
    assert "Ansprechpersonen nach Programmbereich" in browser_.page.text


def test_a_visitor_asks_and_gets_a_receipt_without_links(browser_: Browser) -> None:
    browser_.open("/kontakt")
    page = write(
        browser_,
        name="Zoë Muster",
        email=EMAIL,
        message="Wann beginnt der Kurs?\nSiehe boese.example",
    )
    asked = only_request()
    assert page.path == "/kontakt/gesendet"
    assert asked.reference in page.text
    assert (asked.name, asked.email, asked.customer_id) == ("Zoë Muster", EMAIL, None)
    assert (asked.phone, asked.callback_window, asked.done_at) == ("", "", None)
    (mail,) = receipts()
    assert mail.recipient == EMAIL
    assert asked.reference in mail.subject
    assert "Wann beginnt der Kurs?\nSiehe [Adresse entfernt]" in mail.text
    assert "boese" not in mail.html


def test_a_call_back_needs_a_number_and_a_time(browser_: Browser) -> None:
    browser_.open("/kontakt")
    typed = {"name": "Zoë Muster", "email": EMAIL, "message": "Bitte anrufen.", "callback": "y"}
    page = write(browser_, **typed, callback_window="abends")
    assert page.status == 422
    assert page.title.startswith("Fehler: ")
    assert "Bitte geben Sie für den Rückruf eine Telefonnummer an." in page.text
    page = write(browser_, phone="01234 567")
    assert page.path == "/kontakt/gesendet"
    asked = only_request()
    assert (asked.phone, asked.callback_window) == ("01234 567", "abends")
    assert "Rückruf: abends, 16–18 Uhr, unter 01234 567" in receipts()[0].text


def test_everything_typed_is_kept_when_something_is_missing(browser_: Browser) -> None:
    browser_.open("/kontakt")
    page = write(browser_, name="Zoë Muster", email="kein", message="", phone="01234 567")
    assert page.status == 422
    assert "Es gibt 2 Fehler in Ihren Eingaben:" in page.text
    for kept in ("Zoë Muster", 'value="kein"', "01234 567"):
        assert kept in page.html
    assert receipts() == []


def test_a_question_about_a_course_says_which(browser_: Browser) -> None:
    course = make_course(number="271-4", title="Italienisch", area_code="4")
    browser_.open("/kurs/271-4")
    page = browser_.click("Frage zu diesem Kurs")
    assert "Ihre Frage zum Kurs 271-4 - Italienisch" in page.text
    write(browser_, name="Zoë Muster", email=EMAIL, message="Passt Stufe A1?")
    asked = only_request()
    assert (asked.course_id, asked.program_area_id) == (course.id, area("4").id)
    assert "Kurs: 271-4 - Italienisch" in receipts()[0].text


@pytest.mark.parametrize("query", ["kurs=gibt-es-nicht", "kurs=271-9", "kurs=%00", "kurs="])
def test_a_course_that_is_not_there_is_left_out(browser_: Browser, query: str) -> None:
    make_course(number="271-9", title="Entwurf", published_at=None)
    page = browser_.open(f"/kontakt?{query}")
    assert page.status == 200
    assert "Ihre Frage zum Kurs" not in page.text


@pytest.fixture
def andrea(app: Flask) -> CustomerAccount:
    assert app
    customer = make_customer(email=ANDREA)
    make_bank_account(customer)
    return customer


def test_a_customer_need_not_type_what_is_known(andrea: CustomerAccount, browser_: Browser) -> None:
    booked = make_request(andrea, course := make_course())
    log_in(browser_, ANDREA)
    browser_.open("/konto/anmeldungen")
    browser_.click(course.number)
    page = browser_.click("Frage zu dieser Buchung")
    assert f"Ihre Frage zum Vorgang {booked.reference}" in page.text
    write(browser_, message="Kann ich umbuchen?")
    asked = only_request()
    assert (asked.name, asked.email) == ("Andrea Beispiel", ANDREA)
    assert (asked.customer_id, asked.booking_reference) == (andrea.id, booked.reference)


def test_somebody_elses_booking_is_ignored(andrea: CustomerAccount, browser_: Browser) -> None:
    foreign = make_request(andrea, make_course())
    make_customer(email="boris@example.org")
    for before in (lambda: None, lambda: log_in(browser_, "boris@example.org")):
        before()
        page = browser_.open(f"/kontakt?vorgang={foreign.reference}")
        assert foreign.reference not in page.text
        write(browser_, name="B", email="b@example.org", message="?", vorgang=foreign.reference)
    found = db.session.query(ContactRequest.booking_reference).all()
    assert [row[0] for row in found] == ["", ""]


def test_whoever_uses_a_schools_login_asks_as_a_visitor(browser_: Browser) -> None:
    make_school_customer(make_school(number="04711"), username="", shared=True)
    log_in_by_school(browser_, "04711")
    browser_.open("/kontakt")
    write(browser_, name="Zoë Muster", email=EMAIL, message="Wer hat das Passwort?")
    assert only_request().customer_id is None


def test_a_program_is_asked_to_send_again(browser_: Browser) -> None:
    browser_.open("/kontakt")
    typed = {"name": "Zoë Muster", "email": EMAIL, "message": "Schnell."}
    page = write(browser_, seconds=0, **typed)
    assert page.status == 422
    assert "Das ging sehr schnell." in page.text
    assert "Schnell." in page.html
    assert write(browser_).path == "/kontakt/gesendet"


@pytest.mark.parametrize("opened", ["", "x", "9" * 600])
def test_a_form_we_did_not_write_is_sent_once_more(browser_: Browser, opened: str) -> None:
    browser_.open("/kontakt")
    typed = {"name": "Zoë Muster", "email": EMAIL, "message": "Hallo."}
    assert write(browser_, opened=opened, **typed).status == 422
    assert write(browser_, seconds=60).path == "/kontakt/gesendet"


def test_the_field_that_people_do_not_see_stays_empty(browser_: Browser) -> None:
    browser_.open("/kontakt")
    typed = {"name": "Zoë Muster", "email": EMAIL, "message": "Hallo."}
    page = write(browser_, website="https://boese.example", **typed)
    assert page.status == 422
    assert "Bitte lassen Sie dieses Feld leer." in page.text
    assert db.session.query(ContactRequest).count() == 0


def test_a_day_has_room_for_some_questions(browser_: Browser) -> None:
    for _ in range(MAX_REQUESTS):
        ask_something()
    browser_.open("/kontakt")
    page = write(browser_, name="Zoë Muster", email=EMAIL.upper(), message="Noch etwas.")
    assert page.status == 422
    assert "kamen heute schon mehrere Anfragen" in page.text
    assert len(receipts()) == MAX_REQUESTS


def test_a_stranger_cannot_use_up_a_customers_questions(andrea: CustomerAccount) -> None:
    for _ in range(MAX_REQUESTS):
        ask_something(email=ANDREA)
    assert ask_something(andrea, email=ANDREA).customer_id == andrea.id


def test_nothing_is_sent_without_a_token(app: Flask) -> None:
    answer = app.test_client().post("/kontakt", data={"name": "x"})
    assert answer.status_code == 400


@pytest.mark.parametrize("reference", ["", "x", "<b>A-AAAA-AAAA", "A-AAAA-AAAA<b>"])
def test_the_thanks_repeat_no_nonsense(browser_: Browser, reference: str) -> None:
    page = browser_.open(f"/kontakt/gesendet?vorgang={reference}")
    assert page.headings == ["Vielen Dank"]
    assert "A-AAAA" not in page.text


def test_the_customer_sees_what_became_of_it(andrea: CustomerAccount, browser_: Browser) -> None:
    ask_something(andrea, message="Meine Frage", phone="01234 5", callback_window="vormittags")
    ask_something(make_customer(), message="Fremde Frage")
    log_in(browser_, ANDREA)
    page = browser_.click("Meine Anfragen")
    assert page.path == "/konto/anfragen"
    assert "Meine Frage" in page.text
    assert "Rückruf gewünscht vormittags, 9–12 Uhr" in page.text
    assert "Fremde Frage" not in page.text


def test_an_unknown_area_is_refused(browser_: Browser) -> None:
    browser_.open("/kontakt")
    page = send(browser_, "/kontakt", area_id="999", name="Z", email=EMAIL, message="?")
    assert page.status == 422


def test_the_page_asks_the_database_little(browser_: Browser) -> None:
    course = make_course()
    browser_.open("/kontakt")
    with counted_statements() as seen:
        assert browser_.open(f"/kontakt?kurs={course.slug}").status == 200
    assert len(seen) <= 5
