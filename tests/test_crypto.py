"""Passwords as they are kept."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from kmz import crypto
from kmz.accounts.models import CustomerAccount
from kmz.crypto import Passwords
from kmz.db import db, transaction
from tests.conftest import REAL_HASHER
from tests.factories import PASSWORD, make_customer
from tests.page import Browser
from tests.steps import log_in


@pytest.fixture
def _real_hasher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto, "_HASHER", REAL_HASHER)


@pytest.mark.usefixtures("_real_hasher")
def test_a_hash_costs_what_owasp_asks_for() -> None:
    stored = Passwords("pepper").hash(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=48128,t=1,p=1$")
    assert Passwords("pepper").verify(stored, PASSWORD)


def test_without_the_pepper_of_this_house_nothing_fits() -> None:
    stored = Passwords("pepper").hash(PASSWORD)
    assert not Passwords("salt").verify(stored, PASSWORD)


def test_capitals_count_and_the_way_of_writing_an_umlaut_does_not() -> None:
    passwords = Passwords("pepper")
    stored = passwords.hash("M\u00fcde-Katze-7")
    assert passwords.verify(stored, "Mu\u0308de-Katze-7")
    assert not passwords.verify(stored, "m\u00fcde-Katze-7")


def test_nobodys_password_fits_nothing() -> None:
    passwords = Passwords("pepper")
    assert not passwords.verify(None, PASSWORD)
    assert not passwords.verify("damaged", PASSWORD)


def test_a_login_renews_a_hash_that_was_cheaper(
    app: Flask, browser_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    customer = make_customer(email="andrea@example.org")
    before = customer.password_hash
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(crypto, "_HASHER", dearer)
    log_in(browser_, "andrea@example.org")
    with transaction():
        after = db.session.get_one(CustomerAccount, customer.id).password_hash
    assert after != before
    assert "m=16,t=2,p=1" in after
