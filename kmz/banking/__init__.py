"""Bank accounts and SEPA direct debit mandates; knows customers and amounts, not bookings."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """All pages of this domain."""
    from kmz.banking import views

    return views.blueprint
