"""The customer's hub and what is one click from it."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """The greeting page."""
    from kmz.customer_area import views

    return views.blueprint
