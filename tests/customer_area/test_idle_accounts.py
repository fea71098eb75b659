"""What time does to accounts: idle ones are told and closed, mails to nobody vanish (L28)."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.customer_area.actions import closing
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.customer_area.test_closing import YEARS, all_of, close
from tests.factories import make_bank_account, make_customer


@pytest.fixture
def andrea(app: Flask) -> CustomerAccount:
    return make_customer(email="andrea@example.org")


def last_seen(customer: CustomerAccount, moment: datetime) -> None:
    with transaction() as session:
        session.get_one(CustomerAccount, customer.id).last_login_at = moment


def test_whoever_stays_away_for_years_is_told_and_then_forgotten(andrea: CustomerAccount) -> None:
    fresh = make_customer()
    last_seen(andrea, clock.now())
    with clock.moved_by(days=3 * 365 + 2):
        last_seen(fresh, clock.now())
        for _ in range(2):
            closing.tell_idle_customers()
            closing.close_idle_accounts(keep_years=YEARS)
        told = [mail for mail in all_of(OutgoingMail) if mail.kind == "M22"]
        assert [mail.recipient for mail in told] == ["andrea@example.org"]
        assert f"nach dem {clock.today() + timedelta(days=30):%d.%m.%Y}" in told[0].text
    with clock.moved_by(days=3 * 365 + 31):
        closing.close_idle_accounts(keep_years=YEARS)
        assert db.session.scalar(select(func.count()).select_from(CustomerAccount)) == 2
    with clock.moved_by(days=3 * 365 + 33):
        closing.close_idle_accounts(keep_years=YEARS)
    assert [person.id for person in all_of(CustomerAccount)] == [fresh.id]


def test_whoever_comes_back_keeps_the_account(andrea: CustomerAccount) -> None:
    with clock.moved_by(days=3 * 365 + 2):
        closing.tell_idle_customers()
    with clock.moved_by(days=3 * 365 + 10):
        last_seen(andrea, clock.now())
    with clock.moved_by(days=3 * 365 + 60):
        closing.close_idle_accounts(keep_years=YEARS)
    (person,) = all_of(CustomerAccount)
    assert (person.closed_at, person.idle_told_at) == (None, None)


def test_mails_to_nobody_vanish_after_30_days(andrea: CustomerAccount) -> None:
    close(andrea)
    other = make_customer(email="boris@example.org")
    make_bank_account(other)
    with transaction() as session:
        for mail in session.scalars(select(OutgoingMail)):
            mail.sent_at = clock.now()
    for days, left in ((29, {"andrea@example.org", "boris@example.org"}), (31, {other.email})):
        with clock.moved_by(days=days):
            closing.delete_mails_to_nobody()
        assert {mail.recipient for mail in all_of(OutgoingMail)} == left
