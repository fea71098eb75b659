"""Recovery links: to the stored mailbox, once, newest only, two people where it is new (L34)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount, School, StaffUser
from kmz.clock import moved_by
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.recovery.actions import links
from kmz.recovery.actions.addresses import change_address
from kmz.recovery.models import RecoveryLink
from kmz.recovery.queries import find_open_link
from tests.factories import PASSWORD, STAFF_PASSWORD, make_customer, make_staff
from tests.page import Browser
from tests.recovery.steps import (
    LINK,
    ask_for_help,
    assign,
    audit,
    enter_address,
    mails,
    path_in,
    send_checked,
    steps,
)
from tests.steps import log_in

LIFETIME = timedelta(hours=72)
PERSON = "/verwaltung/kunden/{}/wiederherstellung"


def send_link(office: Browser, customer_id: int) -> str:
    """The office sends a link without a case; what the page says."""
    office.open(PERSON.format(customer_id))
    return office.submit("Wiederherstellungslink senden").text


def tokens() -> list[str]:
    """The tokens of all links that were mailed, the oldest first."""
    return [path_in(mail, "wiederherstellung").rpartition("/")[2] for mail in mails(LINK)]


def is_open(token: str) -> bool:
    db.session.rollback()
    return find_open_link(token) is not None


def test_the_link_goes_to_the_stored_mailbox_and_into_the_history(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_, email="fremd@example.org")
    assign(office, customer_id)
    assert "unterwegs" in office.submit("Wiederherstellungslink senden").text
    (mail,) = mails(LINK)
    assert mail.recipient == "andrea@example.org"
    assert mails(LINK, to="fremd@example.org") == []
    for text in (mail.text, mail.html):
        assert "nicht angefordert" in text or "keinen Zugang angefordert" in text
        assert "andrea@example.org" in text
        assert "/hilfe/zugang" in text
        assert "src=" not in text
    assert steps() == ["opened", "assigned", "link_sent"]
    assert audit("recovery.link_sent").object_id == customer_id
    (token,) = tokens()
    assert token not in office.page.html
    assert is_open(token)


def test_a_link_lives_for_72_hours(office: Browser, customer: CustomerAccount) -> None:
    send_link(office, customer.id)
    (token,) = tokens()
    with moved_by(hours=71):
        assert is_open(token)
    with moved_by(hours=73):
        assert not is_open(token)


def test_older_links_and_codes_die(office: Browser, customer: CustomerAccount) -> None:
    customer_id = customer.id
    send_link(office, customer_id)
    send_link(office, customer_id)
    first, newest = tokens()
    assert not is_open(first)
    assert is_open(newest)
    office.open(PERSON.format(customer_id))
    office.click("Brief mit Einmal-Code")
    send_checked(office, {"street", "in_person"})
    assert not is_open(newest)


def test_a_password_set_by_its_owner_ends_the_link(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    send_link(office, customer.id)
    (token,) = tokens()
    log_in(browser_, "andrea@example.org")
    browser_.open("/konto/passwort")
    browser_.submit(
        "Passwort ändern", current=PASSWORD, password="neu2#-und-lang", repeated="neu2#-und-lang"
    )
    assert not is_open(token)


def test_a_locked_account_has_no_way_back(office: Browser, customer: CustomerAccount) -> None:
    customer_id = customer.id
    send_link(office, customer_id)
    (token,) = tokens()
    office.open(f"/verwaltung/kunden/{customer_id}")
    office.submit("Sperren")
    assert not is_open(token)
    page = office.open(PERSON.format(customer_id))
    assert "gesperrt" in page.text
    with pytest.raises(LookupError):
        page.form(button="Wiederherstellungslink senden")


def test_an_account_without_a_mailbox_gets_no_link(office: Browser) -> None:
    with transaction() as session:
        school = School(number="04123", name="Schule am See", created_at=clock.now())
        session.add(school)
    customer = make_customer(email="", school_id=school.id, school_username="lehrer1")
    page = office.open(PERSON.format(customer.id))
    assert "keine E-Mail-Adresse hinterlegt" in page.text


def test_sending_asks_the_office_for_the_password_again(
    office: Browser, customer: CustomerAccount
) -> None:
    """ASVS 7.5.3: the click is not lost, but has to be made again."""
    customer_id = customer.id
    with moved_by(minutes=10):
        office.open("/verwaltung")
    with moved_by(minutes=16):
        office.open(PERSON.format(customer_id))
        page = office.submit("Wiederherstellungslink senden")
        assert page.headings == ["Passwort bestätigen"]
        assert mails(LINK) == []
        page = office.submit("Bestätigen", password=STAFF_PASSWORD)
        assert page.path == PERSON.format(customer_id)
        assert "unterwegs" in office.submit("Wiederherstellungslink senden").text


def test_a_new_address_needs_a_second_person(
    office: Browser, second: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    enter_address(office, customer_id)
    assert "wartet auf die Freigabe" in send_link(office, customer_id)
    assert mails(LINK) == []
    page = office.open("/verwaltung/wiederherstellung")
    assert "von Ihnen angefordert" in page.text
    with pytest.raises(LookupError):
        page.form(button="Freigeben")
    second.open("/verwaltung/wiederherstellung")
    assert "Büro Beispiel" in second.page.text
    assert "unterwegs" in second.submit("Freigeben").text
    (mail,) = mails(LINK)
    assert mail.recipient == "neu@example.org"
    assert is_open(tokens()[0])
    assert audit("recovery.link_approved").object_id == customer_id


def test_nobody_approves_the_own_wish(office: Browser, customer: CustomerAccount) -> None:
    """Not even by sending what no page offers."""
    enter_address(office, customer.id)
    send_link(office, customer.id)
    wish = db.session.scalars(select(RecoveryLink)).one()
    first = db.session.get_one(StaffUser, wish.requested_by_id)
    with pytest.raises(RefusedError, match="own_wish"):
        links.approve_link(wish.id, lifetime=LIFETIME, by=first)
    assert mails(LINK) == []


def test_a_refused_wish_sends_nothing(
    office: Browser, second: Browser, customer: CustomerAccount
) -> None:
    enter_address(office, customer.id)
    send_link(office, customer.id)
    second.open("/verwaltung/wiederherstellung")
    second.submit("Nicht senden")
    assert "Wartet auf zweite Person" not in second.open("/verwaltung/wiederherstellung").text
    assert mails(LINK) == []


def test_eight_approvals_at_once_send_one_mail(app: Flask, customer: CustomerAccount) -> None:
    first, colleagues = make_staff(), [make_staff() for _ in range(8)]
    change_address(
        customer.id,
        new_email="neu@example.org",
        reason="Postfach gekündigt",
        identification=["street", "in_person"],
        lifetime=LIFETIME,
        case_id=None,
        by=first,
    )
    assert not links.request_link(customer.id, case_id=None, lifetime=LIFETIME, by=first)
    link_id = db.session.scalars(select(RecoveryLink.id)).one()

    def approve(colleague_id: int) -> bool:
        with app.app_context():
            by = db.session.get_one(StaffUser, colleague_id)
            return links.approve_link(link_id, lifetime=LIFETIME, by=by)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(approve, [colleague.id for colleague in colleagues]))
    assert results.count(True) == 1
    assert len(mails(LINK)) == 1
