"""Courses as calendars (RFC 5545): one entry per Termin."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from icalendar import Calendar, Event, vGeo, vText

from kmz.catalog.feeds.texts import one_line, writable
from kmz.catalog.models import Course, CourseSession
from kmz.catalog.places import address_line
from kmz.mail.rendering import public_link

_RENEWED = timedelta(hours=12)


def calendar_of(courses: Iterable[Course], *, name: str) -> bytes:
    """The calendar of these courses, which come with everything (`queries.course_details`).

    The same courses always give the same bytes, so nothing in it is the time of writing.
    """
    host = current_app.config["KMZ"].public_host
    return calendar_with(
        (
            session_event(course, session, Entry(f"kurs-{course.id}", course.version), host)
            for course in courses
            for session in course.sessions
        ),
        name=name,
    )


def calendar_with(events: Iterable[Event], *, name: str) -> bytes:
    """A calendar with these entries."""
    config = current_app.config["KMZ"]
    calendar = Calendar()
    calendar.add("prodid", vText(f"-//kmz//{one_line(config.site_name)}//DE"))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # RFC 7986, and what most programs read; as TEXT, or a comma of a title would not be escaped.
    calendar.add("name", vText(one_line(name)))
    calendar.add("x-wr-calname", vText(one_line(name)))
    calendar.add("refresh-interval", _RENEWED, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar says of a course besides the course: the entry's name, its version (only ever
    rising), what STATUS says while the Termin takes place, for whom, and since when.
    """

    uid: str
    sequence: int
    status: str = "CONFIRMED"
    note: str = ""
    changed_at: datetime | None = None


def session_event(course: Course, session: CourseSession, entry: Entry, host: str) -> Event:
    """Its UID is that of the Termin's place in the course: a moved Termin stays the same entry.

    Moments are written in UTC, which every program shows on its own clock; SEQUENCE rises with
    every edit, so that the newer version wins.
    """
    event = Event()
    changed_at = max(course.updated_at, entry.changed_at or course.updated_at)
    event.add("uid", f"{entry.uid}-{session.position}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    _add_times(event, session)
    event.add("summary", one_line(course.title))
    event.add("description", _description(course, entry.note))
    event.add("url", _page_of(course))
    event.add("location", _location(course, session))
    if course.program_area is not None:
        event.add("categories", [one_line(course.program_area.name)])
    room = session.room
    if room is not None and room.latitude is not None and room.longitude is not None:
        event.add("geo", vGeo((room.latitude, room.longitude)))
    called_off = course.cancelled_at is not None or session.is_cancelled
    event.add("status", "CANCELLED" if called_off else entry.status)
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


def _page_of(course: Course) -> str:
    """Not by url_for: mails are written outside of requests, too."""
    return public_link(f"/kurs/{course.slug}")


def _description(course: Course, note: str) -> str:
    people = ", ".join(link.instructor.full_name for link in course.instructor_links)
    lines = [f"Kurs {course.number}", f"Kursleitung: {people}" if people else ""]
    lines += [note, _page_of(course)]
    return "\n".join(writable(line) for line in lines if line)


def _location(course: Course, session: CourseSession) -> str:
    if session.room is None:
        return "online" if course.format == "online" else ""
    venue = session.room.venue
    parts = (venue.name, session.room.name, address_line(venue))
    return one_line(", ".join(part for part in parts if part))
