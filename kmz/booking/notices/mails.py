"""The Kursänderung (domain.md 2.7: M14)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from kmz.booking.calendar.file import calendar_of_bookings
from kmz.booking.mail_links import booking_link
from kmz.booking.models import Booking
from kmz.catalog.models import Course
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link, render_mail
from kmz.mail.rules import Attachment

_TEMPLATE = "booking/course_changed"


def send_change(
    session: Session, bookings: Sequence[Booking], lines: Sequence[str], note: str
) -> None:
    """M14 for all bookings of one request in a course: what is other now, the office's own words,
    the Termine as a calendar file.
    """
    request, course = bookings[0].request, bookings[0].course
    calendar = calendar_of_bookings(bookings)
    queue_mail(
        session,
        kind="M14",
        to=request.email,
        subject=_subject(course),
        template=_TEMPLATE,
        attachments=(Attachment(f"{course.slug}.ics", "text/calendar", calendar),),
        **_said(course, lines, note),
        name=request.partner_name,
        people=[booking.participant_name for booking in bookings],
        reference=request.reference,
        link=booking_link(bookings[0]),
    )


def preview(course: Course, lines: Sequence[str], note: str) -> str:
    """The text as everybody gets it, with names in general."""
    return render_mail(
        _TEMPLATE,
        subject=_subject(course),
        **_said(course, lines, note),
        name="(Vorname Name)",
        people=["(wer angemeldet ist)"],
        reference="(Vorgangsnummer)",
        link=public_link("/konto/anmeldungen"),
    ).text


def _said(course: Course, lines: Sequence[str], note: str) -> dict[str, Any]:
    return {"course": course, "lines": lines, "note": note}


def _subject(course: Course) -> str:
    return f"Änderung in Ihrem Kurs {course.number} {course.title}"[:180]
