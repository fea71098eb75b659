"""A portal of our own for the measurements: its folder, its settings, its data."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from benchmarks.courses import sow_courses
from kmz import create_app
from kmz.config import read_config
from kmz.crypto import fresh_secrets
from kmz.db import db
from kmz.log import configure
from kmz.migrating import migrate
from tests.tools.postgres import start_postgres


@dataclass(frozen=True, slots=True)
class Instance:
    """An installation: the environment with which `kmz` finds it."""

    folder: Path
    settings: dict[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        """For a process; nothing of an installation outside shines through."""
        outside = {key: value for key, value in os.environ.items() if not key.startswith("KMZ_")}
        return {**outside, **self.settings, **more}

    @contextmanager
    def app(self) -> Iterator[Flask]:
        """The portal in this process."""
        app = create_app(read_config(self.settings))
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def new_instance(folder: Path, database_url: str = "", *, courses: int = 0) -> Instance:
    """A migrated installation in production mode, on SQLite unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    secrets = dict(line.split("=", 1) for line in fresh_secrets())
    settings = {
        **secrets,
        "KMZ_INSTANCE": str(folder),
        "KMZ_DATABASE_URL": database_url or f"sqlite:///{folder / 'kmz.db'}",
        "KMZ_PUBLIC_URL": "http://127.0.0.1",
        # One address asks more often here than a person may; the counting itself stays.
        "KMZ_LIMIT_SEARCH": "1000000 per minute",
    }
    instance = Instance(folder, settings)
    configure("warning")
    with instance.app() as app:
        migrate(app)
        if courses:
            with app.app_context():
                sow_courses(courses)
    return instance


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of an empty database, as durable as in production; the tests switch that off."""
    folder.mkdir(parents=True, exist_ok=True)
    server = start_postgres(folder, fsync="on", full_page_writes="on")
    try:
        server.create_database("kmz")
        yield server.url("kmz")
    finally:
        server.stop()
