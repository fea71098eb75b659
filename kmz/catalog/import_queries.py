"""Reading what imports remember."""

from kmz.catalog.models import ColumnMapping
from kmz.db import db


def kept_columns(source: str) -> dict[str, str]:
    """The columns by field as they were chosen for this source; empty for a new one."""
    kept = db.session.get(ColumnMapping, source)
    return dict(kept.columns) if kept else {}
