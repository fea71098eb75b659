"""Bringing a database up to the newest revision."""

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
