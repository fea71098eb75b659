"""Warenkorb, Anmeldeformular and bookings, from the request to "fest eingebucht"."""

from importlib import import_module

from flask import Blueprint


def blueprint() -> Blueprint:
    """The customer's pages of this domain."""
    from kmz.booking import views

    for name in (
        "calendar_views",
        "start_views",
        "cart_views",
        "from_watchlist_views",
        "guest_views",
        "my_bookings_views",
        "participants_views",
        "waitlist_guest_views",
        "waitlist_views",
        "queue_views",
    ):
        import_module(f"kmz.booking.{name}")  # adds its pages
    for name in ("leaving_views", "withdrawal_views"):
        import_module(f"kmz.booking.{name}")
    return views.blueprint


def staff_blueprint() -> Blueprint:
    """The staff's pages of this domain."""
    from kmz.booking import staff_views

    import_module("kmz.booking.leaving_staff_views")  # adds its pages
    import_module("kmz.booking.waitlist_staff_views")  # adds its pages
    return staff_views.blueprint
