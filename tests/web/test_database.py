"""Few questions to the database, and an honest page when it is away (F-03)."""

from pathlib import Path

import pytest

from kmz import create_app
from kmz.db import db
from kmz.migrating import migrate
from tests.conftest import make_config
from tests.page import Page
from tests.statements import counted_statements
from tests.tools.postgres import start_postgres
from tests.web.conftest import World

MAX_QUERIES = 6


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
