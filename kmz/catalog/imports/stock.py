"""Rows that courses share (areas, semesters, rooms, instructors): found or made, in bulk."""

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kmz.catalog.areas import AREAS, AreaData, area_of
from kmz.catalog.imports.imported import ImportedCourse, ImportedInstructor, ImportedPlace
from kmz.catalog.models import Instructor, ProgramArea, Room, Semester, Venue
from kmz.catalog.semesters import semester_name

_Row = TypeVar("_Row")
_Key = TypeVar("_Key")


class Stock:
    """Shared rows as the transaction sees them; five reads, whatever the number of courses."""

    def __init__(self, session: Session, courses: Collection[ImportedCourse]) -> None:
        self._session = session
        self._areas = {row.code: row for row in session.scalars(select(ProgramArea))}
        self._semesters = {row.code: row for row in session.scalars(select(Semester))}
        venues = {row.id: row for row in session.scalars(select(Venue))}
        self._venues = {_venue_key(row): row for row in venues.values()}
        self._rooms = {
            (_venue_key(venues[row.venue_id]), row.name): row
            for row in session.scalars(select(Room))
        }
        self._instructors = {
            (row.title, row.first_name, row.last_name): row
            for row in session.scalars(select(Instructor))
        }
        self._add_missing(courses)
        session.flush()

    def area_id(self, code: str | None) -> int | None:
        return self._areas[code].id if code else None

    def semester_id(self, code: str | None) -> int | None:
        return self._semesters[code].id if code else None

    def room_id(self, place: ImportedPlace | None) -> int | None:
        return self._rooms[place.venue_key, place.room].id if place else None

    def instructor_id(self, person: ImportedInstructor) -> int:
        return self._instructors[person.key].id

    def _add_missing(self, courses: Collection[ImportedCourse]) -> None:
        for area in AREAS.values():
            self._add_area(area)
        for course in courses:
            self._add_area(area_of(course.program_area_code or ""))
            self._add_semester(course.semester_code)
            for place in filter(None, (session.place for session in course.sessions)):
                self._add_room(place)
            for person in course.instructors:
                self._add_instructor(person)

    def _add_area(self, area: AreaData | None) -> None:
        if area is None or area.code in self._areas:
            return
        parent = area_of(area.parent_code) if area.parent_code else None
        self._add_area(parent)
        if parent is not None:
            self._session.flush()  # the parent's id; happens once per new area
        slugs = {row.slug for row in self._areas.values()}
        slug = area.slug if area.slug not in slugs else f"{area.slug}-{area.code.replace('.', '-')}"
        row = ProgramArea(
            code=area.code,
            name=area.name,
            slug=slug,
            parent_id=self._areas[parent.code].id if parent else None,
        )
        self._keep(self._areas, area.code, row)

    def _add_semester(self, code: str | None) -> None:
        if code and code not in self._semesters:
            self._keep(self._semesters, code, Semester(code=code, name=semester_name(code)))

    def _add_room(self, place: ImportedPlace) -> None:
        key = (place.venue_key, place.room)
        room = self._rooms.get(key)
        if room is None:
            venue = self._venues.get(place.venue_key)
            if venue is None:
                name, street, postal_code, city = place.venue_key
                venue = Venue(name=name, street=street, postal_code=postal_code, city=city)
                self._keep(self._venues, place.venue_key, venue)
            room = Room(venue=venue, name=place.room)
            self._keep(self._rooms, key, room)
        # What this record does not know, an earlier one may have known.
        if place.latitude is not None and place.longitude is not None:
            room.latitude, room.longitude = place.latitude, place.longitude
        if place.accessible is not None:
            room.accessible = place.accessible

    def _add_instructor(self, person: ImportedInstructor) -> None:
        if person.key not in self._instructors:
            row = Instructor(
                salutation=person.salutation,
                title=person.title,
                first_name=person.first_name,
                last_name=person.last_name,
            )
            self._keep(self._instructors, person.key, row)

    def _keep(self, rows: dict[_Key, _Row], key: _Key, row: _Row) -> None:
        self._session.add(row)
        rows[key] = row


def _venue_key(venue: Venue) -> tuple[str, str, str, str]:
    return (venue.name, venue.street, venue.postal_code, venue.city)
