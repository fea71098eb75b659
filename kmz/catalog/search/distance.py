"""How far away a venue is from a postal code, as the crow flies."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

from kmz.catalog.search.corpus import Place

_EARTH_KM = 6371.0
_MIN_COMMON = 2
Position = tuple[float, float]


def position_of(postal_code: str, places: Iterable[Place]) -> Position | None:
    """Latitude and longitude of a postal code, from venues with this or the most alike code.

    German codes share their first digits with their neighbours; fewer than two say nothing.
    """
    known = [
        (place.postal_code, place.latitude, place.longitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    for length in range(len(postal_code), _MIN_COMMON - 1, -1):
        start = postal_code[:length]
        near = [(lat, lon) for code, lat, lon in known if code.startswith(start)]
        if near:
            return (
                sum(lat for lat, _ in near) / len(near),
                sum(lon for _, lon in near) / len(near),
            )
    return None


def venues_within(places: Iterable[Place], centre: Position, radius_km: int) -> list[int]:
    """The ids of the venues in this circle."""
    return [
        place.venue_id
        for place in places
        if place.latitude is not None
        and place.longitude is not None
        and kilometres(centre, (place.latitude, place.longitude)) <= radius_km
    ]


def kilometres(one: Position, other: Position) -> float:
    """The distance on a sphere (haversine)."""
    lat, lon = radians(other[0] - one[0]), radians(other[1] - one[1])
    half = sin(lat / 2) ** 2 + cos(radians(one[0])) * cos(radians(other[0])) * sin(lon / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
