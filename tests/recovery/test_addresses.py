"""Staff enter another address: identified, told, confirmed, with a second person (C08, L34)."""

import pytest
from sqlalchemy import select

from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.clock import moved_by
from kmz.db import db
from kmz.recovery.puzzle.rules import Riddle
from tests.factories import make_customer
from tests.page import Browser, Page
from tests.recovery.solving import solve
from tests.recovery.steps import (
    CHECKED,
    LINK,
    ask_for_help,
    assign,
    audit,
    enter_address,
    mails,
    only_case,
    path_in,
    send_checked,
    steps,
)
from tests.recovery.test_links import is_open, send_link, tokens
from tests.steps import log_in

OLD, NEW = "andrea@example.org", "neu@example.org"
TOLD = "Ihre E-Mail-Adresse soll geändert werden"
CONFIRM = "Bitte bestätigen Sie Ihre E-Mail-Adresse"


def confirm(browser: Browser) -> Page:
    browser.open(path_in(mails(CONFIRM, to=NEW)[-1], "e-mail-bestaetigung"))
    return browser.submit("E-Mail-Adresse bestätigen")


def change() -> AddressChange:
    db.session.rollback()
    return db.session.scalars(select(AddressChange)).one()


def addresses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(CustomerAccount.email).order_by(CustomerAccount.id)))


def test_the_change_waits_for_the_new_mailbox_and_tells_the_old(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(office, customer_id)
    page = enter_address(office, customer_id)
    assert "wartet auf Bestätigung" in page.text
    assert addresses() == [OLD]
    (told,) = mails(TOLD, to=OLD)
    for text in (told.text, told.html):
        assert OLD in text
        assert NEW not in text
        assert "widersprechen" in text
    assert "bestätigt" in confirm(browser_).text
    assert addresses() == [NEW]


def test_reason_and_identification_are_kept(office: Browser, customer: CustomerAccount) -> None:
    enter_address(office, customer.id)
    kept = change()
    assert kept.reason == "Postfach gekündigt"
    assert kept.identification == "call_back,street"
    assert kept.by.startswith("staff:")
    assert audit("recovery.address_entered").details == {"identification": "call_back,street"}


def test_the_step_of_the_case_says_how_somebody_was_identified(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(office, customer_id)
    office.click("E-Mail-Adresse ändern")
    page = send_checked(office, {"street", "last_course"}, email=NEW, reason="weg")
    assert page.path == f"/verwaltung/wiederherstellung/{only_case().id}"
    assert "letzter Kurs, Straße: weg" in page.text
    assert steps()[-1] == "address_changed"


@pytest.mark.parametrize(
    ("checked", "says"),
    [
        (set(), "mindestens 2 Angaben"),
        ({"street"}, "mindestens 2 Angaben"),
        ({"street", "birth_date"}, "nichts hinterlegt"),
    ],
)
def test_without_two_checks_nothing_changes(
    office: Browser, customer: CustomerAccount, checked: set[str], says: str
) -> None:
    page = enter_address(office, customer.id, checked=checked)
    assert page.status == 422
    assert says in page.text
    assert dict(page.form(button="Adresse eintragen").fields)["email"] == NEW
    assert mails() == []


def test_an_address_of_somebody_else_is_refused(office: Browser, customer: CustomerAccount) -> None:
    make_customer(email=NEW)
    page = enter_address(office, customer.id)
    assert page.status == 422
    assert "anderen Kundenkonto" in page.text


def test_entering_an_address_ends_links_to_the_old_one(
    office: Browser, customer: CustomerAccount
) -> None:
    send_link(office, customer.id)
    enter_address(office, customer.id)
    assert not is_open(tokens()[0])


def test_finishing_a_link_sent_there_confirms_the_address_and_closes_the_case(
    browser_: Browser,
    office: Browser,
    second: Browser,
    customer: CustomerAccount,
    riddles: list[Riddle],
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(office, customer_id)
    office.click("E-Mail-Adresse ändern")
    send_checked(office, CHECKED, email=NEW, reason="Postfach gekündigt")
    office.submit("Wiederherstellungslink senden")
    second.open("/verwaltung/wiederherstellung")
    second.submit("Freigeben")
    browser_.open(path_in(mails(LINK, to=NEW)[0], "wiederherstellung"))
    browser_.submit("Weiter", robot="y")
    solve(browser_, riddles)
    page = browser_.submit("Konto bearbeiten")
    assert dict(page.form(button="Registrieren").fields)["email"] == NEW
    page = browser_.submit("Registrieren", password="neu2#-und-lang", repeated="neu2#-und-lang")
    assert page.headings == ["FERTIG!"]
    assert addresses() == [NEW]
    assert change().confirmed_at is not None
    assert only_case().outcome == "done"
    assert steps()[-1] == "finished"
    assert len(mails("Ihre E-Mail-Adresse wurde geändert", to=OLD)) == 1


def test_a_new_address_gets_no_reset_link_before_the_old_can_no_longer_object(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    """Else „Passwort vergessen?“ would lead around the second person."""
    enter_address(office, customer.id)
    confirm(browser_)

    def forgotten(email: str) -> str:
        browser_.open("/passwort-vergessen")
        return browser_.submit("Link anfordern", email=email).text

    assert forgotten(NEW) == forgotten("niemand@example.org")
    assert mails("Neues Passwort vergeben") == []
    assert len(mails("Ein neues Passwort ist noch nicht möglich", to=NEW)) == 1
    with moved_by(hours=73):
        forgotten(NEW)
        assert len(mails("Neues Passwort vergeben", to=NEW)) == 1


def test_an_address_changed_by_its_owner_is_new_to_the_office_too(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    log_in(browser_, OLD)
    browser_.open("/konto/e-mail")
    browser_.submit("Link anfordern", email=NEW)
    assert "unterwegs" in send_link(office, customer_id)  # it still goes to the old one
    confirm(browser_)
    assert not is_open(tokens()[0])
    assert "wartet auf die Freigabe" in send_link(office, customer_id)
