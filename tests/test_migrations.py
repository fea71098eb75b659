"""Models and migrations agree, up from empty and down again, on both databases."""

import importlib
import pkgutil

from flask import Flask
from sqlalchemy import inspect

import kmz
from kmz import alembic
from kmz.db import db
from kmz.migrating import is_current


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
