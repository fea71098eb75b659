"""The addresses of people and places: the id finds them, the name is for whoever reads it."""

from flask import url_for

from kmz.catalog.areas import slug_of
from kmz.catalog.models import Instructor, Venue


def venue_slug(venue: Venue) -> str:
    return slug_of(venue.name) or "ort"


def venue_url(venue: Venue) -> str:
    return url_for("catalog.show_venue", venue_id=venue.id, slug=venue_slug(venue))


def instructor_slug(instructor: Instructor) -> str:
    return slug_of(instructor.full_name) or "kursleitung"


def instructor_url(instructor: Instructor) -> str:
    return url_for(
        "catalog.show_instructor",
        instructor_id=instructor.id,
        slug=instructor_slug(instructor),
    )
