"""Bankverbindungen: encrypted, masked, deletable, and nobody else's (U18–U20, L30, L43)."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from kmz.banking.models import BankAccount, SepaMandate
from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import (
    IBAN,
    PASSWORD,
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.page import Browser, Page
from tests.steps import log_in, log_in_staff, send

PATH = "/konto/bankverbindungen"
OTHER_IBAN = "DE02120300000000202051"
MASKED = "DE89 •••• •••• •••• ••30 00"


@pytest.fixture
def customer(browser_: Browser) -> Browser:
    make_customer(email="andrea@example.org")
    log_in(browser_, "andrea@example.org")
    browser_.open(PATH)
    return browser_


def add(browser: Browser, iban: str = IBAN, **fields: str) -> Page:
    browser.open(PATH)
    return browser.submit("Speichern", iban=iban, **fields)


def accounts() -> list[BankAccount]:
    db.session.rollback()
    return list(db.session.scalars(select(BankAccount).order_by(BankAccount.id)))


def test_a_bank_account_is_shown_masked_with_its_bank(customer: Browser) -> None:
    page = add(customer, "de89 3704 0044 0532 0130 00")
    assert MASKED in page.text
    assert "Commerzbank" in page.text
    assert "Standard" in page.text
    assert "0532 0130 00" not in page.text.replace("DE89 3704 0044 0532 0130 00. BIC", "")


def test_nothing_readable_lies_in_the_database(customer: Browser, tmp_path: Path) -> None:
    add(customer, OTHER_IBAN, account_holder="Xaver Kontoinhaber")
    row = db.session.execute(text("SELECT iban, bic, account_holder FROM bank_account")).one()
    for cipher, plain in zip(row, (OTHER_IBAN, "BYLADEM1001", "Xaver"), strict=True):
        assert plain not in cipher
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("kmz.db*"))
    for secret in (OTHER_IBAN, OTHER_IBAN[4:], "BYLADEM1001", "Kontoinhaber"):
        assert secret.encode() not in raw
    (account,) = accounts()
    assert (account.iban, account.account_holder) == (OTHER_IBAN, "Xaver Kontoinhaber")


def test_equal_ibans_give_different_ciphertexts(app: Flask) -> None:
    for _ in range(2):
        make_bank_account(make_customer())
    ciphers = db.session.scalars(text("SELECT iban FROM bank_account")).all()
    assert len(set(ciphers)) == 2
    assert app


def test_the_owner_is_told_without_the_iban(customer: Browser) -> None:
    add(customer)
    mail = db.session.scalars(select(OutgoingMail)).one()
    assert (mail.kind, mail.recipient) == ("M21", "andrea@example.org")
    for body in (mail.text, mail.html, mail.subject):
        assert IBAN not in body.replace(" ", "")
    assert MASKED in mail.text


def test_the_same_iban_twice_is_refused_in_any_spelling(customer: Browser) -> None:
    add(customer)
    refused = add(customer, "de89 3704 0044 0532 0130 00")
    assert refused.status == 422
    assert "schon hinterlegt" in refused.text
    assert len(accounts()) == 1


def test_a_wrong_iban_keeps_what_was_typed(customer: Browser) -> None:
    refused = add(customer, "DE88370400440532013000", account_holder="O’Brien")
    assert refused.status == 422
    assert "Tippfehler" in refused.text
    assert 'value="DE88370400440532013000"' in refused.html
    assert "O’Brien" in refused.html
    assert accounts() == []


@pytest.mark.parametrize("holder", ["", "   ", "x" * 71, "A\x00B", "A\nB", "A\u202eB"])
def test_an_odd_holder_is_refused(customer: Browser, holder: str) -> None:
    assert add(customer, account_holder=holder).status == 422
    assert accounts() == []


def test_the_default_moves_and_stays_one(customer: Browser) -> None:
    add(customer)
    add(customer, OTHER_IBAN)
    customer.submit("Als Standard")
    assert [account.is_default for account in accounts()] == [False, True]
    customer.open(customer.page.link("Löschen: DE02"))
    customer.submit("Endgültig löschen")
    assert [(a.iban, a.is_default) for a in accounts()] == [(IBAN, True)]


def test_ten_are_enough(customer: Browser) -> None:
    for number in range(11):
        answer = add(customer, _austrian(number))
    assert answer.status == 422
    assert "höchstens 10 Bankverbindungen" in answer.text
    assert len(accounts()) == 10


def _austrian(number: int) -> str:
    """A correct IBAN of a made-up account."""
    body = f"19043{number:011d}"
    check = 98 - int(body + "102900") % 97
    return f"AT{check:02d}{body}"


def test_deleting_keeps_the_mandates_copy_and_revokes_it(app: Flask, browser_: Browser) -> None:
    customer = make_customer(email="andrea@example.org")
    make_bank_account(customer)
    make_request(customer, make_course())
    log_in(browser_, "andrea@example.org")
    browser_.open(PATH)
    browser_.click("Löschen")
    page = browser_.submit("Endgültig löschen")
    assert "noch keine Bankverbindung" in page.text
    assert accounts() == []
    mandate = db.session.scalars(select(SepaMandate)).one()
    assert (mandate.iban, mandate.bank_account_id) == (IBAN, None)
    assert mandate.revoked_at is not None
    assert app


def test_deleting_needs_a_second_page_and_a_post(customer: Browser) -> None:
    add(customer)
    (account,) = accounts()
    customer.open(f"{PATH}/{account.id}/loeschung")
    assert len(accounts()) == 1


def test_foreign_bank_accounts_are_not_found(app: Flask, customer: Browser) -> None:
    add(customer)
    (account,) = accounts()
    make_customer(email="boris@example.org")
    stranger = Browser(app.test_client())
    log_in(stranger, "boris@example.org")
    for number in (account.id, account.id + 1, 0, 2**31, 2**63):
        page = stranger.open(f"{PATH}/{number}/loeschung")
        assert page.status == 404
        assert "30 00" not in page.html
        stranger.open("/konto")
        for action in ("loeschung", "standard"):
            assert send(stranger, f"{PATH}/{number}/{action}").status == 404
    assert len(accounts()) == 1
    assert "30 00" not in stranger.open(PATH).text.replace("0130 00. BIC", "")


def test_after_ten_minutes_the_password_is_asked_for_again(customer: Browser) -> None:
    with moved_by(minutes=11):
        asked = customer.open(PATH)
        assert asked.path == "/konto/bestaetigung"
        assert customer.submit("Bestätigen", password="falsch").status == 422
        assert customer.submit("Bestätigen", password=PASSWORD).path == PATH


def test_an_old_login_adds_and_deletes_nothing(customer: Browser) -> None:
    add(customer)
    (account,) = accounts()
    with moved_by(minutes=11):
        send(customer, PATH, account_holder="Andrea", iban=OTHER_IBAN)
        send(customer, f"{PATH}/{account.id}/loeschung")
    assert [found.iban for found in accounts()] == [IBAN]


@pytest.mark.parametrize("role", ["office", "finance", "admin"])
def test_no_staff_page_shows_a_whole_iban(app: Flask, browser_: Browser, role: str) -> None:
    customer = make_customer()
    make_bank_account(customer, iban=OTHER_IBAN)
    make_request(customer, make_course())
    make_staff(email="buero@example.org", role=role)
    log_in_staff(browser_, "buero@example.org")
    for address in ("/verwaltung", "/verwaltung/anmeldungen", "/verwaltung/anmeldungen/1"):
        page = browser_.open(address)
        assert page.status == 200
        assert OTHER_IBAN not in page.html.replace(" ", "")
    assert app
