"""Fees of a course feed: integer cents, and "auf Anfrage" is not free of charge."""

import re
from dataclasses import dataclass
from typing import Any

from kmz import money
from kmz.catalog.imports.scalars import text_of, truth_of

_ON_REQUEST = re.compile(r"\bauf\s+anfrage\b", re.IGNORECASE)
# The pattern of the feed's description, e.g. "erm. Preis: 47,00 EUR", "ermäßigt € 47,00"
_REDUCED = re.compile(r"\berm\w*\.?\D{0,12}?(\d[\d.]*,\d\d)(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fee:
    """`cents` None means on request, 0 free; `reduced_cents` None: no reduced fee is named."""

    cents: int | None
    reduced_cents: int | None
    concession_allowed: bool
    note: str


def fee_of(price: dict[str, Any], notes: list[str]) -> Fee:
    """Read {betrag, rabatt_moeglich, zusatz}; an unreadable amount counts as on request."""
    note = text_of(price.get("zusatz"))
    cents = _amount(text_of(price.get("betrag")), notes)
    if not cents and _ON_REQUEST.search(note):
        cents = None
    reduced = None if cents is None else _reduced(note)
    if cents is not None and reduced is not None and reduced > cents:
        notes.append("Ermäßigtes Entgelt ist höher als das Entgelt")
    return Fee(cents, reduced, _concession(price.get("rabatt_moeglich"), reduced), note)


def _amount(text: str, notes: list[str]) -> int | None:
    if not text or _ON_REQUEST.search(text):
        return None
    try:
        return money.parse_cents(text)
    except ValueError:
        notes.append("Entgelt ist kein lesbarer Betrag und gilt als „auf Anfrage“")
        return None


def _reduced(note: str) -> int | None:
    match = _REDUCED.search(note)
    try:
        return money.parse_cents(match[1]) if match else None
    except ValueError:
        return None


def _concession(value: object, reduced_cents: int | None) -> bool:
    stated = truth_of(value)
    return reduced_cents is not None if stated is None else stated
