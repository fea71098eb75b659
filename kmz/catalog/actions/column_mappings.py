"""Keeping what the columns of a house's table mean."""

from collections.abc import Mapping

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.models import ColumnMapping
from kmz.db import one_at_a_time, transaction


def save_columns(source: str, columns: Mapping[str, str], *, by: Actor) -> None:
    """Keep the columns by field for the next file of this source."""
    with transaction() as session:
        one_at_a_time(session, f"columns {source}")
        kept = session.get(ColumnMapping, source)
        if kept is None:
            kept = ColumnMapping(source=source)
            session.add(kept)
        kept.columns, kept.changed_at = dict(columns), clock.now()
        record(session, "import.columns_saved", by=by, kind="column_mapping", source=source)
