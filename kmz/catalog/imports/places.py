"""Venues and rooms of the two Berlin dialects."""

import re
from typing import Any

from kmz.catalog.imports.imported import ImportedPlace
from kmz.catalog.imports.scalars import fitted, mapping, text_of, truth_of

CALLED_OFF = re.compile(r"f(?:ä|ae)llt\s+aus|entf(?:ä|ae)llt|ausfall\b|abgesagt", re.IGNORECASE)
_MAX_LATITUDE, _MAX_LONGITUDE = 90.0, 180.0


def place_of_session(address: dict[str, Any], notes: list[str]) -> ImportedPlace | None:
    """A 2026 address {lehrstaette, plz, ort, strasse, raum, laengengrad, breitengrad, …}.

    Some feeds write "fällt aus" where the room stands: that is no room, see `room_says_called_off`.
    """
    room = text_of(address.get("raum"))
    return _place(
        name=text_of(address.get("lehrstaette")),
        address=address,
        room="" if CALLED_OFF.search(room) else room,
        latitude=_degrees(address.get("breitengrad"), _MAX_LATITUDE),
        longitude=_degrees(address.get("laengengrad"), _MAX_LONGITUDE),
        accessible=truth_of(address.get("behindertenzugang")),
        notes=notes,
    )


def room_says_called_off(address: dict[str, Any]) -> bool:
    return CALLED_OFF.search(text_of(address.get("raum"))) is not None


def place_of_course(venue: dict[str, Any], notes: list[str]) -> ImportedPlace | None:
    """The veranstaltungsort of a 2020 record {name, adresse{plz, ort, strasse}, barrierefrei}."""
    return _place(
        name=text_of(venue.get("name")),
        address=mapping(venue.get("adresse")),
        room=text_of(venue.get("raum")),
        latitude=None,
        longitude=None,
        accessible=truth_of(venue.get("barrierefrei")),
        notes=notes,
    )


def _place(
    *,
    name: str,
    address: dict[str, Any],
    room: str,
    latitude: float | None,
    longitude: float | None,
    accessible: bool | None,
    notes: list[str],
) -> ImportedPlace | None:
    street, city = text_of(address.get("strasse")), text_of(address.get("ort"))
    postal_code = text_of(address.get("plz"))
    if not (name or street or room or postal_code):
        return None  # a town alone is no place
    return ImportedPlace(
        name=fitted("venue.name", name or street or city or room, notes),
        street=fitted("venue.street", street, notes),
        postal_code=fitted("venue.postal_code", postal_code, notes),
        city=fitted("venue.city", city, notes),
        room=fitted("room.name", room, notes),
        latitude=latitude,
        longitude=longitude,
        accessible=accessible,
    )


def _degrees(value: object, limit: float) -> float | None:
    try:
        degrees = float(text_of(value).replace(",", "."))
    except ValueError:
        return None
    # 0 is what an empty coordinate becomes on its way; NaN fails every comparison
    return degrees if 0 < abs(degrees) <= limit else None
