"""From the demo's tables to rows of the catalogue."""

from collections import Counter
from datetime import date, datetime, timedelta
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.catalog.actions.version import rebuild_search
from kmz.catalog.areas import AREAS, AreaData, area_of, slug_of
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Semester,
    Venue,
)
from kmz.catalog.semesters import semester_code, semester_name
from kmz.demo.courses import DemoCourse, current_programme, earlier_courses
from kmz.demo.places import VENUES
from kmz.demo.timetable import days_of, read_pattern
from kmz.money import parse_cents

_UNIT_MINUTES = 45  # one Unterrichtseinheit
_OPENS_AT_HOUR = 9
_PUBLISHED_BEFORE = timedelta(days=60)


class Catalogue:
    """Builds the rows of one seeding; every area, room and person is made once."""

    def __init__(self, session: Session, *, today: date) -> None:
        self._session = session
        self._today = today
        self._areas: dict[str, ProgramArea] = {}
        self._semesters: dict[str, Semester] = {}
        self._rooms: dict[str, Room] = {}
        self._venues: dict[str, Venue] = {}
        self._instructors: dict[str, Instructor] = {}
        self._serials: Counter[str] = Counter()

    def build(self) -> tuple[list[tuple[DemoCourse, Course]], list[Course]]:
        """Add everything: the current programme with its rows, and courses of earlier semesters.

        Nothing is cancelled yet, so that people can have booked what is.
        """
        self._areas = {area.code: area for area in self._session.scalars(select(ProgramArea))}
        self._semesters = {row.code: row for row in self._session.scalars(select(Semester))}
        for data in AREAS.values():
            self._area(data)
        current = [(row, self._course(row)) for row in current_programme()]
        earlier = [self._course(row) for row in earlier_courses()]
        rebuild_search(self._session)
        self._session.flush()
        return current, earlier

    def _course(self, row: DemoCourse) -> Course:
        pattern = read_pattern(row.when)
        days = days_of(pattern, today=self._today, week=row.week)
        number = self._number(row, days[0])
        published_at = _published_at(days[0])
        course = Course(
            number=number,
            slug=slug_of(f"{number} {row.title}")[:80].strip("-"),
            kind=row.kind,
            title=row.title,
            subtitle=row.subtitle,
            description_html=_paragraph(row.text),
            notes_html=_paragraph(f"Bitte mitbringen: {row.bring}") if row.bring else "",
            program_area=self._area(area_of(row.area)),
            semester=self._semester(days[0]),
            district=VENUES[row.room.partition("/")[0]].district if row.room else "",
            format=row.format,
            event_type=row.event_type,
            level=row.level,
            target_group=row.target,
            teaching_units=round(len(days) * pattern.minutes / _UNIT_MINUTES),
            min_participants=row.minimum,
            max_participants=row.maximum,
            external_participants=row.taken,
            external_waiting=row.waiting,
            fee_cents=parse_cents(row.fee) if row.fee else None,
            reduced_fee_cents=parse_cents(row.reduced) if row.reduced else None,
            concession_allowed=row.reduced is not None,
            fee_note=row.fee_note,
            starts_on=days[0],
            ends_on=days[-1],
            booking_opens_at=self._opens_at(row),
            booking_closes_at=self._closes_at(row, days[0]),
            booking_channel=row.channel,
            late_entry=row.late_entry,
            waitlist_open=row.waitlist,
            guaranteed=row.guaranteed,
            published_at=published_at,
            created_at=published_at,
            updated_at=published_at,
            instructor_links=[CourseInstructor(instructor=self._instructor(row.by), position=0)],
        )
        room = self._room(row.room) if row.room else None
        course.sessions = [
            CourseSession(
                position=position,
                day=day,
                starts_at=clock.berlin_moment(day, pattern.starts.hour, pattern.starts.minute),
                ends_at=clock.berlin_moment(day, pattern.ends.hour, pattern.ends.minute),
                room=room,
            )
            for position, day in enumerate(days)
        ]
        self._session.add(course)
        return course

    def _number(self, row: DemoCourse, first_day: date) -> str:
        """ "271-4061": semester, Programmbereich, Fachgebiet, serial (domain.md 1.1)."""
        self._serials[row.area] += 1
        field = row.area.replace(".", "")
        return f"{semester_code(first_day)}-{field}{self._serials[row.area]}"

    def _opens_at(self, row: DemoCourse) -> datetime | None:
        if row.opens is None:
            return None
        return clock.berlin_moment(self._today + timedelta(days=row.opens), _OPENS_AT_HOUR)

    def _closes_at(self, row: DemoCourse, first_day: date) -> datetime | None:
        if row.closes is not None:
            return clock.berlin_moment(self._today + timedelta(days=row.closes), 23, 59)
        if first_day <= self._today or row.late_entry:
            return None
        return clock.berlin_moment(first_day - timedelta(days=1), 23, 59)

    def _area(self, data: AreaData | None) -> ProgramArea:
        if data is None:
            raise ValueError("a demo course names an area that does not exist")
        known = self._areas.get(data.code)
        if known is not None:
            return known
        parent = self._area(area_of(data.parent_code)) if data.parent_code else None
        area = ProgramArea(
            code=data.code, name=data.name, slug=data.slug, parent_id=parent.id if parent else None
        )
        self._session.add(area)
        self._session.flush()  # its Fachgebiete need the number
        self._areas[data.code] = area
        return area

    def _semester(self, day: date) -> Semester:
        code = semester_code(day)
        if code not in self._semesters:
            self._semesters[code] = Semester(code=code, name=semester_name(code))
        return self._semesters[code]

    def _room(self, place: str) -> Room:
        if place not in self._rooms:
            house, _, name = place.partition("/")
            data = VENUES[house]
            if house not in self._venues:
                self._venues[house] = Venue(
                    name=data.name,
                    street=data.street,
                    postal_code=data.postal_code,
                    city=data.city,
                )
            accessible = name not in data.inaccessible
            self._rooms[place] = Room(venue=self._venues[house], name=name, accessible=accessible)
        return self._rooms[place]

    def _instructor(self, name: str) -> Instructor:
        if name not in self._instructors:
            title = "Dr." if name.startswith("Dr. ") else ""
            first, _, last = name.removeprefix("Dr. ").partition(" ")
            self._instructors[name] = Instructor(title=title, first_name=first, last_name=last)
        return self._instructors[name]


def _published_at(first_day: date) -> datetime:
    return min(clock.berlin_moment(first_day - _PUBLISHED_BEFORE), clock.now())


def _paragraph(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>"
