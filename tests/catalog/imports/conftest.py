"""The session that the tests of the import look through, and the office that imports."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kmz.db import db
from tests.factories import make_staff
from tests.page import Browser
from tests.steps import log_in_staff


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_
