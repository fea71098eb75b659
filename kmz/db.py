"""The database: typed base, column types, and the one place where transactions begin and end."""

import threading
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    UpdateBase,
    event,
    func,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from kmz import log
from kmz.engine import WRITE_OPTION, prepare_engine, reading_engine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraints get predictable names so that errors can be told apart."""

    metadata = MetaData(naming_convention=NAMING)


class PortalSession(FlaskSession):
    """A session whose reads need no transaction around them (`engine.reading_engine`)."""

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **more: Any
    ) -> Engine | Connection:
        if _WRITING in self.info or bind is not None:
            return super().get_bind(mapper, clause, bind, **more)
        if isinstance(clause, UpdateBase):
            _refuse_stray_write(self)
        reader: Engine = current_app.extensions[_READER]
        return reader


@event.listens_for(PortalSession, "before_flush")
def _refuse_stray_write(session: Session, *_more: object) -> None:
    """Nothing is written outside of `transaction()`: PostgreSQL would keep it at once."""
    if _WRITING not in session.info:
        raise RuntimeError("a write outside of a transaction")


_READER = "kmz_reading_engine"
# The connection of the transaction that runs, in the session's notes; None while it is made.
_WRITING = "kmz_writing"
db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"class_": PortalSession}
)


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text that is ciphertext in the database and plain only in the object (ASVS 11.3.2)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else current_app.extensions["kmz_vault"].encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else current_app.extensions["kmz_vault"].decrypt(value)


def text_of(length: int) -> String:
    """A bounded text column; PostgreSQL enforces the length, forms check it first."""
    return String(length)


class _WriterQueue:
    """Lets the writers of one process in one after the other, in the order they came.

    SQLite has one writer; its own busy loop is unfair, so under load some writers waited seconds.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._busy = False

    def enter(self) -> None:
        with self._guard:
            if not self._busy:
                self._busy = True
                return
            turn = threading.Event()
            self._waiting.append(turn)
        turn.wait()

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._busy = False


class _Commits:
    """How often this process has written: what was read before the last time may be old."""

    def __init__(self) -> None:
        self.count = 0


_sqlite_writers = _WriterQueue()
_commits = _Commits()


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything in the block happens, or nothing does.

    Starts a fresh write transaction (reads made before are forgotten and load again, so decisions
    rest on the state under the lock). An action called inside another's block joins it.
    """
    session = db.session()
    if _WRITING in session.info:
        session.flush()  # statements of the inner block that pass by the ORM see the outer's rows
        yield session
        return
    session.flush()  # refused: what is to be written now was changed outside
    session.rollback()
    queued = session.get_bind().dialect.name == "sqlite"
    if queued:
        _sqlite_writers.enter()
    try:
        session.info[_WRITING] = None
        session.info[_WRITING] = session.connection(execution_options={WRITE_OPTION: True})
        yield session
        session.commit()
        _commits.count += 1
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_WRITING, None)
        if queued:
            _sqlite_writers.leave()


def connection_of(session: Session) -> Connection:
    """For statements that pass by the ORM. Within a transaction of ours it is at hand; asking the
    session costs as much as a small statement.
    """
    connection: Connection | None = session.info.get(_WRITING)
    return connection or session.connection()


def commit_count() -> int:
    """A number that rises with every write of this process."""
    return _commits.count


def one_at_a_time(session: Session, *names: str) -> None:
    """Let transactions that give one of the names pass one after the other, until they end.

    For decisions about rows that do not exist yet, so that no row can be locked. On SQLite a
    writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    # In one order everywhere, so that no two wait for each other.
    for key in sorted({zlib.crc32(name.encode()) for name in names}):
        session.execute(select(func.pg_advisory_xact_lock(key)))


def count_changed(session: Session, statement: UpdateBase) -> int:
    """Run an UPDATE or DELETE; how many rows it met. Loaded objects are not brought up to date."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def violated(error: IntegrityError, constraint: str) -> bool:
    """Whether this constraint or unique index was the one that refused the row.

    PostgreSQL names it. SQLite names the columns ("table.column, …"), so those are compared there.
    """
    named = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if named is not None:
        return bool(named == constraint)
    return str(error.orig).partition("failed: ")[2] == _columns_of(constraint)


def _columns_of(constraint: str) -> str:
    for table in Base.metadata.tables.values():
        for candidate in (*table.constraints, *table.indexes):
            if isinstance(candidate, Index | UniqueConstraint) and candidate.name == constraint:
                return ", ".join(f"{table.name}.{column.name}" for column in candidate.columns)
    raise LookupError(constraint)


def init_sessions(app: Flask) -> None:
    """Set up the database's sessions. Each ends with its request, before Flask-SQLAlchemy ends it:
    a connection that is cut after the last question must not spoil the answer that stands already.
    """
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        app.extensions[_READER] = reading_engine(db.engine)

    @app.teardown_appcontext
    def _end_session(_error: BaseException | None) -> None:
        try:
            db.session.remove()
        except SQLAlchemyError:
            log.warn("database.cut")
            db.session.registry.clear()
