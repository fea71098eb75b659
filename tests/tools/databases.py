"""Empty PostgreSQL databases for one test after the other."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, sql

from tests.tools.postgres import PostgresServer

_TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
_SEQUENCES = "select sequencename from pg_sequences where schemaname = 'public' order by 1"
_REVISION = "alembic_version"


class EmptyDatabases:
    """Copies of a migrated template. Emptying one takes milliseconds, copying it half a second, so
    a database is lent again unless a test has changed its tables or left a lock on it.
    """

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._idle: list[str] = []
        with server.connection(template) as connection:
            self._shape = _shape(connection)

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The address of a database that is empty and nobody else's until the block ends."""
        name = self._idle.pop() if self._idle else self._copy()
        yield self._server.url(name)
        if self._empty(name):
            self._idle.append(name)
        else:
            self._server.drop_database(name)

    def _copy(self) -> str:
        name = f"test_{os.urandom(6).hex()}"
        self._server.create_database(name, template=self._template)
        return name

    def _empty(self, name: str) -> bool:
        try:
            with self._server.connection(name) as connection:
                if _shape(connection) != self._shape:
                    return False
                connection.execute("set lock_timeout = '1s'")
                _clear(connection)
        except psycopg.Error:  # a lock, or the server is down
            return False
        return True


def _shape(connection: Connection[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """The tables' columns, and the revision."""
    columns = connection.execute(
        "select table_name, column_name, is_nullable from information_schema.columns"
        " where table_schema = 'public' order by 1, 2"
    ).fetchall()
    return columns + connection.execute("select version_num from alembic_version").fetchall()


def _clear(connection: Connection[tuple[object, ...]]) -> None:
    tables = [str(row[0]) for row in connection.execute(_TABLES) if row[0] != _REVISION]
    sequences = [str(row[0]) for row in connection.execute(_SEQUENCES)]
    # Without the triggers of foreign keys the order does not matter.
    connection.execute("set session_replication_role = replica")
    with connection.transaction():
        for table in tables:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))
        for sequence in sequences:
            connection.execute(
                sql.SQL("alter sequence {} restart").format(sql.Identifier(sequence))
            )
