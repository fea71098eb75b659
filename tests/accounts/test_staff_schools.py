"""What the office does with schools and their accounts (C30)."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount, School
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db
from tests.factories import make_customer, make_school, make_school_customer, make_staff
from tests.page import Browser, Page
from tests.steps import log_in_by_school, log_in_staff

OWN = "mein#eigenes-1"


@pytest.fixture
def office(app: Flask) -> Browser:
    """A browser in which the office is logged in."""
    make_staff(email="buero@example.org")
    browser = Browser(app.test_client())
    log_in_staff(browser, "buero@example.org")
    return browser


@pytest.fixture
def school(app: Flask) -> School:
    return make_school(number="04711")


def password_of(page: Page) -> str:
    found = re.search(r"<code>([^<]+)</code>", page.html)
    assert found is not None, page.text[:300]
    return found[1]


def create_account(office: Browser, school: School, **values: str) -> Page:
    office.open(f"/verwaltung/schulen/{school.id}/zugaenge/neu")
    return office.submit("Zugang anlegen", **values)


def audit() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.actor).order_by(AuditEntry.id))
    return [(action, actor) for action, actor in rows]


def test_a_school_is_made_found_and_changed(office: Browser) -> None:
    office.open("/verwaltung")
    office.click("Schulen")
    office.click("Neue Schule")
    page = office.submit("Speichern", number="01a04", name="Schule am Hafen", city="Musterstadt")
    assert page.headings == ["Schule am Hafen"]
    assert "01A04" in page.text
    assert "1 Schule" in office.open("/verwaltung/schulen?suche=01a04").text
    assert "Dazu gibt es keine Schule" in office.open("/verwaltung/schulen?suche=xyz").text
    office.open("/verwaltung/schulen")
    office.click("Schule am Hafen")
    office.click("Ändern")
    assert office.submit("Speichern", name="Schule am Wald").headings == ["Schule am Wald"]
    assert [action for action, _ in audit()][-2:] == ["school.created", "school.changed"]


@pytest.mark.usefixtures("school")
@pytest.mark.parametrize(
    ("number", "message"),
    [("04711", "gibt es schon"), ("12", "3 bis 10 Ziffern"), ("12-34", "3 bis 10 Ziffern")],
)
def test_a_bad_or_taken_number_is_refused(office: Browser, number: str, message: str) -> None:
    office.open("/verwaltung/schulen/neu")
    page = office.submit("Speichern", number=number, name="Zweite Schule")
    assert page.status == 422
    assert message in page.text
    assert 'value="Zweite Schule"' in page.html


def test_a_new_name_of_a_school_is_its_shared_login_s_too(office: Browser, school: School) -> None:
    shared = make_school_customer(school, username="", shared=True)
    person = make_school_customer(school, last_name="Beispiel")
    office.open(f"/verwaltung/schulen/{school.id}/aendern")
    office.submit("Speichern", name="Schule am Wald")
    assert db.session.get_one(CustomerAccount, shared.id).full_name == "Schule am Wald"
    assert db.session.get_one(CustomerAccount, person.id).last_name == "Beispiel"


def test_the_handout_tells_all_that_the_first_login_needs(
    office: Browser, browser_: Browser, school: School
) -> None:
    page = create_account(office, school, username="Andrea.B", first_name="Andrea", last_name="B")
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "04711" in page.text
    assert "andrea.b" in page.text
    assert password_of(page) not in page.path
    hub = log_in_by_school(browser_, "04711", "andrea.b", password_of(page))
    assert hub.headings == ["Persönliches Passwort festlegen"]
    assert audit()[-2][0] == "account.created"
    assert audit()[-2][1].startswith("staff:")


def test_the_initial_password_is_shown_once_and_kept_nowhere(
    office: Browser, school: School
) -> None:
    page = create_account(office, school, first_name="Andrea", last_name="Beispiel")
    password = password_of(page)
    cookies = [str(cookie.value) for cookie in office.client._cookies.values()]
    assert not any(password in cookie for cookie in cookies)
    assert password not in office.open(f"/verwaltung/schulen/{school.id}").html
    kept = [str(details) for details in db.session.scalars(select(AuditEntry.details))]
    assert not any(password in details for details in kept)
    customer = db.session.scalars(select(CustomerAccount)).one()
    assert password not in customer.password_hash


def test_a_form_sent_twice_makes_one_account(office: Browser, school: School) -> None:
    office.open(f"/verwaltung/schulen/{school.id}/zugaenge/neu")
    form = office.page
    office.submit("Zugang anlegen", first_name="Andrea", last_name="Beispiel")
    office.page = form
    page = office.submit("Zugang anlegen", first_name="Andrea", last_name="Beispiel")
    assert page.status == 422
    assert "gibt es an der Schule schon" in page.text
    assert len(db.session.scalars(select(CustomerAccount)).all()) == 1


def test_an_account_belongs_to_a_person_or_is_shared(office: Browser, school: School) -> None:
    page = create_account(office, school, username="")
    assert page.status == 422
    assert "Bitte füllen Sie das Feld „Vorname“ aus" in page.text
    page = create_account(office, school, username="", shared="y")
    assert page.status == 200
    customer = db.session.scalars(select(CustomerAccount)).one()
    assert customer.shared
    assert customer.full_name == "Schule am Hafen"


def test_a_new_initial_password_ends_the_logins_and_the_old_one(
    office: Browser, browser_: Browser, school: School
) -> None:
    make_school_customer(school, username="andrea")
    log_in_by_school(browser_, "04711", "andrea")
    office.open(f"/verwaltung/schulen/{school.id}")
    password = password_of(office.submit("Neues Startpasswort"))
    assert browser_.open("/konto").path == "/login"
    assert "Falsche Zugangsdaten" in log_in_by_school(browser_, "04711", "andrea").text
    page = log_in_by_school(browser_, "04711", "andrea", password)
    assert page.headings == ["Persönliches Passwort festlegen"]
    assert "password.initial_given" in [action for action, _ in audit()]


def test_reloading_the_handout_leaves_its_password_good(
    office: Browser, browser_: Browser, school: School
) -> None:
    make_school_customer(school, username="andrea")
    before = office.open(f"/verwaltung/schulen/{school.id}")
    password = password_of(office.submit("Neues Startpasswort"))
    office.page = before
    assert "Es wurde kein weiteres erzeugt" in office.submit("Neues Startpasswort").text
    assert log_in_by_school(browser_, "04711", "andrea", password).status == 200


def test_who_has_an_address_gets_no_password_from_the_office(
    office: Browser, school: School
) -> None:
    customer = make_school_customer(school, email="andrea@example.org")
    other = make_school_customer(school, username="boris")
    page = office.open(f"/verwaltung/schulen/{school.id}")
    own = f"/verwaltung/schulen/{school.id}/zugaenge/{customer.id}/startpasswort"
    assert own not in page.html
    form = page.form(button="Neues Startpasswort")
    form.action = own
    assert "Passwort vergessen?" in office.submit("Neues Startpasswort").text
    assert other.password_hash == customer.password_hash


def test_an_account_is_only_found_at_its_own_school(office: Browser, school: School) -> None:
    stranger = make_customer()
    make_school_customer(school)
    page = office.open(f"/verwaltung/schulen/{school.id}")
    form = page.form(button="Neues Startpasswort")
    form.action = f"/verwaltung/schulen/{school.id}/zugaenge/{stranger.id}/startpasswort"
    assert office.submit("Neues Startpasswort").status == 404


def test_a_disabled_school_lets_nobody_in_until_it_is_enabled(
    office: Browser, browser_: Browser, school: School
) -> None:
    make_school_customer(school, username="andrea")
    log_in_by_school(browser_, "04711", "andrea")
    office.open(f"/verwaltung/schulen/{school.id}")
    office.submit("Schule sperren")
    assert browser_.open("/konto").path == "/login"
    assert "Falsche Zugangsdaten" in log_in_by_school(browser_, "04711", "andrea").text
    office.submit("Schule entsperren")
    assert "Herzlich willkommen" in log_in_by_school(browser_, "04711", "andrea").text
    actions = [action for action, _ in audit()]
    assert {"school.disabled", "school.enabled"} <= set(actions)


def test_the_page_of_a_customer_names_school_and_user_name(office: Browser, school: School) -> None:
    customer = make_school_customer(school, username="andrea")
    page = office.open(f"/verwaltung/kunden/{customer.id}")
    assert "Schule am Hafen (Schulnummer 04711)" in page.text
    assert "andrea" in page.text
    assert "Schulnummer 04711" in office.open("/verwaltung/kunden").text


def test_passwords_are_only_given_after_proving_one_s_own(office: Browser, school: School) -> None:
    address = f"/verwaltung/schulen/{school.id}/zugaenge/neu"
    for minutes in (10, 20):
        with moved_by(minutes=minutes):
            page = office.open(address)
    assert page.headings == ["Passwort bestätigen"]


def test_schools_are_for_the_office_only(app: Flask) -> None:
    make_staff(email="kasse@example.org", role="finance")
    browser = Browser(app.test_client())
    page = log_in_staff(browser, "kasse@example.org")
    assert "Schulen" not in page.text
    assert browser.open("/verwaltung/schulen").status == 403
