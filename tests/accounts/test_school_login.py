"""Anmeldung mit Schulnummer (C30, domain.md 3.4)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount, LoginSession, School
from kmz.clock import moved_by, now
from kmz.db import db
from tests.factories import PASSWORD, make_customer, make_school, make_school_customer
from tests.page import Browser, Page
from tests.steps import log_in, log_in_by_school

FAILED = "Falsche Zugangsdaten"


@pytest.fixture
def school(app: Flask) -> School:
    return make_school(number="04711")


@pytest.fixture
def person(school: School) -> CustomerAccount:
    return make_school_customer(school, username="andrea")


def failed(browser: Browser, number: str, username: str, password: str = PASSWORD) -> Page:
    return log_in_by_school(browser, number, username, password)


def test_the_login_page_has_both_blocks_with_the_documented_labels(browser_: Browser) -> None:
    page = browser_.open("/login")
    words = (
        "Kunden-Login",
        "Anmeldung mit E-Mail-Adresse:",
        "Ihre E-Mail-Adresse",
        "Passwort vergessen?",
        "Anmeldung mit Schulnummer:",
        "Schulnummer",
        "Benutzername",
    )
    main = page.text.partition("Kunden-Login")[2]
    places = [("Kunden-Login" + main).index(word) for word in words]
    assert places == sorted(places)
    assert page.form(action="/login").names != page.form(action="/login/schule").names


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(("number", "username"), [("04711", "andrea"), (" 04711 ", "Andrea ")])
def test_a_person_logs_in_by_number_and_name(browser_: Browser, number: str, username: str) -> None:
    assert "Herzlich willkommen" in log_in_by_school(browser_, number, username).text
    assert db.session.scalars(select(LoginSession)).one().via == "school"


@pytest.mark.usefixtures("person")
def test_the_leading_zero_belongs_to_the_number(browser_: Browser) -> None:
    assert FAILED in log_in_by_school(browser_, "4711", "andrea").text
    assert 'value="4711"' in browser_.page.html
    assert "Herzlich willkommen" in log_in_by_school(browser_, "04711", "andrea").text


def test_letters_of_a_number_may_be_small(browser_: Browser) -> None:
    make_school_customer(make_school(number="01A04"), username="")
    assert "Herzlich willkommen" in log_in_by_school(browser_, "01a04").text


@pytest.mark.usefixtures("person")
def test_whatever_is_wrong_gets_the_same_answer(browser_: Browser) -> None:
    closed = make_school(number="999", disabled_at=now())
    make_school_customer(closed, username="andrea")
    make_school_customer(make_school(number="888"), username="andrea", disabled_at=now())
    answers = [
        failed(browser_, "04711", "andrea", "falsch1#"),
        failed(browser_, "04711", "niemand"),
        failed(browser_, "04711", ""),
        failed(browser_, "12345", "andrea"),
        failed(browser_, "!", "andrea"),
        failed(browser_, "999", "andrea"),
        failed(browser_, "888", "andrea"),
    ]
    assert {page.status for page in answers} == {422}
    assert all(FAILED in page.text for page in answers)
    assert len({page.text for page in answers}) == 1


@pytest.mark.usefixtures("person")
def test_a_failed_login_shows_the_way_back_in_beside_the_error(browser_: Browser) -> None:
    always = browser_.open("/login").text.count("Kein Zugriff mehr?")
    page = failed(browser_, "04711", "andrea", "falsch1#")
    assert page.text.count("Kein Zugriff mehr?") == always + 1
    page = browser_.submit(
        "Anmelden", action="/login", login_email="a@example.org", login_password="x"
    )
    assert page.text.count("Kein Zugriff mehr?") == always + 1
    assert page.link("Kein Zugriff mehr?") == "/kein-zugriff"


@pytest.mark.usefixtures("person")
def test_guesses_at_a_school_account_have_to_wait(browser_: Browser) -> None:
    for _ in range(5):
        failed(browser_, "04711", "andrea", "falsch1#")
    assert log_in_by_school(browser_, "04711", "andrea").status == 429
    with moved_by(seconds=3):
        assert "Herzlich willkommen" in log_in_by_school(browser_, "04711", "andrea").text


def test_guesses_on_both_ways_into_one_account_count_together(
    browser_: Browser, school: School
) -> None:
    make_school_customer(school, username="andrea", email="andrea@example.org")
    for _ in range(3):
        failed(browser_, "04711", "andrea", "falsch1#")
    for _ in range(2):
        browser_.submit(
            "Anmelden", action="/login", login_email="andrea@example.org", login_password="x"
        )
    assert log_in(browser_, "andrea@example.org").status == 429


def test_the_same_name_in_two_schools_is_two_people(browser_: Browser, school: School) -> None:
    make_school_customer(school, first_name="Andrea")
    make_school_customer(make_school(number="0815"), first_name="Boris")
    assert "willkommen, Boris" in log_in_by_school(browser_, "0815", "andrea").text


def test_a_mail_login_is_not_opened_by_an_empty_number(browser_: Browser) -> None:
    make_customer(email="andrea@example.org")
    assert "Bitte füllen Sie das Feld „Schulnummer“ aus." in failed(browser_, "", "").text


@pytest.mark.usefixtures("person")
def test_an_unused_initial_password_expires(browser_: Browser, school: School) -> None:
    make_school_customer(school, username="neu", password_is_initial=True)
    with moved_by(days=91):
        assert FAILED in log_in_by_school(browser_, "04711", "neu").text
        assert FAILED not in log_in_by_school(browser_, "04711", "andrea").text


@pytest.mark.usefixtures("person")
def test_what_was_typed_before_the_end_waits_at_the_school_s_door_too(browser_: Browser) -> None:
    log_in_by_school(browser_, "04711", "andrea")
    browser_.open("/konto/profil")
    with moved_by(minutes=31):
        browser_.submit("Speichern", street="Neue Gasse")
        page = browser_.submit(
            "Anmelden",
            action="/login/schule",
            school_number="04711",
            school_username="andrea",
            school_password=PASSWORD,
        )
        assert page.headings == ["Ihre Eingaben sind noch da"]
