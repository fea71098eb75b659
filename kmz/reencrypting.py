"""Writing what is encrypted anew, so that an old key can go (L30)."""

from sqlalchemy import Column, Table, Text, bindparam, select, type_coerce, update

from kmz.crypto import Vault
from kmz.db import Base, Encrypted, transaction

_BATCH = 500


def reencrypt(vault: Vault) -> dict[str, int]:
    """Encrypt every encrypted column with the newest key; how many rows of which table.

    One transaction per batch: it may run beside the portal, be stopped and be run again. ValueError
    when no key fits a row.
    """
    return {
        table.name: _reencrypt_table(table, columns, vault)
        for table in Base.metadata.sorted_tables
        if (columns := [column for column in table.columns if isinstance(column.type, Encrypted)])
    }


def _reencrypt_table(table: Table, columns: list[Column[str]], vault: Vault) -> int:
    (key,) = table.primary_key.columns
    # As plain text, since the column's own type would decrypt what it reads.
    rows = (
        select(key, *(type_coerce(column, Text) for column in columns))
        .order_by(key)
        .limit(_BATCH)
        .with_for_update()
    )
    change = (
        update(table)
        .where(key == bindparam("row_key"))
        .values({column: bindparam(f"new_{column.name}", type_=Text) for column in columns})
    )
    last, done = 0, 0
    while True:
        with transaction() as session:
            found = session.execute(rows.where(key > last)).all()
            if not found:
                return done
            renewed = [
                {"row_key": row_key}
                | {
                    f"new_{column.name}": vault.renew(cipher)
                    for column, cipher in zip(columns, ciphers, strict=True)
                }
                for row_key, *ciphers in found
            ]
            session.connection().execute(change, renewed)
        last, done = found[-1][0], done + len(found)
