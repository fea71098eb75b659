"""Bookings as entries of calendars: the file at the Anmeldebestätigung, the personal calendar."""

from collections.abc import Iterable, Iterator, Sequence

from flask import current_app
from icalendar import Event

from kmz.booking.models import Booking, BookingStatus, WaitlistEntry, WaitlistStatus
from kmz.catalog.feeds.calendar import Entry, calendar_with, session_event
from kmz.catalog.models import Course

# What has ended is taken out of calendars by CANCELLED (RFC 5545, 3.8.1.11).
_STATUSES = {BookingStatus.REQUESTED: "TENTATIVE", BookingStatus.CONFIRMED: "CONFIRMED"}
_ON_THE_LIST = (WaitlistStatus.WAITING, WaitlistStatus.OFFERED)


def calendar_of_booking(booking: Booking) -> str:
    """The Termine of one booking, which comes with its course and sessions with places."""
    return calendar_of_bookings([booking])


def calendar_of_bookings(bookings: Sequence[Booking]) -> str:
    """The Termine of several people in one course."""
    return _written(map(_booking_entry, bookings), name=bookings[0].course.title)


def personal_calendar(
    bookings: Iterable[Booking], entries: Iterable[WaitlistEntry], *, name: str
) -> str:
    """Everything that somebody booked or waits for, with courses that come with everything.

    Of the people in it the first name only: the calendar is open to whoever has its address.
    """
    return _written([*map(_booking_entry, bookings), *map(_waiting_entry, entries)], name=name)


def _booking_entry(booking: Booking) -> tuple[Course, Entry]:
    """Its SEQUENCE is a sum of two numbers that only rise, so the later version always wins."""
    return booking.course, Entry(
        uid=f"anmeldung-{booking.id}",
        sequence=booking.sequence + booking.course.version,
        status=_STATUSES.get(BookingStatus(booking.status), "CANCELLED"),
        note=f"Teilnahme: {booking.participant_first_name}",
        changed_at=booking.confirmed_at or booking.requested_at,
    )


def _waiting_entry(entry: WaitlistEntry) -> tuple[Course, Entry]:
    waits = entry.status in _ON_THE_LIST
    return entry.course, Entry(
        uid=f"warteliste-{entry.id}",
        sequence=entry.course.version + (not waits),
        status="TENTATIVE" if waits else "CANCELLED",
        note=f"Warteliste: {entry.participant_first_name}",
        changed_at=entry.ended_at or entry.waitlisted_at,
    )


def _written(entries: Iterable[tuple[Course, Entry]], *, name: str) -> str:
    return calendar_with(_events(entries), name=name).decode()


def _events(entries: Iterable[tuple[Course, Entry]]) -> Iterator[Event]:
    host = current_app.config["KMZ"].public_host
    for course, entry in entries:
        for session in course.sessions:
            yield session_event(course, session, entry, host)
