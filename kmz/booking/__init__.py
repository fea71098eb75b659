"""Warenkorb, Anmeldeformular and bookings, from the request to "fest eingebucht"."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """The customer's pages of this domain."""
    from kmz.booking import cart_views, my_bookings_views, views

    modules = (views, cart_views, my_bookings_views)  # importing them adds their pages
    return modules[0].blueprint


def staff_blueprint() -> Blueprint:
    """The staff's pages of this domain."""
    from kmz.booking import staff_views

    return staff_views.blueprint
