"""Somebody without access, with a link in the mailbox, and two members of the office."""

import pytest
from flask import Flask

from kmz.accounts.models import CustomerAccount
from tests.factories import make_customer, make_staff
from tests.page import Browser
from tests.recovery.solving import Sent, send_link
from tests.steps import log_in_staff

FIRST, SECOND = "buero@example.org", "leitung@example.org"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    assert app
    return make_customer(email="andrea@example.org", first_name="Andrea", last_name="Wiesenthal")


@pytest.fixture
def sent(customer: CustomerAccount) -> Sent:
    return send_link(customer)


@pytest.fixture
def office(app: Flask) -> Browser:
    """A browser in which the office is logged in."""
    make_staff(email=FIRST)
    browser = Browser(app.test_client())
    log_in_staff(browser, FIRST)
    return browser


@pytest.fixture
def second(app: Flask) -> Browser:
    """A browser in which another member of the office is logged in."""
    make_staff(email=SECOND)
    browser = Browser(app.test_client())
    log_in_staff(browser, SECOND)
    return browser
