"""Refusals of leaving that are known in advance."""

from datetime import date

from kmz.booking.models import Booking, BookingStatus
from kmz.errors import Problem
from kmz.money import format_cents

NOTHING_CHOSEN = Problem(
    "cancellation.nothing", "Bitte wählen Sie mindestens eine Anmeldung aus.", "bookings"
)


def cost_changed(booking: Booking, cents: int) -> Problem:
    """It got dearer (or cheaper) since the page was shown."""
    now = format_cents(cents) if cents else "nichts"
    return Problem(
        "cancellation.cost_changed",
        f"Die Stornierung von „{booking.course.title}“ für {booking.participant_name} "
        f"kostet inzwischen {now}. Es wurde nichts storniert. Bitte prüfen Sie den Betrag.",
    )


def over_problems(booking: Booking, today: date) -> list[Problem]:
    """A firmly booked course that is over cannot be left."""
    end = booking.course.ends_on or booking.course.starts_on
    if booking.status != BookingStatus.CONFIRMED or end is None or end >= today:
        return []
    return [Problem("cancellation.over", f"Der Kurs „{booking.course.title}“ ist schon zu Ende.")]
