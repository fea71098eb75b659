"""Bringing a database up to the newest revision."""

from alembic.util import CommandError
from flask import Flask

from kmz.db import db


def migrate(app: Flask) -> None:
    """Run all missing migrations; does nothing on a current database."""
    from kmz import alembic

    with app.app_context():
        alembic.upgrade()
        db.session.remove()


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
