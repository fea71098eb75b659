"""Link erneut senden, and the evidence of the double opt-in (U10, L32)."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions import signup
from kmz.accounts.models import SignupRequest
from kmz.accounts.queries import find_customer
from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.accounts.test_signup import last_mail, link_in, sign_up
from tests.factories import make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

EMAIL = "neu@example.org"


def mail_count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


def confirm(browser: Browser) -> None:
    browser.open(link_in(last_mail("M01")))
    browser.submit("Registrierung bestätigen")


def test_the_link_can_be_sent_again_and_both_work(browser_: Browser) -> None:
    sign_up(browser_)
    first = link_in(last_mail("M01"))
    page = browser_.submit("Link erneut senden")
    assert "schicken den Link erneut" in page.text
    second = link_in(last_mail("M01"))
    assert first != second
    assert browser_.open(first).status == 200
    browser_.open(second)
    browser_.submit("Registrierung bestätigen")
    assert find_customer(EMAIL) is not None
    assert browser_.open(first).status == 410


def test_sending_again_ends_with_five_mails_a_day(browser_: Browser) -> None:
    sign_up(browser_)
    for _ in range(8):
        browser_.submit("Link erneut senden")
    assert mail_count() == 5
    with moved_by(hours=25):
        browser_.submit("Link erneut senden")
    assert mail_count() == 6


def test_sending_again_does_not_say_whether_the_address_was_known(
    app: Flask, browser_: Browser
) -> None:
    make_customer(email="alt@example.org")
    stranger = Browser(app.test_client())
    sign_up(browser_)
    sign_up(stranger, signup_email="alt@example.org")
    unknown = browser_.submit("Link erneut senden")
    known = stranger.submit("Link erneut senden")
    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert [mail.kind for mail in db.session.scalars(select(OutgoingMail))].count("M02") == 2


def test_who_never_signed_up_gets_the_same_answer_and_no_mail(browser_: Browser) -> None:
    browser_.open("/registrieren/gesendet")
    assert "schicken den Link erneut" in browser_.submit("Link erneut senden").text
    assert mail_count() == 0


def test_the_evidence_stays_without_the_password(browser_: Browser) -> None:
    sign_up(browser_)
    confirm(browser_)
    with moved_by(days=400):
        signup.delete_old_signups()
    customer = find_customer(EMAIL)
    kept = db.session.scalars(select(SignupRequest)).one()
    assert customer is not None
    assert (kept.customer_id, kept.password_hash) == (customer.id, "")
    assert kept.text_version == signup.TEXT_VERSION
    assert kept.confirmed_at is not None
    assert kept.created_at <= kept.confirmed_at
    assert len(kept.asked_from) == len(kept.confirmed_from) == 64


@pytest.mark.parametrize("role", ["office", "finance"])
def test_staff_see_the_evidence_on_the_customer_s_page(
    app: Flask, browser_: Browser, role: str
) -> None:
    sign_up(browser_)
    confirm(browser_)
    customer = find_customer(EMAIL)
    assert customer is not None
    office = Browser(app.test_client())
    log_in_staff(office, make_staff(role=role).email)
    page = office.open(f"/verwaltung/kunden/{customer.id}")
    assert "Nachweis der Registrierung" in page.text
    assert signup.TEXT_VERSION in page.text
    made = make_customer()
    assert "Nachweis der" not in office.open(f"/verwaltung/kunden/{made.id}").text
