"""A catalogue of invented courses, the same in every run."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks import vocabulary
from kmz import clock
from kmz.catalog.actions.version import rebuild_search
from kmz.catalog.areas import AREAS, FIELDS
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Venue,
)
from kmz.db import transaction

SEED = 7
_AT_ONCE = 10_000
_FEES = (0, 1200, 3850, 4900, 6400, 9800, 12400, None)
_STARTS = (time(9), time(10, 30), time(17), time(18, 30), time(19))
_LENGTHS = (60, 90, 135, 180)


def sow_courses(count: int) -> None:
    """Write `count` published courses with areas, rooms, instructors and sessions."""
    random = Random(SEED)
    with transaction() as session:
        area_ids = _sow_areas(session)
        room_ids = _sow_rooms(session)
        people = _sow_instructors(session)
        for first in range(1, count + 1, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, count + 1))
            rows = [_course(random, number, area_ids) for number in numbers]
            session.execute(insert(Course), rows)
            session.execute(insert(CourseSession), list(_sessions(random, rows, room_ids)))
            session.execute(insert(CourseInstructor), list(_teachers(random, numbers, people)))
        rebuild_search(session)


def _sow_areas(session: Session) -> dict[str, int]:
    known: dict[str, int] = {}
    for area in (*AREAS.values(), *FIELDS.values()):
        parent_id = known[area.parent_code] if area.parent_code else None
        row = ProgramArea(code=area.code, name=area.name, slug=area.slug, parent_id=parent_id)
        session.add(row)
        session.flush()
        known[area.code] = row.id
    return known


def _sow_rooms(session: Session) -> list[int]:
    rooms = []
    for name, street in vocabulary.VENUES:
        venue = Venue(name=name, street=street, postal_code="12345", city="Musterstadt")
        rooms += [
            Room(venue=venue, name=f"Raum {number // 4 + 1}.{number % 4 + 10}")
            for number in range(vocabulary.ROOMS_PER_VENUE)
        ]
    session.add_all(rooms)
    session.flush()
    return [room.id for room in rooms]


def _sow_instructors(session: Session) -> list[int]:
    people = [
        Instructor(first_name=first, last_name=last)
        for first in vocabulary.FIRST_NAMES
        for last in vocabulary.LAST_NAMES
    ]
    session.add_all(people)
    session.flush()
    return [person.id for person in people]


def _course(random: Random, number: int, area_ids: dict[str, int]) -> dict[str, Any]:
    codes = list(vocabulary.SUBJECTS)
    code = codes[number % len(codes)]
    subject, form = random.choice(vocabulary.SUBJECTS[code]), random.choice(vocabulary.FORMS)
    sentences = random.sample(vocabulary.SENTENCES, 6)
    starts_on = clock.today() + timedelta(days=random.randrange(-40, 200))
    fee, seats = random.choice(_FEES), random.randrange(8, 21)
    now = clock.now()
    return {
        "id": number,
        "number": f"261-{number:04d}",
        "slug": f"261-{number:04d}",
        "title": f"{subject} – {form}",
        "subtitle": sentences[0] if number % 3 == 0 else "",
        "description_html": f"<p>{' '.join(sentences[:3])}</p><p>{' '.join(sentences[3:])}</p>",
        "tags": random.sample(vocabulary.TAGS, 2),
        "program_area_id": area_ids[code],
        "min_participants": 5,
        "max_participants": seats,
        "seats_taken": min(seats, random.choice((0, 2, 4, 6, seats - 2, seats))),
        "waitlist_open": number % 2 == 0,
        "teaching_units": random.randrange(2, 30),
        "fee_cents": fee,
        "reduced_fee_cents": fee * 3 // 4 if fee and number % 2 else None,
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(weeks=random.randrange(14)),
        "published_at": now,
        "created_at": now,
        "updated_at": now,
    }


def _sessions(
    random: Random, courses: list[dict[str, Any]], room_ids: list[int]
) -> Iterator[dict[str, Any]]:
    for course in courses:
        first: date = course["starts_on"]
        start, minutes = random.choice(_STARTS), random.choice(_LENGTHS)
        room_id = random.choice(room_ids)
        for position in range((course["ends_on"] - first).days // 7 + 1):
            day = first + timedelta(weeks=position)
            starts_at = clock.berlin_moment(day, start.hour, start.minute)
            yield {
                "course_id": course["id"],
                "position": position,
                "day": day,
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(minutes=minutes),
                "room_id": room_id,
            }


def _teachers(random: Random, numbers: range, people: list[int]) -> Iterator[dict[str, int]]:
    for course_id in numbers:
        for position, person in enumerate(random.sample(people, 1 + (course_id % 5 == 0))):
            yield {"course_id": course_id, "instructor_id": person, "position": position}
