"""Few questions to the database, and an honest page when it is away (F-03)."""

from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg.pq import TransactionStatus
from sqlalchemy import func, inspect, select, text, update

from kmz import create_app
from kmz.catalog.models import Course, Semester
from kmz.db import db, transaction
from kmz.migrating import migrate
from tests.conftest import make_config
from tests.page import Page
from tests.statements import counted_statements
from tests.tools.postgres import PostgresServer, start_postgres
from tests.web.conftest import World

MAX_QUERIES = 6
_OWN_PID = select(func.pg_backend_pid())


@pytest.mark.parametrize("address", ["/", "/kurse", "/kurse?q=Kurs&bereich=bereich-4", "course"])
def test_public_pages_ask_the_database_at_most_six_times(world: World, address: str) -> None:
    address = f"/kurs/{world.course.slug}" if address == "course" else address
    browser = world.visitor()
    browser.open(address)
    with counted_statements() as sent:
        assert browser.open(address).status == 200
    asked = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(asked) <= MAX_QUERIES, asked


@pytest.mark.parametrize("address", ["/kurse", "/konto/anmeldungen", "/warenkorb"])
def test_pages_of_a_customer_ask_at_most_nine_times(world: World, address: str) -> None:
    """The login, the cart's and the Merkliste's counters come on top."""
    browser = world.as_customer()
    browser.open(address)
    with counted_statements() as sent:
        assert browser.open(address).status == 200
    asked = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(asked) <= MAX_QUERIES + 3, asked


def test_nothing_is_written_outside_of_a_transaction(app: Flask) -> None:
    """PostgreSQL would keep it at once, and what belongs to it would be missing."""
    assert app
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        db.session.execute(update(Course).values(title="Anders"))
    db.session.add(Semester(code="271", name="Frühjahr"))
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        db.session.scalars(select(Semester)).all()
    with pytest.raises(RuntimeError, match="outside of a transaction"), transaction():
        pass
    db.session.rollback()
    assert db.session.scalars(select(Semester)).all() == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_reads_on_postgresql_hold_no_transaction_open(app: Flask) -> None:
    """And what writes is one."""
    assert app
    assert db.session.scalar(select(func.count()).select_from(Course)) == 0
    assert _state() is TransactionStatus.IDLE
    with transaction() as session:
        session.execute(select(1))
        assert _state() is TransactionStatus.INTRANS
        session.execute(text("CREATE TABLE never (id INTEGER)"))
        session.rollback()
    tables = inspect(db.engine).get_table_names()
    assert "course" in tables
    assert "never" not in tables


def _state() -> TransactionStatus:
    connection = db.session.connection().connection.dbapi_connection
    assert isinstance(connection, psycopg.Connection)
    return connection.info.transaction_status


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_is_replaced_before_it_is_used(
    app: Flask, postgres: PostgresServer
) -> None:
    assert app
    first = db.session.scalar(_OWN_PID)
    db.session.rollback()
    with postgres.connection() as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [first])
    assert db.session.scalar(_OWN_PID) not in {None, first}


def test_a_database_that_is_away_is_said_and_comes_back(tmp_path: Path) -> None:
    server = start_postgres(tmp_path)
    try:
        server.create_database("kmz")
        app = create_app(make_config(server.url("kmz"), tmp_path))
        migrate(app)
        client = app.test_client()
        assert client.get("/agb").status_code == 200
        server.crash()
        for address in ("/kurs/x", "/agb", "/impressum"):
            answer = client.get(address)
            page = Page(answer)
            assert answer.status_code == 503, address
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Content-Security-Policy"]
            assert "Es wurde nichts gebucht" in page.text
            for word in ("psycopg", "sqlalchemy", "socket", "kmz-pg", "Traceback"):
                assert word not in page.html
        assert client.get("/gesundheit").status_code == 200
        server.start()
        assert client.get("/agb").status_code == 200
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    finally:
        server.stop()
