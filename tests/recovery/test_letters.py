"""A letter with a one-time code, where no mailbox exists."""

import re

import pytest
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.recovery.models import RecoveryLink, RecoveryStep
from tests.factories import make_customer
from tests.page import Browser, Page
from tests.recovery.steps import ask_for_help, assign, audit, mails, send_checked, steps
from tests.recovery.test_links import PERSON, is_open


def write_letter(office: Browser, customer_id: int, checked: set[str]) -> Page:
    office.open(PERSON.format(customer_id))
    office.click("Brief mit Einmal-Code")
    return send_checked(office, checked)


def code_of(letter: Page) -> str:
    found = re.search(r"\b(?:[0-9A-Z]{5}-){3}[0-9A-Z]{5}\b", letter.text)
    assert found is not None
    return found[0]


def test_the_letter_holds_address_and_code(office: Browser, customer: CustomerAccount) -> None:
    letter = write_letter(office, customer.id, {"street", "in_person"})
    assert letter.status == 200
    assert letter.headers["Cache-Control"] == "no-store"
    for words in ("Andrea Wiesenthal", "Hafenweg 7", "12345 Musterstadt", "/wiederherstellung"):
        assert words in letter.text
    code = code_of(letter)
    assert is_open(code)
    assert is_open(code.lower().replace("-", " "))
    with moved_by(days=13):
        assert is_open(code)
    with moved_by(days=15):
        assert not is_open(code)


def test_the_code_is_shown_once_and_kept_nowhere(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(office, customer_id)
    office.click("Brief mit Einmal-Code")
    code = code_of(send_checked(office, {"street", "call_back"}))
    page = office.click("Fertig gedruckt")
    assert "Brief mit Einmal-Code gedruckt" in page.text
    assert code not in page.html
    assert steps()[-1] == "letter_written"
    assert audit("recovery.letter_written").details == {"identification": "call_back,street"}
    for table in (RecoveryLink, RecoveryStep, AuditEntry, OutgoingMail):
        rows = db.session.execute(select(*table.__table__.columns)).all()
        assert code not in repr(rows)
        assert code.replace("-", "") not in repr(rows)


def test_a_mailbox_that_is_known_is_told(office: Browser, customer: CustomerAccount) -> None:
    write_letter(office, customer.id, {"street", "call_back"})
    (mail,) = mails("Ein Brief", to="andrea@example.org")
    assert "Waren Sie das nicht?" in mail.text


@pytest.mark.parametrize("checked", [set(), {"street"}, {"birth_date", "street"}])
def test_no_letter_for_somebody_unknown(
    office: Browser, customer: CustomerAccount, checked: set[str]
) -> None:
    assert write_letter(office, customer.id, checked).status == 422
    assert db.session.scalars(select(RecoveryLink)).all() == []


@pytest.mark.usefixtures("customer")
def test_no_letter_without_a_complete_address(office: Browser) -> None:
    nowhere = make_customer(complete=False)
    page = write_letter(office, nowhere.id, {"in_person", "last_course"})
    assert page.status == 422
    assert "fehlt in der hinterlegten Anschrift" in page.text
