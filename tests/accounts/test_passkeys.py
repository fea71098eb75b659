"""Passkeys: adding them, logging in with nothing else, and everything that must not work."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kmz.accounts.models import CustomerAccount, LoginSession, Passkey
from kmz.clock import moved_by, now
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import (
    PASSWORD,
    make_customer,
    make_school,
    make_school_customer,
    make_staff,
)
from tests.page import Browser
from tests.steps import code_at, log_in, log_in_staff, show_password, token_of
from tests.tools.authenticator import Authenticator

ANDREA, OFFICE = "andrea@example.org", "buero@example.org"
CUSTOMER_ADD, STAFF_ADD = "/konto/sicherheit/passkey", "/verwaltung/zugang/passkey"
CUSTOMER_LOGIN, STAFF_LOGIN = "/login/passkey", "/verwaltung/login/passkey"
FACTOR = "/verwaltung/zweiter-faktor/passkey"


@dataclass
class Person:
    """A browser whose script talks to a device."""

    browser: Browser
    device: Authenticator = field(default_factory=Authenticator)

    def post(self, address: str, body: object) -> TestResponse:
        headers = {"X-CSRFToken": token_of(self.browser.open("/kurse"))}
        return self.browser.client.post(address, json=body, headers=headers)

    def options(self, address: str) -> dict[str, Any]:
        answer = self.post(f"{address}/aufgabe", {})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def add(self, address: str = CUSTOMER_ADD, name: str = "Mein Telefon") -> TestResponse:
        credential = self.device.create(self.options(address))
        return self.post(address, {"credential": credential, "name": name})

    def use(self, address: str = CUSTOMER_LOGIN) -> TestResponse:
        return self.post(address, {"credential": self.device.get(self.options(address))})


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=ANDREA)


@pytest.fixture
def person(customer: CustomerAccount, browser_: Browser) -> Person:
    """A customer with a passkey, logged out again."""
    assert customer
    log_in(browser_, ANDREA)
    person = Person(browser_)
    assert person.add().status_code == 200
    browser_.open("/konto")
    browser_.submit("LOGOUT")
    return person


def test_a_passkey_logs_in_without_a_name(person: Person) -> None:
    assert "allowCredentials" not in {k for k, v in person.options(CUSTOMER_LOGIN).items() if v}
    answer = person.use()
    assert (answer.status_code, answer.json) == (200, {"weiter": "/konto"})
    assert "Herzlich willkommen" in person.browser.open("/konto").text
    page = person.browser.open("/konto/sicherheit")
    assert "Mein Telefon" in page.text
    login = db.session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
    assert login is not None
    assert login.via == "passkey"


def test_the_owner_is_told_of_a_new_and_of_a_removed_passkey(person: Person) -> None:
    person.use()
    person.browser.open("/konto/sicherheit")
    assert "öffnet Ihr Kundenkonto nicht mehr" in person.browser.submit("Entfernen").text
    subjects = db.session.scalars(select(OutgoingMail.subject)).all()
    assert {"Neuer Passkey für Ihr Kundenkonto", "Ein Passkey wurde entfernt"} <= set(subjects)
    person.browser.open("/konto")
    person.browser.submit("LOGOUT")
    assert person.use().status_code == 422


def test_adding_a_passkey_needs_a_fresh_password(browser_: Browser) -> None:
    make_customer(email=ANDREA)
    log_in(browser_, ANDREA)
    with moved_by(minutes=11):
        assert browser_.open("/konto/sicherheit/passkey").headings == ["Passwort bestätigen"]
        answer = Person(browser_).post(f"{CUSTOMER_ADD}/aufgabe", {})
        assert answer.status_code == 303


def test_a_device_that_verifies_nobody_is_refused(person: Person) -> None:
    person.device.verifies = False
    assert person.use().status_code == 422


@pytest.mark.parametrize(
    "origin", ["http://boese.example", "http://localhost:8000", "https://localhost", "null"]
)
def test_an_answer_from_another_origin_is_refused(person: Person, origin: str) -> None:
    person.device.origin = origin
    assert person.use().status_code == 422


def test_an_answer_for_another_host_is_refused(person: Person) -> None:
    person.device.host = "boese.example"
    assert person.use().status_code == 422


def test_a_challenge_is_answered_once(person: Person) -> None:
    cookie_holder = person.browser.client
    options = person.options(CUSTOMER_LOGIN)
    cookie = cookie_holder.get_cookie("kmz_passkey")
    assert cookie is not None
    credential = person.device.get(options)
    assert person.post(CUSTOMER_LOGIN, {"credential": credential}).status_code == 200
    cookie_holder.set_cookie("kmz_passkey", cookie.value)
    assert person.post(CUSTOMER_LOGIN, {"credential": credential}).status_code == 422


def test_a_wrong_answer_spends_the_challenge(person: Person) -> None:
    options = person.options(CUSTOMER_LOGIN)
    cookie = person.browser.client.get_cookie("kmz_passkey")
    assert cookie is not None
    assert person.post(CUSTOMER_LOGIN, {"credential": {}}).status_code == 422
    person.browser.client.set_cookie("kmz_passkey", cookie.value)
    credential = person.device.get(options)
    assert person.post(CUSTOMER_LOGIN, {"credential": credential}).status_code == 422


def test_a_challenge_ends_after_five_minutes_and_belongs_to_its_browser(
    app: Flask, person: Person
) -> None:
    options = person.options(CUSTOMER_LOGIN)
    with moved_by(minutes=5, seconds=1):
        late = person.post(CUSTOMER_LOGIN, {"credential": person.device.get(options)})
    assert late.status_code == 422
    other = Person(Browser(app.test_client()), person.device)
    options = person.options(CUSTOMER_LOGIN)
    assert other.post(CUSTOMER_LOGIN, {"credential": other.device.get(options)}).status_code == 422


def test_a_challenge_serves_one_purpose(app: Flask, person: Person) -> None:
    person.use()
    options = person.options(CUSTOMER_ADD)
    answer = person.post(CUSTOMER_LOGIN, {"credential": person.device.get(options)})
    assert answer.status_code == 422
    options = Person(person.browser, person.device).options(CUSTOMER_LOGIN)
    credential = Authenticator().create({**options, "user": {"id": "eA"}})
    assert person.post(CUSTOMER_ADD, {"credential": credential}).status_code == 422
    assert app


def test_a_copied_key_is_noticed_by_its_counter(person: Person) -> None:
    assert person.use().status_code == 200
    person.device.count -= 1
    assert person.use().status_code == 422


def test_a_device_without_a_counter_works_again_and_again(person: Person) -> None:
    person.device.count = -1
    assert person.use().status_code == 200
    person.device.count = -1
    assert person.use().status_code == 200


@pytest.mark.parametrize("column", ["disabled_at", "closed_at"])
def test_who_may_not_log_in_may_not_with_a_passkey(person: Person, column: str) -> None:
    with transaction() as session:
        setattr(session.scalars(select(CustomerAccount)).one(), column, now())
    assert person.use().status_code == 422


def test_another_persons_handle_is_refused(person: Person) -> None:
    person.device.handle = "eA"
    assert person.use().status_code == 422


def test_the_same_device_is_not_added_twice(person: Person) -> None:
    person.use()
    assert person.options(CUSTOMER_ADD)["excludeCredentials"]
    assert person.add().status_code == 422
    assert len(db.session.scalars(select(Passkey)).all()) == 1


@pytest.mark.parametrize(
    "body", [None, [], "x", 7, {}, {"credential": 1}, {"credential": {"id": "x" * 5000}}]
)
def test_odd_json_is_refused_politely(person: Person, body: object) -> None:
    person.options(CUSTOMER_LOGIN)
    answer = person.post(CUSTOMER_LOGIN, body)
    assert answer.status_code == 422
    assert "noch einmal" in answer.json["message"]


def test_a_new_password_by_link_ends_the_passkeys_too(app: Flask, person: Person) -> None:
    from kmz.accounts.actions.passwords import set_new_password

    with transaction() as session:
        owner = session.scalars(select(CustomerAccount)).one()
        set_new_password(session, owner, app.extensions["kmz_passwords"].hash(PASSWORD))
    assert person.use().status_code == 422


def test_a_login_that_a_school_shares_gets_no_passkey(browser_: Browser) -> None:
    make_school_customer(make_school(), shared=True, email=ANDREA)
    log_in(browser_, ANDREA)
    assert browser_.open("/konto/sicherheit/passkey").status == 403
    assert Person(browser_).post(f"{CUSTOMER_ADD}/aufgabe", {}).status_code == 403


def test_nobody_removes_another_ones_passkey(app: Flask, person: Person) -> None:
    make_customer(email="bernd@example.org")
    other = Browser(app.test_client())
    log_in(other, "bernd@example.org")
    passkey = db.session.scalars(select(Passkey)).one()
    Person(other).post(f"/konto/sicherheit/passkey/{passkey.id}/loeschung", {})
    assert person.use().status_code == 200


def test_a_passkey_is_a_second_factor_and_a_whole_login_of_staff(
    app: Flask, browser_: Browser
) -> None:
    make_staff(email=OFFICE)
    log_in_staff(browser_, OFFICE)
    staff = Person(browser_)
    added = staff.add(STAFF_ADD)
    assert added.json == {"weiter": "/verwaltung/zugang/codes"}
    again = Person(Browser(app.test_client()), staff.device)
    show_password(again.browser, OFFICE)
    assert again.use(FACTOR).json == {"weiter": "/verwaltung"}
    assert again.browser.open("/verwaltung").headings[0].startswith("Guten Tag")
    whole = Person(Browser(app.test_client()), staff.device)
    assert whole.use(CUSTOMER_LOGIN).status_code == 422
    assert whole.use(STAFF_LOGIN).status_code == 200
    assert whole.browser.open("/verwaltung").headings[0].startswith("Guten Tag")


def test_a_passkey_can_be_the_first_factor_and_stays_while_it_is_the_only_one(
    browser_: Browser,
) -> None:
    make_staff(email=OFFICE, app=False)
    show_password(browser_, OFFICE)
    assert Person(browser_).add(STAFF_ADD).status_code == 200
    assert "einziger zweiter Faktor" in remove_passkey(browser_)


def remove_passkey(browser: Browser) -> str:
    browser.open("/verwaltung/zugang")
    return browser.submit("Entfernen").text


def test_a_colleagues_passkey_is_no_second_factor(app: Flask, browser_: Browser) -> None:
    make_staff(email="kollege@example.org")
    make_staff(email=OFFICE)
    log_in_staff(browser_, "kollege@example.org")
    colleague = Person(browser_)
    colleague.add(STAFF_ADD)
    thief = Person(Browser(app.test_client()), colleague.device)
    show_password(thief.browser, OFFICE)
    assert thief.use(FACTOR).status_code == 422
    assert thief.browser.open("/verwaltung").headings == ["Zweiter Faktor"]
    assert thief.browser.submit("Bestätigen", code=code_at(0)).status == 422


def test_where_the_address_is_an_ip_address_no_passkey_is_offered(tmp_path: Any) -> None:
    from kmz.accounts.passkey_rules import relying_party

    assert relying_party("http://127.0.0.1:8000", "kmz") is None
    assert relying_party("http://[::1]:8000", "kmz") is None
    party = relying_party("https://portal.example.org", "kmz")
    assert party is not None
    assert (party.id, party.origin) == ("portal.example.org", "https://portal.example.org")
    assert tmp_path
