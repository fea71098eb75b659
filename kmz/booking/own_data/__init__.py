"""What booking tells people about themselves (L26)."""

from kmz.booking.own_data import bookings, calendar, leaving, waitlist
from kmz.own_data import Section

SECTIONS: tuple[Section, ...] = (
    *bookings.SECTIONS,
    *calendar.SECTIONS,
    *leaving.SECTIONS,
    *waitlist.SECTIONS,
)
