"""The addresses of people and places: the id finds them, the name is for whoever reads it."""

from flask import url_for

from kmz.catalog.areas import slug_of
from kmz.catalog.models import Instructor, Venue


def venue_slug(venue: Venue) -> str:
    return _venue_slug(venue.name)


def _venue_slug(name: str) -> str:
    return slug_of(name) or "ort"


def venue_url(venue: Venue) -> str:
    return venue_address(venue.id, venue.name)


def venue_address(venue_id: int, name: str) -> str:
    """The address of a venue of which only these are at hand."""
    return url_for("catalog.show_venue", venue_id=venue_id, slug=_venue_slug(name))


def instructor_slug(instructor: Instructor) -> str:
    return _person_slug(instructor.full_name)


def _person_slug(name: str) -> str:
    return slug_of(name) or "kursleitung"


def instructor_url(instructor: Instructor) -> str:
    return instructor_address(instructor.id, instructor.full_name)


def instructor_address(instructor_id: int, name: str) -> str:
    """The address of a Kursleitung of whom only these are at hand."""
    return url_for("catalog.show_instructor", instructor_id=instructor_id, slug=_person_slug(name))
