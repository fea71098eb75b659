"""Variable parts of addresses: what no row can have is not found, before the database is asked."""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter


class _RowId(IntegerConverter):
    """Nine digits: more than any table here has rows, less than PostgreSQL's integers hold."""

    regex = "[0-9]{1,9}"


class _Text(UnicodeConverter):
    """One segment of at most 200 characters without NUL, which PostgreSQL refuses (ASVS 1.3.3)."""

    regex = "[^/\x00]{1,200}"

    def __init__(self, *_arguments: object) -> None:
        """The length options of the parent would replace the pattern."""


def init_addresses(app: Flask) -> None:
    """Use these converters for `<name>` and `<int:name>` in every address."""
    app.url_map.converters |= {"default": _Text, "string": _Text, "int": _RowId}
