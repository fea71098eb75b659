"""Where a course happens, in words, and on a map that only opens when somebody asks for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Row

from kmz.catalog.models import Room, Venue

_MAP = "https://www.openstreetmap.org"
_ZOOM = 17


@dataclass(frozen=True, slots=True)
class Place:
    """A venue with some of its rooms; the room without a name is the venue as a whole. `url` is
    the venue's own page, "" on that page.
    """

    venue: Venue
    rooms: tuple[Room, ...]
    url: str = ""

    @property
    def address(self) -> str:
        return address_line(self.venue)

    @property
    def access(self) -> list[tuple[str, str]]:
        """Each room with what is known about getting there."""
        return [(room.name, accessibility_text(room)) for room in self.rooms]

    @property
    def map_url(self) -> str:
        return map_url(self.venue, self.rooms)


def places_of(rooms: Iterable[Room | None], url_of: Callable[[Venue], str]) -> list[Place]:
    """The rooms by venue, each once, in the order in which they are first met."""
    by_venue: dict[int, dict[int, Room]] = {}
    for room in rooms:
        if room is not None:
            by_venue.setdefault(room.venue_id, {})[room.id] = room
    venues = [next(iter(found.values())).venue for found in by_venue.values()]
    return [
        Place(venue, tuple(found.values()), url_of(venue))
        for venue, found in zip(venues, by_venue.values(), strict=True)
    ]


def address_line(venue: Venue | Row[*tuple[Any, ...]]) -> str:
    """ "Hafenweg 7, 12345 Musterstadt" of a venue, or of a row with its columns; what is not known
    is left out.
    """
    city = f"{venue.postal_code} {venue.city}".strip()
    return ", ".join(part for part in (venue.street, city) if part)


def map_url(venue: Venue, rooms: Iterable[Room] = ()) -> str:
    """A map of the place at OpenStreetMap: its point where that is known, else a search for the
    address; "" where there is neither.
    """
    for room in rooms:
        if room.latitude is not None and room.longitude is not None:
            point = {"mlat": f"{room.latitude:.6f}", "mlon": f"{room.longitude:.6f}"}
            anchor = f"map={_ZOOM}/{point['mlat']}/{point['mlon']}"
            return f"{_MAP}/?{urlencode(point)}#{anchor}"
    address = address_line(venue)
    return f"{_MAP}/search?{urlencode({'query': address})}" if address else ""


def accessibility_text(room: Room) -> str:
    """What is known about getting there without steps; what is not known is said as well."""
    if room.accessible is None:
        return "Barrierefreiheit nicht bekannt, bitte fragen Sie nach"
    return "stufenlos erreichbar" if room.accessible else "nicht stufenlos erreichbar"
