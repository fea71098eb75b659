"""Steps that stories about the catalogue share."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import event

from kmz.catalog.search import catalog_search
from kmz.db import db
from tests.page import Page

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def refresh_search() -> None:
    """Let the search know the courses that were just made."""
    catalog_search().refresh()


def fragment(client: FlaskClient, address: str, target: str) -> Page:
    """What htmx gets when it asks for one block of a page."""
    return Page(client.get(address, headers={**FRAGMENT, "HX-Target": f"div#{target}"}))


def course_links(page: Page) -> list[str]:
    """The addresses of the courses a page shows, in its order."""
    found = [address for _, address in page.links if address.startswith("/kurs/")]
    return list(dict.fromkeys(found))


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The SQL statements of the block, without BEGIN."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT", "DELETE")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
