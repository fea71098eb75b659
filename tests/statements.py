"""Counting what a block asks the database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from kmz.db import db

_COUNTED = ("SELECT", "UPDATE", "INSERT", "DELETE")


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The SQL statements of the block, without BEGIN and without those of other threads.

    The search looks for changes beside the requests, at moments that no test knows.
    """
    here, seen = threading.get_ident(), list[str]()

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if threading.get_ident() == here and statement.startswith(_COUNTED):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
