"""The timeline of a booking as pages show it: today, with the operator's period."""

from collections.abc import Sequence

from flask import current_app

from kmz import clock
from kmz.booking.models import Booking, BookingEvent
from kmz.booking.timeline import Timeline, timeline_of


def line_of(booking: Booking, events: Sequence[BookingEvent]) -> Timeline:
    """The timeline now; bookings that nobody decided yet need no events for it."""
    days: int = current_app.config["KMZ"].binding_period_days
    return timeline_of(booking, events, today=clock.today(), binding_days=days)
