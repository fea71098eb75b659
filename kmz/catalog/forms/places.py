"""Rooms as the office names them: one line of text each, which means one room."""

from collections import Counter
from collections.abc import Sequence

from kmz.catalog.models import Room


class Places:
    """The known rooms by their labels; a label that several rooms share carries the address."""

    def __init__(self, rooms: Sequence[Room] = ()) -> None:
        plain = Counter(_short(room) for room in rooms)
        self.labels = {
            room.id: _short(room) if plain[_short(room)] == 1 else _long(room) for room in rooms
        }
        self._ids = {label.casefold(): room_id for room_id, label in self.labels.items()}
        # Rooms grouped under their venue, for a list to choose from.
        self.groups: dict[str, list[tuple[int, str]]] = {}
        for room in rooms:
            entry = (room.id, self.labels[room.id])
            self.groups.setdefault(_address(room), []).append(entry)

    def find_id(self, label: str) -> int | None:
        """The room with this label, however its letters are cased; None when there is none."""
        return self._ids.get(" ".join(label.split()).casefold())


def _short(room: Room) -> str:
    return " ".join(", ".join(filter(None, (room.venue.name, room.name))).split())


def _long(room: Room) -> str:
    return f"{_short(room)} ({_where(room) or room.id})"


def _address(room: Room) -> str:
    where = _where(room)
    return f"{room.venue.name} ({where})" if where else room.venue.name


def _where(room: Room) -> str:
    venue = room.venue
    city = " ".join(filter(None, (venue.postal_code, venue.city)))
    return ", ".join(filter(None, (venue.street, city)))
