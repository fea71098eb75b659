"""Warenkorb, Anmeldeformular and bookings, from the request to "fest eingebucht".

What all rooms share lies here: tables, states, the timeline. Each package below is a room with the
usual file names; pyproject.toml says which may know which.
"""

from importlib import import_module

from flask import Blueprint

_PAGES = (
    "calendar.views",
    "cart.views",
    "cart.watchlist_views",
    "checkout.offer_views",
    "checkout.start_views",
    "checkout.views",
    "guests.views",
    "leaving.views",
    "leaving.withdrawal_views",
    "my_bookings.views",
    "people.views",
    "queue.views",
    "rebooking.views",
    "reminders.views",
    "waitlist.guest_views",
    "waitlist.views",
)
_STAFF_PAGES = (
    "concessions.staff_views",
    "kufer.staff_views",
    "leaving.staff_views",
    "notices.staff_views",
    "office.attendance_views",
    "office.staff_views",
    "rebooking.staff_views",
    "waitlist.staff_views",
)


def blueprint() -> Blueprint:
    """The customer's pages of this domain."""
    from kmz.booking import blueprints

    for name in _PAGES:
        import_module(f"kmz.booking.{name}")  # adds its pages
    return blueprints.blueprint


def staff_blueprint() -> Blueprint:
    """The staff's pages of this domain."""
    from kmz.booking import blueprints

    for name in _STAFF_PAGES:
        import_module(f"kmz.booking.{name}")  # adds its pages
    return blueprints.staff_blueprint
