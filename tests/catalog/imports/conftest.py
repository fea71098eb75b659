"""The session that the tests of the import look through."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kmz.db import db


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()
