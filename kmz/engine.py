"""How the database is reached: its connections, their durability and their time-outs."""

import os
import select
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

from kmz.config import Config

# With this execution option a transaction begins as one that writes.
WRITE_OPTION = "kmz_write"
# Seconds after which the system finds out by itself that the other side of a connection is gone.
_KEEPALIVE = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3}


def engine_options(config: Config) -> dict[str, Any]:
    """What Flask-SQLAlchemy makes the engine with."""
    options: dict[str, Any] = {
        "pool_size": config.database_pool,
        "max_overflow": 0,
        "pool_timeout": 5,
        # Statements carry mail bodies, tokens and names; errors in the log must not (ASVS 16.2.5).
        "hide_parameters": True,
    }
    if config.database_url.startswith("postgresql"):
        options["connect_args"] = {
            "connect_timeout": 5,
            "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c timezone=UTC",
            **_KEEPALIVE,
        }
    return options


def prepare_engine(engine: Engine) -> None:
    """Set up connections: SQLite gets WAL with full durability, PostgreSQL's are looked at."""
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    else:
        _replace_cut_connections(engine)


def reading_engine(engine: Engine) -> Engine:
    """The same engine for reads outside of a transaction that writes.

    On PostgreSQL each statement sees what is committed either way, so BEGIN and ROLLBACK around
    them would only be two more questions to another process. On SQLite a read transaction costs
    nothing and shows one state of the file.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _prepare_sqlite(engine: Engine) -> None:
    database = engine.url.database or ":memory:"

    # It knows no engine: mappers keep statements by dialect, and a dialect what listens to it.
    @event.listens_for(engine, "do_connect")
    def _before_connect(*_arguments: object) -> None:
        _make_private(database)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a confirmed booking survives a power cut (NORMAL may lose the last commits).
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(WRITE_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _make_private(database: str) -> None:
    """Make a missing SQLite file for its owner only (ASVS 13.2.2); the files beside it follow."""
    path = Path(database)
    if database == ":memory:" or path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _replace_cut_connections(engine: Engine) -> None:
    """Give nobody a connection that the server has closed.

    A ping before every use would find out too, but be a tenth of all questions. Nobody speaks on an
    idle connection unless it ends, so only where something is to be read the server is asked.
    """
    broken = engine.dialect.loaded_dbapi.Error

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, _record: object, _proxy: object) -> None:
        waiting = select.poll()
        try:
            waiting.register(connection.fileno(), select.POLLIN)
            if waiting.poll(0):
                engine.dialect.do_ping(connection)
        except broken as error:
            raise DisconnectionError from error
