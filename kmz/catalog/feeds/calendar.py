"""Courses as calendars (RFC 5545): one entry per Termin."""

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app, url_for
from icalendar import Calendar, Event, vGeo

from kmz.catalog.feeds.texts import one_line, writable
from kmz.catalog.models import Course, CourseSession
from kmz.catalog.places import address_line
from kmz.mail.rendering import public_link

_RENEWED = timedelta(hours=12)


def calendar_of(courses: Iterable[Course], *, name: str) -> bytes:
    """The calendar of these courses, which come with everything (`queries.course_details`).

    The same courses always give the same bytes, so nothing in it is the time of writing.
    """
    config = current_app.config["KMZ"]
    calendar = Calendar()
    calendar.add("prodid", f"-//kmz//{one_line(config.site_name)}//DE")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))  # RFC 7986
    calendar.add("x-wr-calname", one_line(name))  # what most programs read
    calendar.add("refresh-interval", _RENEWED, parameters={"VALUE": "DURATION"})
    for course in courses:
        for session in course.sessions:
            calendar.add_component(_event(course, session, config.public_host))
    return bytes(calendar.to_ical())


def _event(course: Course, session: CourseSession, host: str) -> Event:
    """Its UID is that of the Termin's place in the course: a moved Termin stays the same entry.

    Moments are written in UTC, which every program shows on its own clock; SEQUENCE rises with
    every edit, so that the newer version wins.
    """
    event = Event()
    event.add("uid", f"kurs-{course.id}-{session.position}@{host}")
    event.add("sequence", course.version)
    event.add("dtstamp", course.updated_at)
    event.add("last-modified", course.updated_at)
    _add_times(event, session)
    event.add("summary", one_line(course.title))
    event.add("description", _description(course))
    event.add("url", public_link(url_for("catalog.show_course", slug=course.slug)))
    event.add("location", _location(course, session))
    if course.program_area is not None:
        event.add("categories", [one_line(course.program_area.name)])
    room = session.room
    if room is not None and room.latitude is not None and room.longitude is not None:
        event.add("geo", vGeo((room.latitude, room.longitude)))
    called_off = course.cancelled_at is not None or session.is_cancelled
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    return event


def _add_times(event: Event, session: CourseSession) -> None:
    """A Termin without a time is a matter of the whole day."""
    if session.starts_at is None:
        event.add("dtstart", session.day)
        event.add("dtend", session.day + timedelta(days=1))
        return
    event.add("dtstart", session.starts_at)
    if session.ends_at is not None and session.ends_at > session.starts_at:
        event.add("dtend", session.ends_at)


def _description(course: Course) -> str:
    people = ", ".join(link.instructor.full_name for link in course.instructor_links)
    lines = [f"Kurs {course.number}", f"Kursleitung: {people}" if people else ""]
    lines.append(public_link(url_for("catalog.show_course", slug=course.slug)))
    return "\n".join(writable(line) for line in lines if line)


def _location(course: Course, session: CourseSession) -> str:
    if session.room is None:
        return "online" if course.format == "online" else ""
    venue = session.room.venue
    parts = (venue.name, session.room.name, address_line(venue))
    return one_line(", ".join(part for part in parts if part))
