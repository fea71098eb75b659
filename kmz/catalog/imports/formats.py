"""The formats of course files that the import knows, by name."""

from collections.abc import Mapping

from kmz.catalog.imports import berlin, kufer, openvhs
from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.table.table_format import TABLE, table_format

FORMATS: dict[str, FeedFormat] = {
    one.name: one for one in (berlin.FORMAT, openvhs.FORMAT, kufer.FORMAT, TABLE)
}


def format_of(name: str, columns: Mapping[str, str]) -> FeedFormat:
    """The format of this name; a table reads by these columns (see `columns_for`)."""
    return table_format(columns) if name == TABLE.name else FORMATS[name]
