"""Courses as the interface for programs tells them: names in English, money in cents.

Only what every visitor sees. Of people it tells the names of those who teach, nothing else.
"""

from datetime import date, datetime
from typing import Any

from flask import url_for

from kmz import clock
from kmz.catalog.models import Course, CourseSession, ProgramArea, Room
from kmz.catalog.rules import Availability
from kmz.mail.rendering import public_link
from kmz.sanitising import plain_text

Json = dict[str, Any]


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else clock.in_berlin(moment).isoformat(timespec="seconds")


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def course_summary(course: Course) -> Json:
    """A course in a list; it comes with area and semester."""
    area = course.program_area
    return {
        "slug": course.slug,
        "number": course.number,
        "title": course.title,
        "subtitle": course.subtitle,
        "kind": course.kind,
        "format": course.format,
        "area": {"code": area.code, "slug": area.slug, "name": area.name} if area else None,
        "semester": course.semester.code if course.semester else None,
        "starts_on": _day(course.starts_on),
        "ends_on": _day(course.ends_on),
        "fee_cents": course.fee_cents,
        "reduced_fee_cents": course.reduced_fee_cents,
        "cancelled": course.cancelled_at is not None,
        "published_at": _moment(course.published_at),
        "updated_at": _moment(course.updated_at),
        "url": public_link(url_for("catalog.show_course", slug=course.slug)),
        "api_url": public_link(url_for("catalog.show_api_course", slug=course.slug)),
    }


def course_details(course: Course, state: Availability) -> Json:
    """Everything about a course; it comes with everything (`queries.course_details`)."""
    return course_summary(course) | {
        "description": plain_text(course.description_html),
        "description_html": course.description_html,
        "notes": plain_text(course.notes_html),
        "requirements": course.requirements,
        "material": course.material,
        "level": course.level,
        "target_group": course.target_group,
        "min_age": course.min_age,
        "max_age": course.max_age,
        "tags": course.tags,
        "teaching_units": course.teaching_units,
        "fee_note": course.fee_note,
        "concession_allowed": course.concession_allowed,
        "min_participants": course.min_participants,
        "max_participants": course.max_participants,
        "guaranteed": course.guaranteed,
        "small_group": course.small_group,
        "educational_leave": course.educational_leave,
        "booking_channel": course.booking_channel,
        "booking_opens_at": _moment(course.booking_opens_at),
        "booking_closes_at": _moment(course.booking_closes_at),
        "status": {
            "code": state.code.value,
            "text": state.text,
            "bookable": state.bookable,
            "seats_free": course.seats_free,
        },
        "instructors": [link.instructor.full_name for link in course.instructor_links],
        "sessions": [_session(session) for session in course.sessions],
        "calendar_url": public_link(url_for("catalog.show_course_calendar", slug=course.slug)),
    }


def _session(session: CourseSession) -> Json:
    return {
        "day": _day(session.day),
        "starts_at": _moment(session.starts_at),
        "ends_at": _moment(session.ends_at),
        "cancelled": session.is_cancelled,
        "place": _place(session.room) if session.room else None,
    }


def _place(room: Room) -> Json:
    venue = room.venue
    return {
        "venue": venue.name,
        "room": room.name,
        "street": venue.street,
        "postal_code": venue.postal_code,
        "city": venue.city,
        "latitude": room.latitude,
        "longitude": room.longitude,
        "accessible": room.accessible,
    }


def area_data(area: ProgramArea, parent: ProgramArea | None, courses: int) -> Json:
    return {
        "code": area.code,
        "slug": area.slug,
        "name": area.name,
        "parent": parent.slug if parent else None,
        "courses": courses,
        "url": public_link(url_for("catalog.show_area", slug=area.slug)),
        "calendar_url": public_link(url_for("catalog.show_area_calendar", slug=area.slug)),
        "atom_url": public_link(url_for("catalog.show_area_atom", slug=area.slug)),
    }
