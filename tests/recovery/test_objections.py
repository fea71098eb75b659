"""„Das war ich nicht“: the old address objects to what staff entered, for 72 hours (L34)."""

from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount, LoginSession, Passkey
from kmz.clock import moved_by
from kmz.db import db, transaction
from kmz.recovery.models import RecoveryCase
from tests.factories import make_customer
from tests.page import Browser, Page
from tests.recovery.steps import (
    ask_for_help,
    assign,
    enter_address,
    mails,
    only_case,
    path_in,
    steps,
)
from tests.recovery.test_addresses import CONFIRM, NEW, OLD, TOLD, addresses, confirm
from tests.recovery.test_links import is_open, send_link, tokens
from tests.steps import log_in
from tests.web.conftest import everything


def objection_link() -> str:
    return path_in(mails(TOLD, to=OLD)[-1], "e-mail-widerspruch")


def object_now(browser: Browser) -> Page:
    browser.open(objection_link())
    return browser.submit("Das war ich nicht")


def living_logins() -> int:
    db.session.rollback()
    query = select(LoginSession.id).where(
        LoginSession.customer_id.is_not(None), LoginSession.ended_at.is_(None)
    )
    return len(db.session.scalars(query).all())


def test_looking_at_the_objection_changes_nothing(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    enter_address(office, customer.id)
    link = objection_link()
    before = everything()
    for method in ("get", "head", "options"):
        for headers in ({}, {"Purpose": "prefetch", "Sec-Purpose": "prefetch"}):
            getattr(browser_.client, method)(link, headers=headers)
    assert everything() == before
    page = browser_.open(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    for secret in (NEW, "Andrea"):
        assert secret not in page.text


def test_an_objection_withdraws_a_change_that_waits(
    browser_: Browser, office: Browser, second: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    log_in(browser_, OLD)
    enter_address(office, customer_id)
    send_link(office, customer_id)
    second.open("/verwaltung/wiederherstellung")
    second.submit("Freigeben")
    (token,) = tokens()
    confirmation = path_in(mails(CONFIRM, to=NEW)[0], "e-mail-bestaetigung")
    assert "Widerspruch ist eingegangen" in object_now(browser_).text
    assert not is_open(token)
    assert browser_.open(confirmation).status == 410
    assert living_logins() == 0
    assert addresses() == [OLD]
    assert "Herzlich willkommen" in log_in(browser_, OLD).text  # the password is the owner's own


def test_an_objection_gives_a_confirmed_address_back_and_nothing_survives(
    app: Flask, browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    thief = Browser(app.test_client())
    enter_address(office, customer_id)
    confirm(thief)
    assert "Herzlich willkommen" in log_in(thief, NEW).text
    with transaction() as session:
        session.add(
            Passkey(
                customer_id=customer_id,
                credential_id="abc",
                public_key=b"x",
                sign_count=0,
                created_at=clock.now(),
            )
        )
    object_now(browser_)
    assert addresses() == [OLD]
    assert "Kunden-Login" in thief.open("/konto").headings
    assert "Falsche Zugangsdaten" in log_in(thief, NEW).text
    assert "Falsche Zugangsdaten" in log_in(thief, OLD).text  # whoever changed it may know it
    assert db.session.scalars(select(Passkey)).all() == []
    assert len(mails("Ihr Widerspruch ist eingegangen", to=OLD)) == 1
    browser_.open("/passwort-vergessen")
    browser_.submit("Link anfordern", email=OLD)
    assert len(mails("Neues Passwort vergeben", to=OLD)) == 1


def test_an_objection_works_once_and_for_72_hours(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    enter_address(office, customer.id)
    confirm(browser_)
    link = objection_link()
    with moved_by(hours=73):
        assert browser_.open(link).status == 410
        assert addresses() == [NEW]
    with moved_by(hours=71):
        browser_.open(link)
        browser_.submit("Das war ich nicht")
        assert browser_.open(link).status == 410
    assert addresses() == [OLD]
    assert len(mails("Ihr Widerspruch ist eingegangen")) == 1


def test_an_objection_comes_too_late_after_72_hours(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    """Also for a page that was opened in time."""
    enter_address(office, customer.id)
    confirm(browser_)
    browser_.open(objection_link())
    with moved_by(hours=73):
        assert browser_.submit("Das war ich nicht").status == 410
    assert addresses() == [NEW]


def test_the_office_is_warned_and_the_case_waits_again(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(office, customer_id)
    enter_address(office, customer_id)
    office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    office.submit("Als erledigt", close_reason="erledigt")
    object_now(browser_)
    case = only_case()
    assert case.closed_at is None
    assert steps()[-1] == "objected"
    assert "Widerspruch" in office.open("/verwaltung/wiederherstellung").text
    page = office.open(f"/verwaltung/wiederherstellung/{case.id}")
    assert f"Die alte Adresse {OLD}" in page.text


def test_an_objection_without_a_case_opens_one(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    enter_address(office, customer_id)
    object_now(browser_)
    assert db.session.scalars(select(RecoveryCase.customer_id)).all() == [customer_id]
    assert steps() == ["opened_by_objection", "objected"]


def test_an_account_whose_old_address_is_taken_meanwhile_is_locked(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    enter_address(office, customer_id)
    confirm(browser_)
    make_customer(email=OLD)
    object_now(browser_)
    locked = db.session.get_one(CustomerAccount, customer_id)
    assert locked.disabled_at is not None
    assert addresses() == [NEW, OLD]
