"""Fixtures for all tests: an app on SQLite and on PostgreSQL, a browser-like client, real servers.

Migrations run once per database kind; every test gets a copy of that empty, migrated database.
"""

import gc
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kmz import clock, create_app, crypto
from kmz.catalog.search import catalog_search
from kmz.config import Config, read_config
from kmz.db import Base, db
from kmz.migrating import migrate
from kmz.recovery import link_views
from kmz.recovery.puzzle import new_riddle
from kmz.recovery.puzzle.rules import Riddle
from tests.page import Browser
from tests.tools.databases import EmptyDatabases
from tests.tools.postgres import PostgresServer, start_postgres

# A busy machine is no fault of the code: speed is measured in benchmarks/, never in tests.
hypothesis.settings.register_profile(
    "kmz", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("kmz")

SECRETS = {
    "KMZ_SECRET_KEY": "test-0123456789-abcdefghij-klmnopqrstuv",
    "KMZ_PASSWORD_PEPPER": "pepper-0123456789-abcdefghij-klmnopqrs",
    "KMZ_FINGERPRINT_KEY": "finger-0123456789-abcdefghij-klmnopqrs",
    "KMZ_DATA_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}


def make_config(database_url: str, instance: Path, **settings: str) -> Config:
    """A test configuration; `settings` override single variables."""
    environment = {
        **SECRETS,
        "KMZ_MODE": "test",
        "KMZ_DATABASE_URL": database_url,
        "KMZ_PUBLIC_URL": "http://localhost",
        "KMZ_INSTANCE": str(instance),
        "KMZ_LIMIT_LOGIN": "1000 per minute",
        "KMZ_LIMIT_MAIL": "1000 per minute",
        "KMZ_LIMIT_SEARCH": "100000 per minute",
        "KMZ_LIMIT_FEEDS": "100000 per minute",
        **settings,
    }
    return read_config(environment)


def pytest_collection_finish() -> None:
    """What is loaded by now stays. Looking through it for garbage again and again took a quarter
    of the time, in pauses in which other threads' patience with a lock ran out.
    """
    gc.collect()
    gc.freeze()


@event.listens_for(Engine, "connect")
def _promise_no_order(connection: Any, _record: object) -> None:
    """What asks for no order gets none: PostgreSQL, too, gives such rows back as they lie."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects=ON")


# Argon2 is slow on purpose, a third of all time. tests/test_crypto.py looks at the real one.
REAL_HASHER = crypto._HASHER
crypto._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class _CompiledTemplates(BytecodeCache):
    """Templates compiled once in a test run, not once in every app."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class _RuleCompiledOnce(Rule):
    """A rule whose address builder is compiled once in a test run: nine tenths of making an app."""

    _builders: ClassVar[dict[Any, Any]] = {}

    def _compile_builder(self, *how: bool) -> Any:
        key = (self.rule, tuple((self.defaults or {}).items()), how)
        if key not in self._builders:
            self._builders[key] = super()._compile_builder(*how)
        return self._builders[key]


Flask.jinja_options = {"bytecode_cache": _CompiledTemplates()}
Flask.url_rule_class = _RuleCompiledOnce


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test run."""
    server = start_postgres(tmp_path_factory.mktemp("pg"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file."""
    folder = tmp_path_factory.mktemp("sqlite")
    path = folder / "template.db"
    _migrate(f"sqlite:///{path}", folder)
    return path


@pytest.fixture(scope="session")
def postgres_databases(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> EmptyDatabases:
    """Empty, migrated PostgreSQL databases."""
    postgres.create_database("template_kmz")
    _migrate(postgres.url("template_kmz"), tmp_path_factory.mktemp("pg-instance"))
    return EmptyDatabases(postgres, "template_kmz")


def _migrate(url: str, folder: Path) -> None:
    app = create_app(make_config(url, folder))
    migrate(app)
    _close(app)


def _close(app: Flask) -> None:
    with app.app_context():
        catalog_search().settle()
        db.session.remove()
        db.engine.dispose()
    for mapper in Base.registry.mappers:
        # Statements for a database that is gone; there is no public way to let go of them.
        mapper._compiled_cache.clear()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "kmz.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"
        return
    databases: EmptyDatabases = request.getfixturevalue("postgres_databases")
    with databases.lend() as url:
        yield url


@pytest.fixture
def settings() -> dict[str, str]:
    """Variables that a test module overrides by its own fixture of this name."""
    return {}


class FreshClient(FlaskClient):
    """A client whose requests share nothing with each other or with the test.

    While a test holds an app context open, Flask would use it for every request, and with it `g`,
    in which Flask-Login remembers who is logged in.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.rollback()  # the test's own session looks again, and sees what the request did
        return response


@pytest.fixture
def app(database_url: str, tmp_path: Path, settings: dict[str, str]) -> Iterator[Flask]:
    """The portal on an empty database; an app context is open."""
    app = create_app(make_config(database_url, tmp_path, **settings))
    app.test_client_class = FreshClient
    with app.app_context():
        yield app
    _close(app)


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock stands at tomorrow's noon in Berlin, and goes on from there."""
    tomorrow = clock.berlin_moment(clock.today() + timedelta(days=1), 12)
    with clock.moved_by(seconds=(tomorrow - clock.now()).total_seconds()):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A raw client: sends what it is told, without CSRF tokens."""
    return app.test_client()


@pytest.fixture
def browser_(app: Flask) -> Browser:
    """A person without JavaScript: fills in the forms that the pages really show."""
    return Browser(app.test_client())


@pytest.fixture
def riddles(monkeypatch: pytest.MonkeyPatch) -> list[Riddle]:
    """Every riddle that was drawn, the newest last: the human eye of these tests."""
    drawn: list[Riddle] = []

    def look(kind: str) -> Riddle:
        drawn.append(new_riddle(kind))
        return drawn[-1]

    monkeypatch.setattr(link_views, "new_riddle", look)
    return drawn
