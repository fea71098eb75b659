"""The archive with everything about a customer: a page to read and a file for programs (L26)."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app

from kmz import clock
from kmz.accounts import own_data as accounts
from kmz.alerts import own_data as alerts
from kmz.banking import own_data as banking
from kmz.booking import own_data as booking
from kmz.catalog import own_data as catalog
from kmz.contact import own_data as contact
from kmz.own_data import Column
from kmz.recovery import own_data as recovery
from kmz.web.formats import day, moment

# Raised when a name or a meaning changes; what is only added leaves it alone.
VERSION = 1
SECTIONS = (
    *accounts.SECTIONS[:2],
    *booking.SECTIONS,
    *banking.SECTIONS,
    *catalog.SECTIONS,
    *alerts.SECTIONS,
    *accounts.SECTIONS[2:],
    *recovery.SECTIONS,
    *contact.SECTIONS,
)

Words = list[tuple[str, Any]]


def archive_of(customer_id: int) -> bytes:
    """A ZIP archive with meine-daten.html (IBAN masked) and meine-daten.json (IBAN whole)."""
    now = clock.now()
    found = [(section, section.rows(customer_id)) for section in SECTIONS]
    data = {
        "format": "kmz-meine-daten",
        "version": VERSION,
        "created_at": now.isoformat(timespec="seconds"),
        "data": {section.key: _data(section.columns, rows) for section, rows in found},
    }
    page = current_app.jinja_env.get_template("customer_area/own_data_file.html").render(
        created_at=now,
        sections=[(section.title, _words(section.columns, rows)) for section, rows in found],
    )
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as files:
        files.writestr("meine-daten.html", page)
        files.writestr("meine-daten.json", json.dumps(data, ensure_ascii=False, indent=2))
    return archive.getvalue()


def _data(columns: tuple[Column, ...], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows as they stand in the JSON file; days and moments by ISO 8601."""
    return [{column.key: _plain(column, row) for column in columns} for row in rows]


def _plain(column: Column, row: Any) -> Any:
    value = column.value_of(row)
    if column.columns:
        return _data(column.columns, value)
    return value.isoformat() if isinstance(value, date) else value


def _words(columns: tuple[Column, ...], rows: Sequence[Any]) -> list[Words]:
    """The rows as labels and German words; what is empty is left out."""
    return [
        [(column.label, words) for column in columns if (words := _word(column, row))]
        for row in rows
    ]


def _word(column: Column, row: Any) -> str | list[Words]:
    value = column.value_of(row)
    if column.columns:
        return _words(column.columns, value)
    if value is None or column.shown:
        return column.shown(row) if column.shown and value is not None else ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else str(value)
