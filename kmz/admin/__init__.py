"""The staff's shell: login, dashboard and navigation."""

from flask import Blueprint


def blueprint() -> Blueprint:
    """Login and dashboard; the other staff pages stand in their domains, below the same prefix."""
    from kmz.admin import views

    return views.blueprint
