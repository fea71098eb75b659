"""Bringing a database up to the newest revision."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

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
    """A German sentence on what is wrong with the database, or None; leaves no connection open."""
    try:
        if is_current(app):
            return None
    except SQLAlchemyError as error:
        return f"KMZ_DATABASE_URL: Die Datenbank antwortet nicht ({type(error).__name__})."
    finally:
        with app.app_context():
            db.engine.dispose()
    return "KMZ_DATABASE_URL: Die Datenbank ist nicht auf dem neuesten Stand (kmz migrate)."
