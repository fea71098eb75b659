"""Bringing a database up to the newest revision."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from flask import Flask

from kmz.db import db


def migrate(app: Flask) -> None:
    """Run all missing migrations; does nothing on a current database."""
    from kmz import alembic

    with app.app_context():
        with foreign_keys_at_rest():
            alembic.upgrade()
        db.session.remove()


@contextmanager
def foreign_keys_at_rest() -> Iterator[None]:
    """SQLite changes a table by making it anew; with its foreign keys on, dropping the old one
    would delete every row that points to it. Raises RuntimeError when a row points nowhere after.
    """
    from kmz import alembic

    connection = alembic.migration_context.connection
    if connection is None or connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101 - just connected
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        orphans = raw.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
    if orphans:
        raise RuntimeError(f"{len(orphans)} rows point nowhere, first in {orphans[0][0]}")


def is_current(app: Flask) -> bool:
    """Whether the database is at the newest revision."""
    from kmz import alembic

    with app.app_context():
        current = {revision.revision for revision in alembic.current()}
        heads = {revision.revision for revision in alembic.heads()}
        return current == heads


def state_problem(app: Flask) -> str | None:
    """A German sentence when database and program do not fit, or None.

    Leaves no connection open; raises SQLAlchemyError when the database does not answer.
    """
    try:
        if is_current(app):
            return None
    except CommandError:  # a revision that this program does not know
        return "Die Datenbank gehört zu einer anderen Fassung von kmz."
    finally:
        with app.app_context():
            db.engine.dispose()
    return "Die Datenbank ist nicht auf dem neuesten Stand (kmz migrate)."
