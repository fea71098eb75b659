"""Models and migrations agree, up from empty and down again, on both databases."""

import importlib
import pkgutil

from flask import Flask
from sqlalchemy import func, inspect, select

import kmz
from kmz import alembic
from kmz.db import Base, db
from kmz.migrating import foreign_keys_at_rest, is_current
from tests.factories import make_bank_account, make_course, make_customer, make_request, make_staff


def load_all_models() -> None:
    for module in pkgutil.walk_packages(kmz.__path__, "kmz."):
        if module.name.endswith(".models"):
            importlib.import_module(module.name)


def test_the_migrated_schema_is_what_the_models_say(app: Flask) -> None:
    load_all_models()
    assert is_current(app)
    assert alembic.compare_metadata() == []


def test_all_migrations_can_be_taken_back(app: Flask) -> None:
    alembic.downgrade("base")
    tables = set(inspect(db.engine).get_table_names())
    assert tables <= {"alembic_version"}
    alembic.upgrade()
    assert is_current(app)


def _row_counts() -> dict[str, int]:
    tables = set(inspect(db.engine).get_table_names())
    counts = {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
        if name in tables
    }
    db.session.remove()
    return {name: count for name, count in counts.items() if count}


def test_no_row_is_lost_on_the_way_down_one_revision_and_up_again(app: Flask) -> None:
    customer = make_customer()
    make_staff(app=False)  # its table is one of those that come and go
    make_bank_account(customer)
    make_request(customer, make_course())
    before = _row_counts()
    with foreign_keys_at_rest():
        alembic.downgrade()
        alembic.upgrade()
    assert is_current(app)
    assert _row_counts() == before
